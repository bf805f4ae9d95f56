"""The short lists that others refer to: charts of accounts, ledgers, units of measure, currencies (3.7)."""

from decimal import Decimal

from simulators.oracle import demonstration
from simulators.oracle.chart import CHART_CODE, CHART_NUMBER
from simulators.oracle.ledger_attributes import CHARTS, CURRENCIES, LEDGERS, UNITS_OF_MEASURE
from simulators.oracle.rows import Listed

_SYMBOLS = {"USD": "$", "EUR": "€", "JPY": "¥", "GBP": "£"}


def reference_lists() -> tuple[Listed, ...]:
    """Return the lists, each in its resource."""
    return (_charts(), _ledgers(), _units(), _currencies())


def _charts() -> Listed:
    chart = {
        "StructureInstanceId": 300100046975900,
        "StructureInstanceNumber": CHART_NUMBER,
        "StructureInstanceCode": CHART_CODE,
        "Name": "Operations US Chart of Accounts",
        "Description": None,
        "EnabledFlag": "Y",
    }
    return Listed(CHARTS, [chart])


def _ledgers() -> Listed:
    ledger = {
        "LedgerId": 300100046975971,
        "Name": "US Primary Ledger",
        "Description": "US Primary Ledger",
        "LedgerTypeCode": "L",
        "LedgerCategoryCode": "PRIMARY",
        "ChartOfAccountsId": CHART_NUMBER,
        "CurrencyCode": "USD",
        "PeriodSetName": "AccountingMF",
        "AccountedPeriodType": "Month",
        "EnableBudgetaryControlFlag": False,
    }
    return Listed(LEDGERS, [ledger])


def _units() -> Listed:
    rows = [
        {"UnitOfMeasureId": 300100000000101 + position, "UOMCode": code, "UOM": name}
        for position, (code, name) in enumerate(demonstration.UNITS)
    ]
    return Listed(UNITS_OF_MEASURE, rows)


def _currencies() -> Listed:
    rows = [
        {
            "CurrencyCode": code,
            "Name": name,
            "EnabledFlag": "Y",
            "Precision": Decimal(places),
            "Symbol": _SYMBOLS[code],
        }
        for code, name, places in demonstration.CURRENCIES
    ]
    return Listed(CURRENCIES, rows)
