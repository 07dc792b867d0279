"""How a node logs: one line an event, and nothing of a record."""

import logging
import re
import traceback
from pathlib import PurePath
from time import gmtime
from types import TracebackType


class LineFormatter(logging.Formatter):
    """One line for each event.

    Of an exception it gives the class and where it was raised, never the message, which may quote
    what a statement says. Of a path that is a secret link it gives the beginning. Characters that
    could begin a second line are escaped.
    """

    converter = staticmethod(gmtime)
    default_time_format = "%Y-%m-%dT%H:%M:%SZ"
    default_msec_format = None

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname} {name} {message}", style="{")

    def format(self, record: logging.LogRecord) -> str:
        plain = logging.makeLogRecord(
            record.__dict__ | {"exc_info": None, "exc_text": None, "stack_info": None}
        )
        line = _SECRET_LINKS.sub(r"\1…", super().format(plain))
        if record.exc_info:
            line = f"{line} [{_describe(*record.exc_info)}]"
        return line.translate(_ESCAPES)


def _describe(
    kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
) -> str:
    frames = traceback.extract_tb(trace)[-4:]
    places = (f"{PurePath(frame.filename).name}:{frame.lineno}" for frame in frames)
    return f"{kind.__qualname__ if kind else 'no exception'} at {' > '.join(places)}"


# Whatever refuses a request may log its path: a wrong method or host, a form that is not filled in.
_SECRET_LINKS = re.compile(r"(/(?:feeds|invitation|password/reset/key)/)[^\s/]+")
_ESCAPES = {code: repr(chr(code))[1:-1] for code in (*range(32), *range(127, 160), 0x2028, 0x2029)}
