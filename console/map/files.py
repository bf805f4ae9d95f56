"""Mapping sets as files of a person: CSV or XLSX, by the ending of the name."""

import hashlib
from dataclasses import replace
from pathlib import Path

import typer

from common.mapping import sheets
from common.mapping.rules import RuleSet
from common.mapping.sheet_lines import SheetFault
from common.mapping.sheets import SheetRefused
from common.mapping.table import SetFile
from console.map.ground import Ground

_CSV, _XLSX = ".csv", ".xlsx"


def read(path: Path, ground: Ground, *, note: str = "") -> SetFile:
    """Return the set that a file holds. Raises SheetRefused, and BadParameter for a file that cannot be read at all."""
    reader = sheets.read_xlsx if _ending(path) == _XLSX else sheets.read_csv
    try:
        content = path.read_bytes()
    except OSError as error:
        raise typer.BadParameter(f"{path} cannot be read: {error.strerror}") from None
    rules = reader(content, kind=ground.kind, segments=ground.parts, sheet=path.name)
    return SetFile(rules=_with_fields(rules, ground, path.name), file_hash=hashlib.sha256(content).digest(), note=note)


def write(path: Path, rules: RuleSet, ground: Ground) -> None:
    """Write a set to a file, in place of what was there. Raises BadParameter."""
    writer = sheets.write_xlsx if _ending(path) == _XLSX else sheets.write_csv
    try:
        path.write_bytes(writer(rules, ground.parts))
    except OSError as error:
        raise typer.BadParameter(f"{path} cannot be written: {error.strerror}") from None


def _ending(path: Path) -> str:
    ending = path.suffix.lower()
    if ending not in (_CSV, _XLSX):
        raise typer.BadParameter(f"{path} is neither {_CSV} nor {_XLSX}")
    return ending


def _with_fields(rules: RuleSet, ground: Ground, name: str) -> RuleSet:
    """Return the set with the fields that the settings promise; it must have a column for each, and for no other."""
    given = set(rules.fields)
    faults = [
        SheetFault(sheet=name, row=1, column=f"-> {field}", value="no such column", expected=_why(ground))
        for field in ground.fields
        if field not in given
    ] + [
        SheetFault(sheet=name, row=1, column=f"-> {field}", value=field, expected=_why(ground))
        for field in rules.fields
        if field not in ground.fields
    ]
    if faults:
        raise SheetRefused(faults)
    return replace(rules, fields=ground.fields)


def _why(ground: Ground) -> str:
    fields = ", ".join(ground.fields)
    if ground.fields == ("unit",):
        return f"a column for {fields} alone"
    return f"a column for each of {fields}, as integrations.{ground.integration}.accounts.fields says, and no other"
