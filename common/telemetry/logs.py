"""Structured logs: one JSON object per line, or readable lines on a terminal.

Every line about a record carries `record`, `job`, `document`: whoever works on one binds them with `about`, so that the
lines of whatever it calls carry them too. Control characters are escaped by the renderer, so a document cannot forge a
line. Every line goes through `redaction` twice: its values by name, and the finished line, traceback included, by value
and shape. Both hold for what libraries log as well, because there is one handler.
"""

import logging
import sys
import threading
from contextlib import AbstractContextManager
from enum import StrEnum
from types import TracebackType
from typing import Any

import orjson
import structlog

from common.telemetry import redaction


class LogFormat(StrEnum):
    """How lines look."""

    JSON = "json"
    TEXT = "text"


class RedactingFormatter(structlog.stdlib.ProcessorFormatter):
    """The formatter of every line: what leaves it has been masked."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the finished line."""
        return redaction.mask(super().format(record))


class RedactingFilter(logging.Filter):
    """For handlers that are not ours: masks a record, its arguments and its traceback before they are formatted."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Mask the record; let it through."""
        record.msg, record.args = redaction.mask(record.getMessage()), None
        if record.exc_info:
            record.exc_text = redaction.mask(logging.Formatter().formatException(record.exc_info))
        elif record.exc_text:
            record.exc_text = redaction.mask(record.exc_text)
        return True


def guard_handlers() -> None:
    """Mask what the root's present handlers write: those of dramatiq's command, until `configure` replaces them."""
    for handler in logging.getLogger().handlers:
        handler.addFilter(RedactingFilter())


def configure(log_format: LogFormat, level: str) -> None:
    """Send the whole process's logs, those of libraries included, to standard error in one format."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _redact,
    ]
    renderer: structlog.typing.Processor
    if log_format is LogFormat.JSON:
        shared.append(structlog.processors.format_exc_info)
        renderer = structlog.processors.JSONRenderer(serializer=_json)
    else:
        # Not rich's traceback: it prints the local variables of every frame, secrets and payloads among them.
        renderer = structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    root = logging.getLogger()
    root.handlers = [_to_standard_error(shared, renderer)]
    root.setLevel(level)
    _hush_libraries()
    sys.excepthook = _log_uncaught
    threading.excepthook = _log_uncaught_in_thread


def _to_standard_error(
    shared: list[structlog.typing.Processor], renderer: structlog.typing.Processor
) -> logging.Handler:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        RedactingFormatter(
            foreign_pre_chain=[structlog.stdlib.ExtraAdder(), *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    return handler


def _hush_libraries() -> None:
    for chatty in ("httpx", "httpcore", "psycopg.pool"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    # While RabbitMQ is away pika tells each try six times, with tracebacks; whoever tries says it once.
    logging.getLogger("pika").setLevel(logging.CRITICAL)


def logger(name: str) -> structlog.stdlib.BoundLogger:
    """Return the logger of a module."""
    bound: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return bound


def about(**facts: object) -> AbstractContextManager[None]:
    """Put facts (`record`, `job`, `document`) into every line that this thread logs in a `with` block."""
    return structlog.contextvars.bound_contextvars(**facts)


def _redact(_: Any, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Mask an event's values by their names, before they are rendered."""
    return {
        name: value if name.startswith("_") or name == "exc_info" else redaction.mask_value({name: value})[name]
        for name, value in event.items()
    }


def _log_uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Log what would otherwise be printed with every secret in it."""
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    logging.getLogger("uncaught").critical("this process ends", exc_info=(kind, error, trace))


def _log_uncaught_in_thread(arguments: threading.ExceptHookArgs) -> None:
    if arguments.exc_value is not None and not issubclass(arguments.exc_type, SystemExit):
        trace = (arguments.exc_type, arguments.exc_value, arguments.exc_traceback)
        logging.getLogger("uncaught").critical("a thread ends", exc_info=trace)


def _json(event: Any, **_: Any) -> str:
    return orjson.dumps(event, default=str).decode()
