"""What a policy kind's declaration cannot say of an action: each check names what is wrong."""

from sepakat.record.kind import Context

# What an amendment may change of its agreement.
AMENDABLE = ("text", "exclusivity", "expires")


def amended_as_accepted(context: Context) -> str | None:
    """An agreement takes in one accepted amendment at a time, once, and changes as it says."""
    assert context.before is not None
    said = context.statement.body
    *earlier, latest = context.refs["amendments"] or (None,)
    if latest is None or [a.id for a in earlier] != list(
        context.before.fields.get("amendments", ())
    ):
        return "amendments must list those already in the agreement, then one more"
    if latest in earlier:
        return f"{latest.id} is in the agreement already"
    if latest.fields["agreement"] != context.before.id:
        return f"{latest.id} amends {latest.fields['agreement']}"
    agreed = {name: latest.fields[name] for name in AMENDABLE if latest.fields.get(name)}
    if {name: said[name] for name in AMENDABLE if name in said} != agreed:
        return f"it must change what {latest.id} changes, to the same: {agreed or 'nothing'}"
    return None


def assigned_to_oneself(context: Context) -> str | None:
    """A nation undertakes only what it is itself to do."""
    if context.fields["assignee"] != context.statement.by.nation:
        return "one undertakes what is assigned to oneself; ask the partner for the rest"
    return None


def assigned_to_counterparty(context: Context) -> str | None:
    """The nation that is asked is the one that is to do it."""
    if context.fields["assignee"] != context.fields["counterparty"]:
        return "the assignee is the nation that is asked: the counterparty"
    return None
