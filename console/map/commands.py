"""The options of `ml-connector map`: what becomes of the source's codes, and which documents that sets free."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from common.clock import utc_now
from common.mapping import checks, table
from common.mapping.checks import Finding, Severity
from common.mapping.difference import difference
from common.mapping.near_misses import NearMiss, near_misses
from common.mapping.resolve import UNIT, Resolved, Unmapped, WrongChart, resolve, subject, unit
from common.mapping.rules import MappingKind, RuleSet, Subject
from common.mapping.sheets import SheetRefused
from common.mapping.suggest import Describe
from common.mapping.suggest import suggest as suggested
from common.mapping.table import SetFile
from common.settings import ReferenceFlow
from console import output
from console.actor import person
from console.map import files, show
from console.map.activation import set_free
from console.map.coverage import coverage as covered
from console.map.ground import Ground, ground
from console.map.sources import active_combinations, descriptions, known_values, open_orders, target_values
from console.map.trial import Trial, subjects
from schemas.coding import CodedShare, FieldValue
from schemas.refusals import Refused
from schemas.units import unit_map

app = typer.Typer(no_args_is_help=True, help="Mapping sets: what the source's codes are on the other side.")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Kind = Annotated[MappingKind, typer.Option("--kind", help="What the set maps.")]
IntegrationName = Annotated[
    str | None, typer.Option("--integration", help="Which integration; not needed if there is one.")
]
SetPath = Annotated[Path, typer.Argument(help="A .csv or .xlsx file.")]
Number = Annotated[int, typer.Argument(min=1, help="A version, as `map history` shows it.")]
OfVersion = Annotated[int | None, typer.Option("--version", min=1, help="A version; the active one if none is named.")]
Expected = Annotated[
    int | None,
    typer.Option("--expect-version", min=0, help="Do nothing unless this version is active until now (0: none)."),
]


@app.command("import")
def import_(
    file: SetPath,
    kind: Kind = MappingKind.ACCOUNTS,
    integration: IntegrationName = None,
    draft: Annotated[bool, typer.Option("--draft", help="Keep it as a draft: it maps nothing yet.")] = False,
    note: Annotated[str, typer.Option(help="Why, for `map history`.")] = "",
    expect_version: Expected = None,
    as_json: AsJson = False,
) -> None:
    """Read a set from a file, check it, and let it map: the records that waited for it begin again.

    Exits with 1, and keeps nothing, if the file or its rules are wrong. A draft may have wrong rules.
    """
    if draft and expect_version is not None:
        raise typer.BadParameter("a draft replaces nothing: give --expect-version to `map activate`")
    with ground(integration, kind) as on:
        given = _read(on, file, note, as_json=as_json)
        found = _findings(on, given.rules)
        if not as_json:
            show.findings(found)
        if not draft and _wrong(found):
            if as_json:
                output.show_json({"readable": True, "version": None, "findings": show.finding_rows(found)})
            raise typer.Exit(1)
        version = (
            table.add(on.database, on.integration, given, actor=person())
            if draft
            else table.add_active(on.database, on.integration, given, actor=person(), expected=expect_version)
        )
        released = None if draft or not on.used else set_free(on, version)
        if as_json:
            said = show.version_row(version) | {"findings": show.finding_rows(found)}
            output.show_json(said | show.released_values(released))
        else:
            show.activated(on, version, released)


@app.command()
def activate(
    version: Number,
    kind: Kind = MappingKind.ACCOUNTS,
    integration: IntegrationName = None,
    expect_version: Expected = None,
    as_json: AsJson = False,
) -> None:
    """Let a draft or a retired version map, instead of the one that does."""
    with ground(integration, kind) as on:
        found = _findings(on, on.rules(version))
        if not as_json:
            show.findings(found)
        if _wrong(found):
            if as_json:
                output.show_json({"version": version, "findings": show.finding_rows(found)})
            raise typer.Exit(1)
        now = table.activate(on.database, on.integration, kind, version, actor=person(), expected=expect_version)
        released = set_free(on, now) if on.used else None
        if as_json:
            said = show.version_row(now) | {"findings": show.finding_rows(found)}
            output.show_json(said | show.released_values(released))
        else:
            show.activated(on, now, released)


@app.command()
def export(
    file: SetPath,
    version: OfVersion = None,
    kind: Kind = MappingKind.ACCOUNTS,
    integration: IntegrationName = None,
    as_json: AsJson = False,
) -> None:
    """Write a version to a file, to be changed and imported again."""
    with ground(integration, kind) as on:
        chosen = on.version(version)
        files.write(file, table.load(on.database, chosen), on)
    if as_json:
        output.show_json({"file": str(file), "version": chosen.version, "rules": chosen.rules})
    else:
        output.OUT.print(f"Version {chosen.version} is in {escape(str(file))}: {chosen.rules:,} rules.", soft_wrap=True)


@app.command()
def validate(
    file: Annotated[Path | None, typer.Argument(help="A .csv or .xlsx file; else a version is checked.")] = None,
    version: OfVersion = None,
    kind: Kind = MappingKind.ACCOUNTS,
    integration: IntegrationName = None,
    as_json: AsJson = False,
) -> None:
    """Tell what is wrong with a file or a version, and change nothing. Exits with 1 if there is an error."""
    if file is not None and version is not None:
        raise typer.BadParameter("name a file or a version, not both")
    with ground(integration, kind) as on:
        rules = on.rules(version) if file is None else _read(on, file, "", as_json=as_json).rules
        found = _findings(on, rules)
    if as_json:
        output.show_json({"readable": True, "findings": show.finding_rows(found)})
    else:
        show.findings(found)
        if not found:
            output.OUT.print(f"{len(rules.rules):,} rules, and nothing is wrong with them.")
    if _wrong(found):
        raise typer.Exit(1)


@app.command("test")
def try_(
    text: Annotated[str, typer.Argument(metavar="SUBJECT", help="A combination such as 01-110-5210-0000, or a unit.")],
    business_unit: Annotated[str | None, typer.Option(help="Whose; rules may be for one alone.")] = None,
    on_day: Annotated[datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="When; today if unset.")] = None,
    version: OfVersion = None,
    kind: Kind = MappingKind.ACCOUNTS,
    integration: IntegrationName = None,
    as_json: AsJson = False,
) -> None:
    """Show what a combination or a unit becomes and which rules say so. Exits with 1 if it becomes nothing."""
    day = on_day.date() if on_day else utc_now().date()
    with ground(integration, kind) as on:
        rules = on.rules(version)
        found, near = _tried(on, rules, text, business_unit, day)
    if as_json:
        output.show_json(show.result_values(text, found, near))
    else:
        show.result(text, found, near)
    if isinstance(found, Unmapped):
        raise typer.Exit(1)


@app.command()
def history(kind: Kind = MappingKind.ACCOUNTS, integration: IntegrationName = None, as_json: AsJson = False) -> None:
    """List every version: who made it from which file, when and why, and which one maps."""
    with ground(integration, kind) as on:
        versions = table.history(on.database, on.integration, kind)
    show.history(versions, as_json=as_json)


@app.command()
def coverage(version: OfVersion = None, integration: IntegrationName = None, as_json: AsJson = False) -> None:
    """List the combinations in use that have no mapping, and the open orders that this would stop.

    Exits with 1 if there is one.
    """
    with ground(integration, MappingKind.ACCOUNTS) as on:
        trial = Trial(on.rules_or_none(version), on.charts)
        with output.ERR.status("Reading the open orders"):
            orders = open_orders(on.database, on.vault, on.integration)
            found = covered(trial, active_combinations(on.database, on.integration), orders, utc_now().date())
    if as_json:
        output.show_json(show.coverage_values(found))
    else:
        show.coverage(found)
    if found.gaps:
        raise typer.Exit(1)


@app.command()
def release(kind: Kind = MappingKind.ACCOUNTS, integration: IntegrationName = None, as_json: AsJson = False) -> None:
    """Let the records begin again that waited for what the active version maps: exactly those."""
    with ground(integration, kind) as on:
        released = set_free(on, on.version(None))
    if as_json:
        output.show_json(show.released_values(released))
    else:
        show.tell_released(released)


@app.command()
def suggest(
    file: Annotated[Path | None, typer.Argument(help="Write the proposals here too, as a .csv or .xlsx.")] = None,
    precedence: Annotated[int, typer.Option(min=1, help="The precedence that the proposed rules get.")] = 100,
    version: OfVersion = None,
    integration: IntegrationName = None,
    as_json: AsJson = False,
) -> None:
    """Propose rules for combinations in use without a mapping, from equal codes and equal descriptions."""
    with ground(integration, MappingKind.ACCOUNTS) as on:
        rules = on.rules_or_none(version)
        accounts = on.of_integration.accounts
        targets = target_values(on.database, on.vault, on.integration, accounts.reference_flows)
        found = suggested(rules, _in_use(on), targets, _described(on), precedence=precedence)
        if file is not None:
            files.write(file, replace(rules, rules=tuple(one.rule for one in found)), on)
    if as_json:
        output.show_json(show.suggestion_rows(found))
    else:
        show.suggestions(found)


def _described(on: Ground) -> Describe:
    """Return what tells Oracle's descriptions of the codes of the two segments that flows read."""
    accounts = on.of_integration.accounts
    flows = {
        accounts.account_segment: ReferenceFlow.GL_ACCOUNTS,
        accounts.cost_center_segment: ReferenceFlow.COST_CENTERS,
    }
    known = {segment: descriptions(on.database, on.vault, on.integration, flow) for segment, flow in flows.items()}
    return lambda segment, code: known.get(segment, {}).get(code)


