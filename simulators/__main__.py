"""`python -m simulators [oracle|jaggaer|both]`: the simulators as a process of their own, until SIGTERM or SIGINT.

Client ids and secrets come from the environment (ORACLE_CLIENT_ID, ORACLE_CLIENT_SECRET, JAGGAER_CLIENT_ID,
JAGGAER_CLIENT_SECRET, JAGGAER_SHARED_SECRET), secrets also from files (ORACLE_CLIENT_SECRET_FILE and so on). A secret
that is not set is generated and printed once.
"""

import argparse
import asyncio
import os
import secrets
from functools import partial
from pathlib import Path
from typing import Any

from simulators.jaggaer.app import create_app as create_jaggaer
from simulators.jaggaer.options import JaggaerOptions, Sender
from simulators.oracle import samples
from simulators.oracle.app import create_app as create_oracle
from simulators.oracle.options import OracleOptions
from simulators.server import RunningServer, run_together


def main() -> None:
    """Run what is asked for."""
    arguments = _arguments()
    servers = []
    if arguments.system in ("oracle", "both"):
        servers.append(_oracle(arguments))
    if arguments.system in ("jaggaer", "both"):
        servers.append(_jaggaer(arguments))
    asyncio.run(run_together(servers))


def _oracle(arguments: argparse.Namespace) -> RunningServer:
    options = OracleOptions(
        orders=arguments.orders,
        lines=arguments.lines,
        suppliers=arguments.suppliers,
        invoices=arguments.invoices,
        pending_every=arguments.pending_every,
        accounts=arguments.accounts,
        cost_centers=arguments.cost_centers,
        combinations=arguments.combinations,
        seed=arguments.seed,
        client_id=os.environ.get("ORACLE_CLIENT_ID", "ml-connector"),
        client_secret=_secret("ORACLE_CLIENT_SECRET"),
        samples=arguments.samples,
    )
    announce = partial(_say, "Oracle")
    return RunningServer(create_oracle(options), arguments.host, arguments.oracle_port, announce=announce)


def _jaggaer(arguments: argparse.Namespace) -> RunningServer:
    sender = Sender(
        domain="NetworkID",
        identity=os.environ.get("JAGGAER_SENDER", "ml-connector"),
        secret=_secret("JAGGAER_SHARED_SECRET"),
    )
    options = JaggaerOptions(
        client_id=os.environ.get("JAGGAER_CLIENT_ID", "ml-connector"),
        client_secret=_secret("JAGGAER_CLIENT_SECRET"),
        senders=(sender,),
    )
    announce = partial(_say, "JAGGAER")
    return RunningServer(create_jaggaer(options), arguments.host, arguments.jaggaer_port, announce=announce)


def _secret(name: str) -> str:
    known, file = os.environ.get(name), os.environ.get(f"{name}_FILE")
    if known:
        return known
    if file:
        return Path(file).read_text(encoding="utf-8").strip()
    generated = secrets.token_urlsafe(24)
    print(f"{name}={generated}", flush=True)  # noqa: T201 - the only place where a generated secret can be learned
    return generated


def _say(system: str, url: str) -> None:
    print(f"{system}: {url}  admin page: {url}/admin", flush=True)  # noqa: T201 - where to go is what was asked for


def _samples(folder: str) -> tuple[Any, ...]:
    try:
        return tuple(samples.read_folder(Path(folder)))
    except (OSError, ValueError) as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m simulators", description=__doc__)
    parser.add_argument("system", nargs="?", choices=("oracle", "jaggaer", "both"), default="both")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--oracle-port", type=int, default=8801)
    parser.add_argument("--jaggaer-port", type=int, default=8802)
    parser.add_argument("--orders", type=int, default=500)
    parser.add_argument("--lines", type=int, default=10)
    parser.add_argument("--suppliers", type=int, default=5)
    parser.add_argument("--invoices", type=int, default=0)
    parser.add_argument(
        "--pending-every", type=int, default=0, help="every how manyth order waits for its supplier; 0: none"
    )
    parser.add_argument("--accounts", type=int, default=50)
    parser.add_argument("--cost-centers", type=int, default=50)
    parser.add_argument("--combinations", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--samples",
        type=_samples,
        default=(),
        metavar="FOLDER",
        help="start Oracle with the rows of the JSON answers in this folder, beside the generated ones",
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
