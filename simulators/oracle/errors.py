"""Errors as the framework writes them: structured from version 4 on, plain text before (oracle-fusion.md, 1.8)."""

from http import HTTPStatus

import orjson
from starlette.responses import Response

NOT_QUERYABLE = "27520"
UNPARSEABLE = "27521"
NOT_FOUND = "27500"


class FusionError(Exception):
    """An answer other than success: a status, one sentence, and the framework's code and path where it has them."""

    def __init__(self, status: int, detail: str, *, code: str | None = None, path: str | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.code = code
        self.path = path

    def response(self, framework: int) -> Response:
        """Return the answer in the form of a framework version."""
        if framework < 4:
            return Response(self.detail, status_code=self.status, media_type="text/plain")
        error = {"detail": self.detail, "o:errorCode": self.code, "o:errorPath": self.path}
        body = {
            "title": HTTPStatus(self.status).phrase,
            "status": str(self.status),
            "o:errorDetails": [{name: value for name, value in error.items() if value is not None}],
        }
        return Response(orjson.dumps(body), status_code=self.status, media_type="application/vnd.oracle.adf.error+json")


def bad_parameter(name: str, reason: str) -> FusionError:
    """Return the error for a query parameter that cannot be used."""
    return FusionError(
        400, f"URL request parameter {name} cannot be used in this context. {reason}", code=NOT_QUERYABLE
    )


def not_found() -> FusionError:
    """Return the error for an item that is not there."""
    return FusionError(404, "The resource item wasn't found.", code=NOT_FOUND)
