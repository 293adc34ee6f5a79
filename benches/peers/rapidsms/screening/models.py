"""Places, who reports from where, the reports, their sums, and what waits to be sent."""

from django.db import models
from rapidsms.models import Connection


class Place(models.Model):
    name = models.CharField(max_length=50)
    parent = models.ForeignKey("self", null=True, on_delete=models.CASCADE)
    # Ids from the country down to the place itself, so that counting need not climb.
    path = models.CharField(max_length=50)


class Reporter(models.Model):
    connection = models.OneToOneField(Connection, on_delete=models.CASCADE, primary_key=True)
    place = models.ForeignKey(Place, on_delete=models.CASCADE)


class Counts(models.Model):
    t = models.BigIntegerField()
    f = models.BigIntegerField()
    v = models.BigIntegerField()
    j = models.BigIntegerField()
    r = models.BigIntegerField()
    e = models.BigIntegerField()
    s = models.BigIntegerField()
    m = models.BigIntegerField()

    class Meta:
        abstract = True


class Report(Counts):
    connection = models.ForeignKey(Connection, on_delete=models.CASCADE)
    place = models.ForeignKey(Place, on_delete=models.CASCADE)
    day = models.DateField()
    text = models.CharField(max_length=200)


class Sums(Counts):
    place = models.ForeignKey(Place, on_delete=models.CASCADE)
    month = models.CharField(max_length=7)

    class Meta:
        unique_together = [("month", "place")]


class Outgoing(models.Model):
    identity = models.CharField(max_length=20)
    text = models.CharField(max_length=200)
    created = models.DateTimeField(auto_now_add=True)
