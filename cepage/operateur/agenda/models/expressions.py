"""Ranges that exclusion constraints compare, without any extension of PostgreSQL (`btree_gist` may be absent)."""

from django.contrib.postgres.fields import BigIntegerRangeField, DateRangeField, DateTimeRangeField, IntegerRangeField
from django.db.models import Func


class Seul(Func):
    """The range that holds one identifier and nothing else: two are equal when they overlap."""

    template = "int8range(%(expressions)s, %(expressions)s, '[]')"
    output_field = BigIntegerRangeField()


class Instants(Func):
    """[debut, fin) between two instants."""

    function = "tstzrange"
    output_field = DateTimeRangeField()


class Jours(Func):
    """[debut, fin) between two days; no end when `fin` is null."""

    function = "daterange"
    output_field = DateRangeField()


class MinutesDuJour(Func):
    """[debut, fin) between two times of a day, in minutes since midnight."""

    function = "int4range"
    template = "%(function)s(%(expressions)s)"
    output_field = IntegerRangeField()


class Minute(Func):
    """A time of the day in minutes since midnight."""

    template = "(extract(epoch from %(expressions)s) / 60)::int"
