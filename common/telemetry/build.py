"""What is running: version, commit, Python and date of the build, for `--version`, metrics and support.

The version comes from the git tag at build time. An image is told its commit and date by build arguments, because
there is no git in it; elsewhere the version of an untagged commit names the commit itself.
"""

import os
import platform
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

_COMMIT = re.compile(r"\+g([0-9a-f]{7,40})")
_UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """The facts of a build; `commit` and `date` are `unknown` where nobody told them."""

    version: str
    commit: str
    date: str
    python: str


def facts(environment: Mapping[str, str] = os.environ) -> Build:
    """Return the facts of what is running."""
    try:
        installed = version("ml-connector")
    except PackageNotFoundError:
        installed = _UNKNOWN
    named = _COMMIT.search(installed)
    return Build(
        version=installed,
        commit=environment.get("ML_CONNECTOR_COMMIT") or (named[1] if named else _UNKNOWN),
        date=environment.get("ML_CONNECTOR_BUILT") or _UNKNOWN,
        python=platform.python_version(),
    )
