"""The tables of the desk. None of them is part of the record."""

from sepakat.desk.api.models import KeptAnswer
from sepakat.desk.jobs.models import Job
from sepakat.desk.kinds.models import SavedView
from sepakat.desk.notices.models import Feed, Heard, Notice, Preference
from sepakat.desk.pages.models import Look

__all__ = ["Feed", "Heard", "Job", "KeptAnswer", "Look", "Notice", "Preference", "SavedView"]
