"""Which leaf a command means."""

from typing import Any

from sepakat.record.errors import InvalidError, NotFoundError

MIN_DIGITS = 8  # of a digest
MAX_INDEX_DIGITS = 16


def find(target: str, whose: str) -> tuple[str, int]:
    """The log and the index of the leaf that an object, a digest, or an index of the log of
    `whose` names."""
    from sepakat.node import rows
    from sepakat.node.models import Log

    if target.isascii() and target.isdigit() and len(target) < MAX_INDEX_DIGITS:
        log = Log.objects.filter(nation=whose).first()
        if log is None:
            raise NotFoundError(
                "there is no log of this nation here",
                where=f"--nation {whose}",
                fix="See `sepakat partner list`",
            )
        if int(target) >= log.size:
            raise NotFoundError(
                f"the log of {whose} has no such leaf here",
                where=f"index {target}",
                fix=f"See `sepakat log --nation {whose}`",
            )
        return whose, int(target)
    if MIN_DIGITS <= len(target) <= 64 and set(target) <= set("0123456789abcdef"):
        found = list(rows.own_statements().filter(digest__startswith=target)[:2])
    else:
        found = _head_of(target)
    if len(found) > 1:
        raise InvalidError("several statements begin so", where=target, fix="Give more digits")
    if not found:
        raise NotFoundError(
            "there is no such object, statement or index here",
            where=target,
            fix="See `sepakat list` and `sepakat log`",
        )
    return found[0].nation, found[0].index


def _head_of(object_id: str) -> list[Any]:
    from sepakat.node import rows

    thing = rows.objects([object_id]).get(object_id)
    if thing is None:
        return []
    return list(rows.own_statements().filter(digest=thing.head)[:1])
