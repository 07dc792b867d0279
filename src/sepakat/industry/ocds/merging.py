"""Merging the releases of one process: by `ocdsmerge`, or at once where there is only one.

https://standard.open-contracting.org/1.1/en/schema/merging/
"""

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import ocdsmerge
from ocdsmerge.exceptions import DuplicateIdValueWarning, OCDSMergeError

from sepakat.industry.ocds import schema
from sepakat.record.errors import InvalidError

Release = Mapping[str, Any]

_RULE = ""  # the key of a path's own rule; no field has an empty name
_OMITTED, _WHOLE = "omitWhenMerged", "wholeListMerge"


class Merger:
    """Makes compiled and versioned releases by the merge rules of our model."""

    def __init__(self, rules: schema.Rules | None = None) -> None:
        self._rules = schema.merge_rules() if rules is None else rules
        self._merger = ocdsmerge.Merger(merge_rules=self._rules)
        self._tree = _tree(self._rules)

    def compiled(self, releases: Sequence[Release]) -> dict[str, Any]:
        """Raises InvalidError if they do not fit together, or have no date to be ordered by."""
        if len(releases) == 1:
            try:
                return _alone(releases[0], self._tree)
            except _NeedsMergingError:
                pass
        return self._merged(self._merger.create_compiled_release, releases)

    def versioned(self, releases: Sequence[Release]) -> dict[str, Any]:
        """Raises InvalidError, as `compiled` does."""
        return self._merged(self._merger.create_versioned_release, releases)

    def _merged(self, merge: Any, releases: Sequence[Release]) -> dict[str, Any]:
        with warnings.catch_warnings():
            # Items of one list with the same identifier are merged into one, as the standard says.
            warnings.simplefilter("ignore", DuplicateIdValueWarning)
            try:
                merged: dict[str, Any] = merge(list(releases))
            except (OCDSMergeError, TypeError, AttributeError, KeyError) as error:
                raise InvalidError(
                    f"the releases cannot be merged ({error})", where=str(releases[0].get("ocid"))
                ) from error
            except RecursionError as error:
                raise InvalidError(
                    "a release is nested too deeply", where=str(releases[0].get("ocid"))
                ) from error
        return merged


class _NeedsMergingError(Exception):
    """Even a single release has something to merge: two items with one identifier."""


def _alone(release: Release, tree: Mapping[str, Any]) -> dict[str, Any]:
    """The compiled release of a process with one release: what merging would leave of it."""
    date = release.get("date")
    found = {"tag": ["compiled"], "id": f"{release.get('ocid')}-{date}", "date": date}
    found["ocid"] = release.get("ocid")
    kept = _kept({k: v for k, v in release.items() if k != "tag"}, tree) or {}
    return {name: value for name, value in (found | kept).items() if value is not None}


def _kept(value: Mapping[str, Any], tree: Mapping[str, Any]) -> dict[str, Any] | None:
    """The members that merging keeps; None if it keeps nothing of the object, not even a null."""
    found: dict[str, Any] = {}
    has_any = False
    for name, inner in value.items():
        below = tree.get(name, _NO_RULES) if name else _NO_RULES
        rule = below.get(_RULE)
        if rule == _OMITTED:
            continue
        if rule != _WHOLE and type(inner) is dict:
            inner = _kept(inner, below)
        elif rule != _WHOLE and type(inner) is list and all(type(i) is dict for i in inner):
            inner = _kept_items(inner, below)
        else:
            has_any = True
            if inner is not None:
                found[name] = inner
            continue
        if inner is not None:
            has_any = True
            found[name] = inner
    return found if has_any else None


def _kept_items(items: list[dict[str, Any]], tree: Mapping[str, Any]) -> list[Any] | None:
    found, seen = [], set()
    for item in items:
        if "id" in item:
            key = item["id"]
            if type(key) not in (str, int) or str(key) in seen:
                raise _NeedsMergingError
            seen.add(str(key))
        kept = _kept(item, tree)
        if kept is not None:
            found.append(kept)
    return found or None


_NO_RULES: Mapping[str, Any] = {}


def _tree(rules: schema.Rules) -> dict[str, Any]:
    """The rules by steps of their paths."""
    tree: dict[str, Any] = {}
    for path, rule in rules.items():
        node = tree
        for name in path:
            node = node.setdefault(name, {})
        node[_RULE] = rule
    return tree
