"""Makes the tables, the places and the people: as many as relais is given."""

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import transaction
from rapidsms.models import Backend, Connection

from screening.models import Place, Reporter

REGIONS, CERCLES, COMMUNES = 10, 5, 15


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("first", type=int, help="the first phone, without +223")
        parser.add_argument("phones", type=int, help="how many")

    def handle(self, *args, **options):
        call_command("migrate", run_syncdb=True, verbosity=0)
        with transaction.atomic():
            communes = places()
            backend = Backend.objects.create(name="at")
            numbers = range(options["first"], options["first"] + options["phones"])
            Connection.objects.bulk_create(Connection(backend=backend, identity=f"+223{n}") for n in numbers)
            connections = Connection.objects.order_by("identity")
            Reporter.objects.bulk_create(
                Reporter(connection=connection, place=communes[rank % len(communes)])
                for rank, connection in enumerate(connections)
            )


def place(name, parent):
    made = Place.objects.create(name=name, parent=parent, path="")
    made.path = f"{parent.path}/{made.pk}" if parent else str(made.pk)
    made.save()
    return made


def places():
    """A country with all its communes below it; gives the communes."""
    country, communes = place("Mali", None), []
    for r in range(REGIONS):
        region = place(f"Region {r}", country)
        for c in range(CERCLES):
            cercle = place(f"Cercle {r}.{c}", region)
            communes += [place(f"Commune {r}.{c}.{k}", cercle) for k in range(COMMUNES)]
    return communes
