"""What is to be done with a document in tests: it is new, it changed, it is no more."""

from dataclasses import replace
from datetime import UTC, datetime

from schemas.identity import Action, Intent

CREATE = Intent(
    action=Action.CREATE,
    serial=1,
    dedupe_key="7.0.abc@ml-connector",
    previous_key=None,
    stated_at=datetime(2025, 3, 6, 8, 0, tzinfo=UTC),
)
UPDATE = replace(CREATE, action=Action.UPDATE, serial=3, dedupe_key="9.0.def@ml-connector", previous_key="8.0.abc@x")
CANCEL = replace(UPDATE, action=Action.CANCEL)
