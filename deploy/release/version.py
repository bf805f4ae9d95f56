"""Prints the version of a checkout for an image, which has no git in it: from the last tag, as the wheel gets it.

v1.2.0 itself is 1.2.0; four commits later it is 1.2.1.dev4+g0a1b2c3. Without git or a tag it prints nothing, and the
build falls back on what pyproject.toml says.
"""

import re
import subprocess
import sys
from pathlib import Path

_DESCRIBED = re.compile(r"v(\d+)\.(\d+)\.(\d+)-(\d+)-g([0-9a-f]+)")


def version(described: str) -> str:
    """Return the version of what `git describe --tags --long` says; nothing for what it cannot say."""
    match = _DESCRIBED.fullmatch(described.strip())
    if match is None:
        return ""
    major, minor, patch, since, commit = match.groups()
    if since == "0":
        return f"{major}.{minor}.{patch}"
    return f"{major}.{minor}.{int(patch) + 1}.dev{since}+g{commit}"


if __name__ == "__main__":
    try:
        command = ["git", "describe", "--tags", "--long", "--match", "v[0-9]*"]
        said = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parent).stdout
    except OSError:
        said = ""
    sys.stdout.write(version(said))
