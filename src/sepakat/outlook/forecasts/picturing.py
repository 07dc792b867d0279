"""The figures that a forecast's pictures are drawn from."""

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256

from sepakat.outlook.forecasts import figures
from sepakat.outlook.forecasts.figures import Figures
from sepakat.outlook.forecasts.simulating import Simulated
from sepakat.outlook.simulation.drivers import Treated, cruciality
from sepakat.outlook.simulation.model import Model
from sepakat.outlook.simulation.results import frontier, quantiles, s_curve, scatter
from sepakat.record.kind import Object

KEPT = 20_000_000  # finishes that are held at once: 80 MB
CURVE, SCATTER, FRONTIER = 41, 600, 25  # points
JOINT = 80  # per cent: the frontier's confidence
DRIFT = 3  # days by which a date of the model may differ from the plan's unsaid
LONGEST = 200  # characters


def picture(of: Simulated) -> Figures:
    result = of.result
    return Figures(
        v=1,
        plan=sha256(of.request.file).hexdigest(),
        activities=tuple(_activities(of)),
        curves=tuple(_curve(row["activity"], of) for row in of.open),
        cost=tuple(
            figures.Within(cost=round(x), share=_tenths(y)) for x, y in s_curve(result.cost, CURVE)
        ),
        scatter=_points(scatter(result, SCATTER), of),
        frontier=_points(frontier(result, JOINT, FRONTIER), of),
        treatments=tuple(
            _treatment(risk, each, of)
            for (risk, _mitigation), each in zip(of.modelled.treatments, of.treated, strict=True)
        ),
        notes=tuple(note[:LONGEST] for note in (*of.modelled.notes, *_drift(of))),
    )


def _activities(of: Simulated) -> Iterator[figures.Row]:
    """A row for each activity that logic dates, in the plan's order; none where they are too many
    for any picture."""
    result, iterations = of.result, of.request.iterations
    codes = [code for code in of.plan.by_code if code in result.criticality]
    if len(codes) > figures.MAX_ACTIVITIES:
        return
    crucial = cruciality(of.model, result)
    phases = {phase.code: phase.name for phase in of.plan.phases}
    size = max(1, KEPT // iterations)
    for first in range(0, len(codes), size):
        part = of.simulate(of.model, codes[first : first + size])
        for code, ends in part.milestones.items():
            share = result.criticality[code], crucial.get(code, 0.0)
            yield _row(code, quantiles(ends, (50, 80)), share, phases, of)


def _row(
    code: str,
    band: Mapping[float, float],
    share: tuple[float, float],
    phases: Mapping[str, str],
    of: Simulated,
) -> figures.Row:
    activity, dates = of.plan.by_code[code], of.schedule.by_code[code]
    done = activity.actual_finish
    ends = [(done.date() if done else of.days.on(band[level])).isoformat() for level in (50, 80)]
    criticality, crucial = (0, 0) if done else map(_tenths, share)
    return figures.Row(
        code=code,
        name=activity.name[:LONGEST],
        phase=phases.get(activity.phase, "")[:LONGEST],
        start=dates.start.date().isoformat(),
        finish=dates.finish.date().isoformat(),
        p50=ends[0],
        p80=ends[1],
        criticality=criticality,
        cruciality=crucial,
        milestone=activity.type.is_milestone,
        done=done is not None,
    )


def _curve(activity: str, of: Simulated) -> figures.Curve:
    points = s_curve(of.result.milestones[activity], CURVE)
    return figures.Curve(
        activity=activity,
        points=tuple(figures.At(by=of.days.on(x).isoformat(), share=_tenths(y)) for x, y in points),
    )


def _points(points: Iterable[tuple[float, float]], of: Simulated) -> tuple[figures.Point, ...]:
    return tuple(figures.Point(on=of.days.on(x).isoformat(), cost=round(y)) for x, y in points)


def _treatment(risk: Object, treated: Treated, of: Simulated) -> figures.Treated:
    before, after = of.end(treated.before), of.end(treated.after)
    return figures.Treated(
        risk=risk.id,
        title=treated.mitigation.name,
        price=round(treated.mitigation.price),
        before=before.p80.isoformat(),
        after=after.p80.isoformat(),
        on_time_before=_tenths(before.on_time),
        on_time_after=_tenths(after.on_time),
        cost_before=round(before.cost),
        cost_after=round(after.cost),
    )


def _drift(of: Simulated) -> Iterator[str]:
    """Milestones whose date in the model, with nothing uncertain, is not the plan's."""
    certain = Model(of.model.network, not_before=of.model.not_before)
    ends = of.simulate(certain, [row["activity"] for row in of.open], 1).milestones
    for row in of.open:
        own = of.days.on(float(ends[row["activity"]][0]))
        planned = of.schedule.by_code[row["activity"]].finish.date()
        if abs((own - planned).days) > DRIFT:
            yield (
                f"{row['activity']}: the plan's date is {planned}, the model's {own}; calendars or "
                "constraints differ"
            )


def _tenths(share: float) -> int:
    """Tenths of a per cent."""
    return round(1000 * share)
