"""How the commands about mappings show what they found: tables for people, plain values for programs."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from rich.markup import escape

from common.mapping.checks import Finding, Severity
from common.mapping.difference import Difference
from common.mapping.near_misses import NearMiss
from common.mapping.resolve import Resolved, Unmapped
from common.mapping.rules import Rule
from common.mapping.sheets import SheetRefused
from common.mapping.suggest import Suggestion
from common.mapping.table import MappingVersion, SetState
from console import output
from console.map.coverage import Coverage, Gap
from console.map.ground import Ground
from console.map.release import Released
from schemas.coding import CodedShare
from schemas.money import plain

_VERSION_COLUMNS = (
    "version",
    "state",
    "rules",
    "imported_at",
    "imported_by",
    "activated_at",
    "activated_by",
    "file",
    "note",
)


def sheet_faults(refused: SheetRefused, *, as_json: bool) -> None:
    """Show what is wrong with a file."""
    if as_json:
        output.show_json(
            {
                "readable": False,
                "faults": [
                    {
                        "sheet": one.sheet,
                        "row": one.row,
                        "column": one.column,
                        "value": one.value,
                        "expected": one.expected,
                    }
                    for one in refused.faults
                ],
            }
        )
        return
    for one in refused.faults:
        output.ERR.print(f"[red]{escape(output.shown(str(one)))}[/red]", soft_wrap=True)


def finding_rows(findings: list[Finding]) -> list[dict[str, Any]]:
    """Return findings as values."""
    return [{"severity": one.severity, "rules": list(one.rules), "says": one.reason} for one in findings]


def findings(found: list[Finding]) -> None:
    """Show what is wrong with a set's rules, errors first."""
    for one in found:
        color = "red" if one.severity is Severity.ERROR else "yellow"
        named = one.reason.startswith("rule") or not one.rules
        noun = "rule" if len(one.rules) == 1 else "rules"
        concerned = "" if named else f" ({noun} {', '.join(map(str, one.rules))})"
        said = escape(output.shown(one.reason + concerned))
        output.ERR.print(f"[{color}]{one.severity}[/{color}] {said}", soft_wrap=True)


def version_row(version: MappingVersion) -> dict[str, Any]:
    """Return a version as values."""
    return {
        "version": version.version,
        "state": version.state,
        "rules": version.rules,
        "imported_at": version.imported_at,
        "imported_by": version.imported_by,
        "activated_at": version.activated_at,
        "activated_by": version.activated_by,
        "file": version.file_hash.hex(),
        "note": version.note,
    }


def history(versions: list[MappingVersion], *, as_json: bool) -> None:
    """Show every version, newest first."""
    rows = [version_row(version) for version in versions]
    if as_json:
        output.show_json(rows)
        return
    for row in rows:
        row["file"] = row["file"][:10]
    output.table("Mapping versions", _VERSION_COLUMNS, rows, empty="There is no version.")


def activated(ground: Ground, version: MappingVersion, released: Released | None) -> None:
    """Tell what an import or an activation did."""
    what = f"Version {version.version} of the {version.kind} mapping of {version.integration}"
    output.OUT.print(f"{what} is {version.state}: {version.rules:,} rules.", soft_wrap=True)
    if version.state is SetState.DRAFT:
        output.OUT.print(f"`ml-connector map activate {version.version}` lets it map.")
    if not ground.used:
        output.ERR.print(
            f"[yellow]It is not used while integrations.{escape(version.integration)}.accounts.mapping is "
            f'"as_in_oracle".[/yellow]',
            soft_wrap=True,
        )
    if released is not None:
        tell_released(released)


def tell_released(released: Released) -> None:
    """Tell which records began again."""
    still = len(released.waiting)
    rest = f"; {still:,} still wait: `ml-connector dead list --class mapping`" if still else ""
    output.OUT.print(f"{len(released.released):,} records that waited for it begin again{rest}.", soft_wrap=True)


def released_values(released: Released | None) -> dict[str, Any]:
    """Return a release as values; nothing where none was made."""
    if released is None:
        return {"released": None, "waiting": None}
    return {"released": list(released.released), "waiting": list(released.waiting)}


def result_values(text: str, result: Resolved | Unmapped, near: tuple[NearMiss, ...]) -> dict[str, Any]:
    """Return what a trial gave as values."""
    if isinstance(result, Unmapped):
        return {
            "subject": text,
            "mapped": False,
            "reason": result.reason,
            "fields": list(result.fields),
            "nearest": [{"rule": one.rule, "fields": list(one.fields), "because": list(one.because)} for one in near],
        }
    shares = [
        {"percent": share.percent, "values": {value.field: value.value for value in share.values}}
        for share in result.shares
    ]
    return {"subject": text, "mapped": True, "shares": shares, "given_by": dict(result.given_by)}


