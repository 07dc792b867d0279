"""A plan's days of work as dates: what simulations count in, and what people read."""

from datetime import date, datetime, time, timedelta

from sepakat.outlook.plan.calendars import Clock, minute, moment
from sepakat.outlook.plan.model import Plan

_HALF = 0.5  # a minute: dates are to the minute, and sums of float32 lie a little beside theirs


class WorkingDays:
    """Days of work by the plan's own calendar, counted from its data date, or else its start."""

    def __init__(self, plan: Plan) -> None:
        calendar = plan.own_calendar
        begin = plan.data_date or plan.start
        self._clock = Clock(calendar, begin.date())
        self._per_day = calendar.day_minutes
        self._from = self._clock.worked(minute(begin))
        self.start = begin

    def on(self, days: float) -> date:
        """The date on which so much has been worked: that of a finish."""
        minutes = round(days * self._per_day)
        if minutes <= 0:
            return self.start.date()
        return moment(self._clock.first(self._from + minutes)).date()

    def begins(self, days: float) -> date:
        """The date on which work goes on after so much of it: that of a start."""
        return moment(self._clock.last(self._from + round(days * self._per_day))).date()

    def by(self, day: date) -> float:
        """The most that can have been worked by the end of a day: what `on` dates no later than
        it. Below 0 before the first day."""
        if day < self.start.date():
            return -1.0
        midnight = datetime.combine(day, time()) + timedelta(days=1)
        return (self._clock.worked(minute(midnight)) - self._from + _HALF) / self._per_day

    def until(self, at: datetime) -> float:
        """How much has been worked by a time; 0 before the first day."""
        return max(0.0, (self._clock.worked(minute(at)) - self._from) / self._per_day)
