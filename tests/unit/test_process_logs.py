"""What a test does to the logs of its process is undone."""

import logging
import sys

import structlog
from structlog.testing import capture_logs

from common.telemetry import logs
from common.telemetry.logs import LogFormat
from tests.fixtures import process_logs

LOGGER = logs.logger("tests.unit.test_process_logs")


def test_logs_that_were_set_up_are_as_they_were_and_can_be_captured_again() -> None:
    before = (structlog.get_config(), logging.getLogger().handlers[:], logging.getLogger().level, sys.excepthook)
    with process_logs.kept():
        logs.configure(LogFormat.JSON, "DEBUG")
        LOGGER.info("once")

    assert (
        structlog.get_config(), logging.getLogger().handlers, logging.getLogger().level, sys.excepthook
    ) == before  # fmt: skip
    with capture_logs() as captured:
        LOGGER.info("twice")
    assert [entry["event"] for entry in captured] == ["twice"]