@app.command()
def diff(
    before: Number,
    after: Number,
    kind: Kind = MappingKind.ACCOUNTS,
    integration: IntegrationName = None,
    as_json: AsJson = False,
) -> None:
    """Show which rules differ between two versions, and which combinations in use become something else."""
    with ground(integration, kind) as on:
        found = difference(on.rules(before), on.rules(after), _in_use(on) if kind is MappingKind.ACCOUNTS else ())
    if as_json:
        output.show_json(show.difference_values(found))
    else:
        show.difference(found)


def _in_use(on: Ground) -> list[Subject]:
    """Return the combinations that are active in Oracle, and those of open orders with their business units."""
    with output.ERR.status("Reading the open orders"):
        orders = list(open_orders(on.database, on.vault, on.integration))
    asked = [(one.combination, one.business_unit, one.on) for order in orders for one in order.accounts]
    today = utc_now().date()
    listed = [(combination, None, today) for combination in active_combinations(on.database, on.integration)]
    return subjects(on.charts, dict.fromkeys([*asked, *listed]))


def _findings(on: Ground, rules: RuleSet) -> list[Finding]:
    """Return what is wrong with rules, as far as the ledger and the settings can tell."""
    if on.kind is MappingKind.UNITS:
        return checks.validate(rules, lambda *_: None)
    known = known_values(on.database, on.integration, on.of_integration.accounts.reference_flows)
    return checks.validate(rules, known, on.charts.all)


