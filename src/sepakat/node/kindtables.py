"""The view of each kind as a Django model that only reads, for filters, sorting and sums."""

from functools import lru_cache
from typing import Any

from django.apps.registry import Apps
from django.db import models

from sepakat.node.lookups import of_labels
from sepakat.node.sqlviews import columns_of, view_name
from sepakat.record.kind import Kind

# Apart from Django's own, so that no migration is ever made for a view.
_APPS = Apps()


@lru_cache(maxsize=256)
def table(kind: type[Kind]) -> type[models.Model]:
    """The model of a kind's view: the columns that all views have, and one for each field."""
    fields: dict[str, Any] = {
        "id": models.CharField(primary_key=True, max_length=80),
        "owner": models.CharField(max_length=3),
        "counterparty": models.CharField(max_length=3, null=True),
        "state": models.CharField(max_length=40),
        "classification": models.CharField(max_length=16),
        "label_id": of_labels(models.BigIntegerField()),
    }
    for name, _, type_ in columns_of(kind):
        fields[name] = _field(type_)
    meta = type(
        "Meta",
        (),
        {"managed": False, "db_table": view_name(kind), "app_label": "kinds", "apps": _APPS},
    )
    return type(kind.__name__, (models.Model,), fields | {"Meta": meta, "__module__": __name__})


def _field(type_: str) -> models.Field:
    if type_ == "bigint":
        return models.BigIntegerField(null=True)
    if type_ == "boolean":
        return models.IntegerField(null=True)
    if type_ == "numeric":
        return models.DecimalField(null=True, max_digits=24, decimal_places=4)
    return models.TextField(null=True)
