"""What a portfolio kind's declaration cannot say of an action: each check names what is wrong."""

from collections.abc import Iterable

from sepakat.outlook.repeated import repeated
from sepakat.record.kind import Context


def names_domains_once(context: Context) -> str | None:
    """No domain is named twice, and none is added that is there already."""
    fields = context.fields
    return _twice((*fields["domains"], *fields.get("further", ())), "the domain")


def adds_what_was_proposed(context: Context) -> str | None:
    """Agreement is to exactly what the other nation proposed."""
    assert context.before is not None
    before = context.before.fields
    if [*context.fields["domains"]] != [*before["domains"], *before["further"]]:
        return "domains must be those that there are and then those proposed, in their order"
    return None


def names_participants_once(context: Context) -> str | None:
    """Who leads takes part already, and so do those who joined."""
    fields = context.fields
    taking_part = (fields["lead"], *fields.get("participants", ()))
    joining = fields["joining"] if context.before else ()
    if context.before and not joining:
        return "joining must name an organisation"
    return _twice((*taking_part, *joining), "the organisation")


def adds_who_was_proposed(context: Context) -> str | None:
    """Agreement is to exactly those organisations that were proposed."""
    assert context.before is not None
    before = context.before.fields
    if [*context.fields["participants"]] != [*before.get("participants", ()), *before["joining"]]:
        return "participants must be those that there are and then those proposed, in their order"
    return None


def fits_portfolio(context: Context) -> str | None:
    """The domain and who pays are the portfolio's; phases follow one another."""
    fields = context.fields
    (portfolio,) = context.refs["portfolio"]
    if fields["domain"] not in portfolio.fields["domains"]:
        return f"{portfolio.id} has the domains {', '.join(portfolio.fields['domains'])}"
    for funding in fields["budget"]:
        if funding["nation"] not in portfolio.parties:
            return f"{funding['nation']} is no party, and pays nothing"
        if funding["amount"].startswith("-"):
            return f"{funding['nation']} cannot pay less than nothing in {funding['year']}"
    if wrong := _twice((f"{f['nation']} {f['year']}" for f in fields["budget"]), "the budget of"):
        return wrong
    return _phases_follow(context) or names_participants_once(context)


def _phases_follow(context: Context) -> str | None:
    phases = context.fields["phases"]
    for phase in phases:
        if phase["ends"] < phase["starts"]:
            return f"the phase {phase['title']} ends before it starts"
    if [*phases] != sorted(phases, key=lambda phase: phase["starts"]):
        return "phases must be in the order in which they start"
    return _twice((phase["title"] for phase in phases), "the phase")


def names_grades_once(context: Context) -> str | None:
    """No two grades have one name."""
    return _twice((grade["name"] for grade in context.fields["grades"]), "the grade")


def is_on_scale(context: Context) -> str | None:
    """The grade is one of the scale's; the scale and the forecast are this project's, and who
    rates it is a party to it."""
    (scale,), (project,) = context.refs["scale"], context.refs["project"]
    if context.statement.by.nation not in project.parties:
        return f"{project.id} is of {' and '.join(sorted(project.parties))}"
    if scale.fields["portfolio"] != project.fields["portfolio"]:
        return f"{scale.id} is for {scale.fields['portfolio']}"
    for forecast in context.refs.get("forecast", ()):
        if forecast.fields["project"] != project.id:
            return f"{forecast.id} is a forecast of {forecast.fields['project']}"
    grade = context.fields.get("grade")
    names = [each["name"] for each in scale.fields["grades"]]
    if grade is not None and grade not in names:
        return f"{scale.id} has the grades {', '.join(names)}"
    return None


def _twice(names: Iterable[str], what: str) -> str | None:
    name = repeated(names)
    return None if name is None else f"{what} {name} is named twice"
