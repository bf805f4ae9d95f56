"""How a wrong settings file is answered, for the tests that give one."""

from pathlib import Path

import pytest

from common.settings import SettingsRefused, read_file


def refusal(tmp_path: Path, text: str) -> list[str]:
    """Return the lines with which a file is refused, without the folder."""
    path = tmp_path / "connector.toml"
    path.write_text(text)
    with pytest.raises(SettingsRefused) as refused:
        read_file(path)
    assert [str(fault) for fault in refused.value.faults] == str(refused.value).splitlines()
    return str(refused.value).replace(f"{tmp_path}/", "").splitlines()