def _wrong(findings: list[Finding]) -> bool:
    return any(one.severity is Severity.ERROR for one in findings)


def _tried(
    on: Ground, rules: RuleSet, text: str, business_unit: str | None, day: date
) -> tuple[Resolved | Unmapped, tuple[NearMiss, ...]]:
    """Return what a subject becomes; where nothing, the rules that came nearest too."""
    if on.kind is MappingKind.UNITS:
        asked = unit(text, business_unit, day)
    else:
        try:
            asked = subject(text, on.charts.of(business_unit), business_unit, day)
        except WrongChart as error:
            return Unmapped(fields=(), parts=(), reason=f"{error}."), ()
    found = resolve(rules, asked)
    if isinstance(found, Resolved):
        return found, ()
    usual = _by_usual_table(on, text) if on.kind is MappingKind.UNITS and found.fields else None
    return (usual, ()) if usual else (found, near_misses(rules, asked))


def _by_usual_table(on: Ground, code: str) -> Resolved | None:
    """Return what the built-in table and the settings make of a unit that no rule maps, None if they do not know it."""
    try:
        standard = unit_map(on.of_integration.jaggaer.units).standard(code, line=1)
    except Refused:
        return None
    share = CodedShare(percent=Decimal(100), values=(FieldValue(field=UNIT, value=standard),))
    return Resolved(shares=(share,), given_by=())


def _read(on: Ground, file: Path, note: str, *, as_json: bool) -> SetFile:
    """Return the set of a file; ends the command with exit code 1 after telling what is wrong with it."""
    try:
        return files.read(file, on, note=note)
    except SheetRefused as refused:
        show.sheet_faults(refused, as_json=as_json)
        raise typer.Exit(1) from None
