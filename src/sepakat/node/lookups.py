"""How tables are asked for what is under some of the labels."""

from typing import Any

import orjson
from django.core.exceptions import EmptyResultSet
from django.db.models import Field, Lookup


class _Among(Lookup):
    """`in` of labels' numbers, sent as one value, for people may see more labels than a query may
    have parameters."""

    lookup_name = "in"

    def get_prep_lookup(self) -> tuple[int, ...]:
        return tuple(self.rhs)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        lhs, params = self._lhs(compiler, connection)
        numbers = "(SELECT value FROM json_each(%s))"
        return f"{lhs} IN {numbers}", [*params, orjson.dumps(self.rhs).decode()]

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        lhs, params = self._lhs(compiler, connection)
        return f"{lhs} = ANY(%s)", [*params, list(self.rhs)]

    def _lhs(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        if not self.rhs:
            raise EmptyResultSet  # so that nothing is asked
        return self.process_lhs(compiler, connection)


def of_labels(field: Field) -> Field:
    """The field, which numbers labels and may be asked for among any count of them."""
    field.register_lookup(_Among)
    return field
