"""The addresses of the pages made by hand."""

from django.urls import path

from sepakat.desk.pages import (
    changes,
    industry,
    ledgers,
    meeting,
    package,
    partnership,
    record,
    tender,
    tenders,
    today,
)
from sepakat.desk.pages.outlook import forecasting, learning, portfolio, project, schedule

urlpatterns = [
    path("", today.today, name="today"),
    path("seen", today.seen, name="seen"),
    path("changes", changes.changes, name="changes"),
    path("partnership", partnership.partnership, name="partnership"),
    path("ledgers", ledgers.ledgers, name="ledgers"),
    path("industry", industry.industry, name="industry"),
    path("industry/packages/<str:object_id>", package.package, name="package"),
    path("outlook", portfolio.portfolios, name="outlook"),
    path("outlook/learning", learning.learning, name="outlook-learning"),
    path("outlook/projects/<str:object_id>", project.project, name="outlook-project"),
    path("outlook/projects/<str:object_id>/schedule", schedule.schedule, name="outlook-schedule"),
    path("outlook/projects/<str:object_id>/forecast", forecasting.ask, name="outlook-ask"),
    path(
        "outlook/projects/<str:object_id>/forecast/<str:upload>",
        forecasting.check,
        name="outlook-forecast",
    ),
    path(
        "outlook/projects/<str:object_id>/forecast/<str:upload>/discard",
        forecasting.discard,
        name="outlook-discard",
    ),
    path("tenders", tenders.tenders, name="tenders"),
    path("tenders/<str:object_id>", tender.tender, name="tender"),
    path("meetings", meeting.meetings, name="meetings"),
    path("meetings/<str:object_id>", meeting.meeting, name="meeting"),
    path("meetings/<str:object_id>/minutes", meeting.minutes, name="meeting-minutes"),
    path("meetings/<str:object_id>/agenda.pdf", meeting.agenda_paper, name="agenda-paper"),
    path("meetings/<str:object_id>/minutes.pdf", meeting.minutes_paper, name="minutes-paper"),
    path("record", record.record, name="record"),
    path("record/<str:nation>/<int:index>", record.statement, name="statement"),
    path(
        "record/<str:nation>/<int:index>/document",
        record.statement_document,
        name="statement-document",
    ),
    path("record/<str:nation>/<int:index>/proof", record.proof, name="proof"),
]
