"""The attributes of general ledger and reference data, with their types (oracle-fusion.md, 3.7).

Segment attributes of account combinations are named after the tenant's chart; those here are the chart's of `chart`.
The attributes of units of measure are [assumed].
"""

from simulators.oracle.chart import SEGMENTS
from simulators.oracle.resource import Resource, typed_attributes

_AUDIT = "t:CreationDate s:CreatedBy t:LastUpdateDate s:LastUpdatedBy"

_VALUE_SET = f"""
i:ValueSetId s:ModuleId s:ValueSetCode s:Description s:ValidationType s:ValueDataType s:ValueSubtype s:ProtectedFlag
n:MaximumLength n:Precision n:Scale s:UppercaseOnlyFlag s:ZeroFillFlag s:SecurityEnabledFlag {_AUDIT}
"""

_VALUE = f"""
i:ValueId s:IndependentValue n:IndependentValueNumber d:IndependentValueDate t:IndependentValueTimestamp s:Value
n:ValueNumber d:ValueDate t:ValueTimestamp s:TranslatedValue s:Description s:EnabledFlag d:StartDateActive
d:EndDateActive n:SortOrder s:SummaryFlag s:DetailPostingAllowed s:DetailBudgetingAllowed s:AccountType s:ControlAccount
s:ReconciliationFlag s:FinancialCategory s:ExternalDataSource {_AUDIT}
"""

_COMBINATION = f"""
s:AccountType s:DetailBudgetingAllowedFlag s:JgzzReconFlag s:FinancialCategory s:DetailPostingAllowedFlag s:Reference3
s:SummaryFlag d:StartDateActive d:EndDateActive s:EnabledFlag i:_CODE_COMBINATION_ID i:_CHART_OF_ACCOUNTS_ID
{" ".join(f"s:{segment.attribute}" for segment in SEGMENTS)}
"""

_CHART = "i:StructureInstanceId i:StructureInstanceNumber s:StructureInstanceCode s:Name s:Description s:EnabledFlag"

_LEDGER = """
i:LedgerId s:Name s:Description s:LedgerTypeCode s:LedgerCategoryCode i:ChartOfAccountsId s:CurrencyCode
s:PeriodSetName s:AccountedPeriodType b:EnableBudgetaryControlFlag
"""

VALUES = Resource(
    name="values",
    key="ValueId",
    attributes=typed_attributes(_VALUE),
    needed=("Value", "EnabledFlag", "LastUpdateDate"),
)
VALUE_SETS = Resource(
    name="valueSets",
    key="ValueSetCode",
    attributes=typed_attributes(_VALUE_SET),
    children=(VALUES,),
    empty=("validationTable",),
)
COMBINATIONS = Resource(
    name="accountCombinationsLOV",
    key="_CODE_COMBINATION_ID",
    attributes=typed_attributes(_COMBINATION),
    needed=("_CHART_OF_ACCOUNTS_ID", "EnabledFlag", *(segment.attribute for segment in SEGMENTS)),
)
CHARTS = Resource(
    name="chartOfAccountsLOV",
    key="StructureInstanceId",
    attributes=typed_attributes(_CHART),
    needed=("StructureInstanceNumber", "StructureInstanceCode", "Name"),
)
LEDGERS = Resource(
    name="ledgersLOV",
    key="LedgerId",
    attributes=typed_attributes(_LEDGER),
    needed=("Name", "LedgerTypeCode", "ChartOfAccountsId"),
)
UNITS_OF_MEASURE = Resource(
    name="unitsOfMeasure",
    key="UOMCode",
    attributes=typed_attributes("i:UnitOfMeasureId s:UOMCode s:UOM"),
    needed=("UnitOfMeasureId", "UOM"),
)
CURRENCIES = Resource(
    name="currenciesLOV",
    key="CurrencyCode",
    attributes=typed_attributes("s:CurrencyCode s:Name s:EnabledFlag n:Precision s:Symbol"),
    needed=("Name", "EnabledFlag", "Precision"),
)
