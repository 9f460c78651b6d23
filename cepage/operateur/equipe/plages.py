"""A range for the constraints « not two on a day », fit for the forms too: they check it with the value typed."""

from typing import Any

from django.contrib.postgres.fields import BigIntegerRangeField
from django.db.models import Func, Value


class EntierEnPlage(Func):
    """A number as the range that holds it alone: two are equal when they overlap."""

    function = "INT8RANGE"
    output_field = BigIntegerRangeField()

    def __init__(self, valeur: Any, **options: Any) -> None:
        super().__init__(valeur, valeur, Value("[]"), **options)
