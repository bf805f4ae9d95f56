"""Errors as the framework writes them: structured from version 4 on, plain text before (oracle-fusion.md, 1.8)."""

from http import HTTPStatus

import orjson
from starlette.responses import Response

NOT_QUERYABLE = "27520"
UNPARSEABLE = "27521"
NOT_FOUND = "27500"
REQUIRED = "27014"
NO_MATCHING_ROW = "27024"


class FusionError(Exception):
    """An answer other than success: a status, one sentence, and the framework's code and path where it has them.

    `also`: what else was wrong with the same request, from version 4 on.
    """

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        code: str | None = None,
        path: str | None = None,
        also: tuple["FusionError", ...] = (),
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.code = code
        self.path = path
        self.also = also

    @classmethod
    def of(cls, errors: "list[FusionError]") -> "FusionError":
        """Return several errors of one request as one, the first of them leading."""
        first, *others = errors
        return cls(first.status, first.detail, code=first.code, path=first.path, also=tuple(others))

    def response(self, framework: int) -> Response:
        """Return the answer in the form of a framework version."""
        if framework < 4:
            return Response(self.detail, status_code=self.status, media_type="text/plain")
        body = {
            "title": HTTPStatus(self.status).phrase,
            "status": str(self.status),
            "o:errorDetails": [error.described() for error in (self, *self.also)],
        }
        return Response(orjson.dumps(body), status_code=self.status, media_type="application/vnd.oracle.adf.error+json")

    def described(self) -> dict[str, str]:
        """Return this one error as version 4 writes it."""
        error = {"detail": self.detail, "o:errorCode": self.code, "o:errorPath": self.path}
        return {name: value for name, value in error.items() if value is not None}


def bad_parameter(name: str, reason: str) -> FusionError:
    """Return the error for a query parameter that cannot be used."""
    return FusionError(
        400, f"URL request parameter {name} cannot be used in this context. {reason}", code=NOT_QUERYABLE
    )


def not_found() -> FusionError:
    """Return the error for an item that is not there."""
    return FusionError(404, "The resource item wasn't found.", code=NOT_FOUND)


def required(name: str, path: str) -> FusionError:
    """Return the error for an attribute that a payload has to name; `path` is what it is missing in (1.8)."""
    return FusionError(400, f"Attribute {name} is required.", code=REQUIRED, path=f"{path}/{name}")


def no_matching_row(name: str, path: str) -> FusionError:
    """Return the error for a value that its list of values does not have (1.8)."""
    return FusionError(
        400,
        f"Applying List binding LOV_{name} with given set of values leads to no matching row.",
        code=NO_MATCHING_ROW,
        path=f"{path}/{name}",
    )


def refused(name: str, path: str, detail: str, *, code: str | None = None) -> FusionError:
    """Return the error for an attribute whose value is refused with a sentence of its own."""
    return FusionError(400, detail, code=code, path=f"{path}/{name}")