def result(text: str, found: Resolved | Unmapped, near: tuple[NearMiss, ...]) -> None:
    """Show what a combination becomes and by which rules, or why it becomes nothing and what came nearest."""
    if isinstance(found, Unmapped):
        output.OUT.print(f"[red]{escape(text)} is not mapped:[/red] {escape(found.reason)}", soft_wrap=True)
        rows = [{"rule": one.rule, "gives": one.fields, "did_not_apply_because": one.because} for one in near]
        output.table("Nearest rules", ("rule", "gives", "did_not_apply_because"), rows, empty="No rule comes near.")
        return
    by = dict(found.given_by)
    rows = [
        {"percent": share.percent, "field": value.field, "value": value.value, "by_rule": by.get(value.field)}
        for share in found.shares
        for value in share.values
    ]
    output.table(escape(text), ("percent", "field", "value", "by_rule"), rows, empty="")


def coverage(found: Coverage) -> None:
    """Show what has no mapping and what that stops."""
    columns = ("combination", "business_unit", "active", "orders", "amounts", "reason")
    rows = [{**_gap(gap), "amounts": _amounts(gap.amounts)} for gap in found.gaps]
    output.table("Without a mapping", columns, rows, empty="Every combination in use is mapped.")
    unmapped = len({gap.combination for gap in found.gaps})
    stopped = f"{found.orders:,} ({_amounts(found.amounts)})" if found.orders else "none"
    output.OUT.print(
        f"{found.combinations:,} combinations in use, {unmapped:,} without a mapping. Open orders that this stops: "
        f"{stopped}.",
        soft_wrap=True,
    )


def coverage_values(found: Coverage) -> dict[str, Any]:
    """Return a coverage as values."""
    return {
        "combinations": found.combinations,
        "unmapped": [_gap(gap) for gap in found.gaps],
        "stopped_orders": found.orders,
        "stopped_amounts": found.amounts,
    }


def difference(found: Difference) -> None:
    """Show which rules differ, and which combinations in use become something else."""
    output.table("Rules", ("rule", "is", "asks", "gives"), _rules(found), empty="The rules are the same.")
    columns = ("combination", "business_unit", "on", "before", "after")
    output.table("Combinations in use", columns, _recoded(found), empty="Every combination in use stays what it is.")


def difference_values(found: Difference) -> dict[str, Any]:
    """Return a difference as values."""
    return {"rules": _rules(found), "combinations": _recoded(found)}


def suggestion_rows(found: Iterable[Suggestion]) -> list[dict[str, Any]]:
    """Return proposals as values, best first."""
    return [
        {
            "score": one.score,
            "asks": _asks(one.rule),
            "gives": _gives(one.rule),
            "combinations": one.subjects,
            "because": one.because,
        }
        for one in found
    ]


def suggestions(found: Iterable[Suggestion]) -> None:
    """Show proposals, best first."""
    columns = ("score", "asks", "gives", "combinations", "because")
    output.table("Proposals", columns, suggestion_rows(found), empty="There is nothing to propose.")


def _rules(found: Difference) -> list[dict[str, Any]]:
    told = [
        *(("added", rule) for rule in found.added),
        *(("removed", rule) for rule in found.removed),
        *((how, rule) for one in found.changed for how, rule in (("before", one.before), ("after", one.after))),
    ]
    return [{"rule": rule.number, "is": how, "asks": _asks(rule), "gives": _gives(rule)} for how, rule in told]


def _recoded(found: Difference) -> list[dict[str, Any]]:
    return [
        {
            "combination": one.subject.text,
            "business_unit": one.subject.business_unit,
            "on": one.subject.on,
            "before": _coding(one.before),
            "after": _coding(one.after),
        }
        for one in found.recoded
    ]


def _asks(rule: Rule) -> str:
    """Say in a line when a rule applies."""
    own = {
        "precedence": rule.precedence,
        "business_unit": rule.business_unit,
        "chart": rule.chart,
        "from": rule.valid_from,
        "to": rule.valid_to,
    }
    patterns = {one.part: f"{one.text}..{one.high}" if one.high is not None else one.text for one in rule.patterns}
    return output.shown(patterns | own)


def _gives(rule: Rule) -> str:
    shares = [CodedShare(percent=target.percent, values=target.values) for target in rule.targets]
    return _shares(shares)


def _coding(found: Resolved | Unmapped) -> str:
    return _shares(found.shares) if isinstance(found, Resolved) else "not mapped"


def _shares(shares: Iterable[CodedShare]) -> str:
    """Say in a line what something becomes; percents only where it is split."""
    return "; ".join(
        ("" if share.percent == 100 else f"{plain(share.percent)} % ")
        + ", ".join(f"{one.field}={one.value}" for one in share.values)
        for share in shares
    )


def _gap(gap: Gap) -> dict[str, Any]:
    return {
        "combination": gap.combination,
        "business_unit": gap.business_unit,
        "active": gap.active,
        "orders": gap.orders,
        "amounts": gap.amounts,
        "reason": gap.reason,
    }


def _amounts(amounts: dict[str, Decimal]) -> str:
    return ", ".join(f"{plain(amount)} {currency}" for currency, amount in sorted(amounts.items()))
