"""Log lines: JSON for machines or text for people, and in neither an address, an id, a slip or a network address.

Built on the standard library's ``logging``, which uvicorn, SQLAlchemy and all else speak already.
"""

import logging
import re
import sys
import traceback
from datetime import UTC, datetime
from typing import Any, Final, Literal, TextIO

import orjson

LogFormat = Literal["text", "json"]

REQUESTS: Final = logging.getLogger("tcmchain.requests")
"""One line a request; fields stand in the record's ``fields``."""

_HIDDEN: Final = re.compile(
    r"TCMRX1\.[\w.\-]+"
    r"|0x[0-9a-fA-F]{16,}"
    r"|\b[0-9a-fA-F]{32,}\b"
    r"|\b(?:\d{1,3}\.){3}\d{1,3}\b"
    r"|\[?(?:[0-9a-fA-F]{1,4}:){3,7}[0-9a-fA-F:]{0,4}\]?"
    r"|\?[\w.%-]+=[^\s\"']*"
)
_LONGEST: Final = 2_000
_QUIET: Final = ("httpx", "httpcore", "asyncio", "websockets")


def hide(text: str) -> str:
    """A text with hashes, accounts, network addresses and query strings cut out, and its middle if it is long."""
    found = _HIDDEN.sub("…", text)
    return found if len(found) <= _LONGEST else f"{found[:200]} … {found[200 - _LONGEST :]}"


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": hide(record.getMessage()),
            **getattr(record, "fields", {}),
        }
        if record.exc_info and record.exc_info[1] is not None:
            told["error"] = type(record.exc_info[1]).__name__
            told["reason"] = hide(str(record.exc_info[1]))
            told["where"] = _frames(record.exc_info[1])
        return orjson.dumps(told).decode()


class TextLines(logging.Formatter):
    """A line as people read it."""

    def format(self, record: logging.LogRecord) -> str:
        fields = " ".join(f"{name}={value}" for name, value in getattr(record, "fields", {}).items())
        line = f"{record.levelname} {record.name}: {hide(record.getMessage())} {fields}".rstrip()
        if record.exc_info and record.exc_info[1] is not None:
            error = record.exc_info[1]
            where = "".join(f"\n  {frame}" for frame in _frames(error))
            line += f"\n{type(error).__name__}: {hide(str(error))}{where}"
        return line


def set_up(shape: LogFormat, stream: TextIO | None = None) -> None:
    """Send every log line to ``stream`` (standard error). JSON tells every request, text those that failed."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines() if shape == "json" else TextLines())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    REQUESTS.setLevel(logging.INFO if shape == "json" else logging.ERROR)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def _frames(error: BaseException) -> list[str]:
    """Where it happened: files and functions without their values."""
    frames = traceback.extract_tb(error.__traceback__)[-12:]
    return [f"{'/'.join(frame.filename.split('/')[-2:])}:{frame.lineno} {frame.name}" for frame in frames]
