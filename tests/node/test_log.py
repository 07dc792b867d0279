"""Log lines keep to one line, and to themselves what a record says."""

import logging
import sys

from sepakat.node.log import LineFormatter


def line(message: str, *args: object, exc_info: object = None) -> str:
    record = logging.LogRecord("node", logging.ERROR, "", 0, message, args, exc_info)
    return LineFormatter().format(record)


def test_no_character_begins_a_second_line() -> None:
    every = "".join(map(chr, range(0x3000)))
    shown = line("refused %s", every)
    assert len(shown.splitlines()) == 1
    assert not {char for char in shown if ord(char) < 32 or 127 <= ord(char) < 160}
    assert r"\n" in shown
    assert r"\x1b" in shown
    assert "\N{LATIN SMALL LETTER E WITH ACUTE}" in shown


def test_an_exception_is_named_and_placed_but_not_quoted() -> None:
    try:
        raise ValueError("the price is 4 million")
    except ValueError:
        info = sys.exc_info()
    shown = line("failed", exc_info=info)
    assert "ValueError at test_log.py:" in shown
    assert "million" not in shown
    assert len(shown.splitlines()) == 1


def test_a_traceback_that_another_handler_wrote_is_not_repeated() -> None:
    """The logging library keeps a formatted traceback on the record for the next handler."""
    try:
        raise ValueError("the price is 4 million")
    except ValueError:
        record = logging.LogRecord("node", logging.ERROR, "", 0, "failed", (), sys.exc_info())
    assert "million" in logging.Formatter().format(record)
    assert "million" not in LineFormatter().format(record)
