"""What the code of this project never does, read from its own syntax trees (A19, A22)."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("workers", "producers", "common", "schemas", "console", "simulators", "benchmarks")
EXECUTES = {"execute", "executemany", "fetch_all", "fetch_one", "copy"}
REQUESTS = {
    "Client",
    "AsyncClient",
    "HTTPTransport",
    "request",
    "stream",
    "get",
    "post",
    "put",
    "patch",
    "delete",
    "head",
}
OTHER_CLIENTS = {"urllib.request", "http.client", "requests", "urllib3", "aiohttp"}
LOOKED_AT_ONLY = {"common/connections/probe.py": 2}
"""Where a certificate that is not trusted is read, to say why not: a handshake, and nothing sent (test_probe.py)."""
SQL_WORDS = ("SELECT ", "INSERT ", "UPDATE ", "DELETE ", "CREATE ", "DROP ", "ALTER ", "TRUNCATE ", "WITH ")


def modules() -> Iterator[tuple[str, ast.Module]]:
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            yield str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8"))


def unverified(tree: ast.Module) -> list[int]:
    """Return the lines that would let TLS go unverified."""
    found = []
    for node in ast.walk(tree):
        match node:
            case ast.keyword(arg="verify" | "check_hostname" | "cert_reqs", value=ast.Constant(value=False | None | 0)):
                found.append(node.value.lineno)
            case ast.Assign(targets=[ast.Attribute(attr="check_hostname")], value=ast.Constant(value=False)):
                found.append(node.lineno)
            case ast.Attribute(attr="CERT_NONE" | "CERT_OPTIONAL" | "_create_unverified_context"):
                found.append(node.lineno)
            case _:
                pass
    return found


def asked_directly(tree: ast.Module) -> list[int]:
    """Return the lines that make a request, or a client for some, past the one builder."""
    found = []
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="httpx"), attr=name)) if name in REQUESTS:
                found.append(node.lineno)
            case ast.Import(names=names) if {one.name for one in names} & OTHER_CLIENTS:
                found.append(node.lineno)
            case ast.ImportFrom(module=str() as name) if name in OTHER_CLIENTS:
                found.append(node.lineno)
            case _:
                pass
    return found


def built_sql(tree: ast.Module) -> list[int]:
    """Return the lines where a statement is put together from values."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
            if str(node.values[0].value).lstrip().upper().startswith(SQL_WORDS):
                found.append(node.lineno)
        elif isinstance(node, ast.Call) and _name(node.func) in EXECUTES and node.args:
            if not _is_fixed(node.args[0]):
                found.append(node.lineno)
        elif isinstance(node, ast.Call) and _name(node.func) == "SQL" and not isinstance(node.args[0], ast.Constant):
            found.append(node.lineno)
    return found


def _name(called: ast.expr) -> str:
    return called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")


def _is_fixed(statement: ast.expr) -> bool:
    """Whether a statement is a literal, one of a `.sql` file, or composed by psycopg with its identifiers quoted."""
    match statement:
        case ast.Constant() | ast.Subscript(value=ast.Name(id="_SQL") | ast.Attribute(attr="sql")):
            return True
        case ast.Name(id=name):  # a constant of the module, or the parameter of the one door, `pool.py`
            return name.isupper() or name == "statement"
        case ast.Attribute(value=ast.Name(id="migration"), attr="sql"):
            return True
        case ast.Call(func=ast.Attribute(attr="format", value=ast.Call() as composed)):
            return _name(composed.func) == "SQL"
        case _:
            return False


def test_tls_is_always_verified() -> None:
    found = {path: len(lines) for path, tree in modules() if (lines := unverified(tree))}

    assert found == LOOKED_AT_ONLY


def test_every_request_goes_through_the_one_client() -> None:
    allowed = {
        "common/connections/http_client.py",
        "console/demo/stage.py",  # the demo asks its own simulators
        "simulators/jaggaer/cxml_sender.py",  # a system of its own
    }
    found = {path for path, tree in modules() if asked_directly(tree) and not path.startswith("benchmarks")}

    assert found == allowed


def test_no_sql_is_built_from_values() -> None:
    assert {path: lines for path, tree in modules() if (lines := built_sql(tree))} == {}


@pytest.mark.parametrize(
    "code",
    [
        "httpx.Client(verify=False)",
        "httpx.get(url, verify=False)",
        "context.check_hostname = False",
        "context.verify_mode = ssl.CERT_NONE",
        "ssl._create_unverified_context()",
    ],
)
def test_the_check_sees_unverified_tls(code: str) -> None:
    assert unverified(ast.parse(code)) == [1]


@pytest.mark.parametrize(
    "code", ["httpx.get(url)", "httpx.Client()", "import urllib.request", "from http.client import HTTPConnection"]
)
def test_the_check_sees_another_client(code: str) -> None:
    assert asked_directly(ast.parse(code)) == [1]


@pytest.mark.parametrize(
    "code",
    [
        "database.fetch_all(f'TABLE {name}')",
        "connection.execute('SELECT ' + name)",
        "connection.execute('SELECT %s' % name)",
        "connection.execute('SELECT {}'.format(name))",
        "connection.execute(query)",
        "connection.execute(sql.SQL(query))",
        "query = f'select * from {table}'",
        "sql.SQL(f'TABLE {name}')",
    ],
)
def test_the_check_sees_built_sql(code: str) -> None:
    assert 1 in built_sql(ast.parse(code))
