"""The JAGGAER simulator as an ASGI application: all doors, the admin pages, and the transport faults around them.

`create_app(JaggaerOptions(..))` makes one instance; `app.state.simulator` is the object behind it. Serve it with
`simulators.server.serve`, which a fault that cuts connections needs, or call it in process.
"""

from starlette.applications import Starlette
from starlette.middleware import Middleware

from simulators import faults
from simulators.jaggaer import admin
from simulators.jaggaer.cxml import CxmlDoor
from simulators.jaggaer.indirect import IndirectDoor
from simulators.jaggaer.j1p import J1pDoor
from simulators.jaggaer.options import JaggaerOptions
from simulators.jaggaer.simulator import JaggaerSimulator


def create_app(options: JaggaerOptions | None = None) -> Starlette:
    """Return a new instance. Raises ValueError (in the options) and lxml's DTDParseError for an unusable DTD."""
    simulator = JaggaerSimulator(options or JaggaerOptions())
    app = Starlette(
        routes=[
            *J1pDoor(simulator).routes(),
            *CxmlDoor(simulator).routes(),
            *IndirectDoor(simulator).routes(),
            *faults.admin_routes(simulator.faults),
            *admin.routes(simulator),
        ],
        middleware=[Middleware(simulator.faults.wrap)],
    )
    app.state.simulator = simulator
    return app
