"""DEP: eight labelled counts, checked, stored, added to the sums of commune, cercle, region and country, answered."""

import re

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from rapidsms.contrib.handlers import KeywordHandler

from .models import Report, Reporter, Sums

LABELS = "TFVJRESM"
PAIR = re.compile(r"([A-Z])\s*(\d{1,4})(?:[\s,;]+|$)")


def read(text):
    """The counts by label; None where anything was not read."""
    counts, position, text = {}, 0, text.strip().upper()
    while position < len(text):
        pair = PAIR.match(text, position)
        if pair is None or pair[1] not in LABELS or pair[1] in counts:
            return None
        counts[pair[1]] = int(pair[2])
        position = pair.end()
    return counts if len(counts) == len(LABELS) else None


def fault(c):
    """The first rule that does not hold."""
    if c["T"] != c["V"] + c["J"] + c["R"] + c["E"]:
        return f"V{c['V']}+J{c['J']}+R{c['R']}+E{c['E']} mais T={c['T']}."
    if c["F"] > c["T"]:
        return f"F{c['F']} filles > T{c['T']}."
    if c["S"] > c["R"] + c["E"]:
        return f"S{c['S']} > R{c['R']}+E{c['E']}."
    if c["M"] > c["J"]:
        return f"M{c['M']} > J{c['J']}."
    return None


class DepHandler(KeywordHandler):
    keyword = "dep"

    def help(self):
        self.respond("DEP T45 F23 V38 J5 R1 E1 S2 M5")

    def handle(self, text):
        connection = self.msg.connections[0]
        reporter = Reporter.objects.select_related("place").filter(connection=connection).first()
        if reporter is None:
            self.respond("Numero inconnu.")
            return
        counts = read(text)
        if counts is None:
            self.respond("Pas lu. Ex: DEP T45 F23 V38 J5 R1 E1 S2 M5")
            return
        wrong = fault(counts)
        if wrong:
            self.respond(f"DEP pas enregistre. {wrong}")
            return
        report = self.store(connection, reporter.place, counts)
        self.respond(f"OK DEP {report.pk} {reporter.place.name}: {counts['T']} depistes ({counts['F']} F).")

    @transaction.atomic
    def store(self, connection, place, counts):
        day = timezone.localdate()
        values = {label.lower(): counts[label] for label in LABELS}
        report = Report.objects.create(connection=connection, place=place, day=day, text=self.msg.raw_text, **values)
        places, month = place.path.split("/"), day.strftime("%Y-%m")
        more = {name: F(name) + value for name, value in values.items()}
        # One statement for all four levels; rows are only made for the first report of a place and month.
        if Sums.objects.filter(month=month, place__in=places).update(**more) < len(places):
            known = set(Sums.objects.filter(month=month, place__in=places).values_list("place_id", flat=True))
            new = [Sums(month=month, place_id=id, **values) for id in map(int, places) if id not in known]
            Sums.objects.bulk_create(new)
        return report
