"""`ml-connector bus`: the queues, declared by a user who may, for workers that may not."""

import os
from typing import Annotated

import orjson
import typer

from common.bus.definitions import RIGHTS
from common.bus.session import RabbitSession
from common.settings import SettingsRefused, load
from common.telemetry import redaction
from console import output

app = typer.Typer(no_args_is_help=True, help="The queues on RabbitMQ, and who may do what with them.")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command()
def declare(as_json: AsJson = False) -> None:
    """Declare every queue, as the user of RABBITMQ_URL; one that is there with other arguments is refused."""
    url = load(os.environ).rabbitmq_url
    if url is None:
        raise SettingsRefused("RABBITMQ_URL is not set. A bus in memory needs no declaration.")
    redaction.register_url(url)
    session = RabbitSession(url)
    try:
        declared = session.declare()
    finally:
        session.close()
    if as_json:
        output.show_json({"declared": declared})
    else:
        output.OUT.print(f"Declared: {', '.join(declared)}.")


@app.command()
def rights(as_json: AsJson = False) -> None:
    """Show which users RabbitMQ should have, and the patterns of their rights."""
    rows = [
        {"user": user, "configure": one.configure, "write": one.write, "read": one.read, "tags": ", ".join(one.tags)}
        for user, one in RIGHTS.items()
    ]
    if as_json:
        output.show_json(orjson.loads(orjson.dumps(rows)))
    else:
        output.table("Rights", ("user", "tags", "configure", "write", "read"), rows, empty="")
