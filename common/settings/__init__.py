"""Settings: one TOML file for what is configured, the environment for where the servers are and for secrets.

Read into frozen values; a key that is unknown, of a wrong type or contradicts another is refused with the file, the
line, the key and the reason, all of them at once. Secrets never stand in the file: a setting names where one stands.
"""

from common.settings.accounts import USUAL_CHART, AccountMapping, AccountSettings, ChartSettings, ReferenceFlow
from common.settings.alerts import AlertSettings
from common.settings.connections import ConnectionSettings, Dialect, JaggaerSettings, OracleSettings
from common.settings.credentials import BasicCredentials, ClientCredentials, CxmlSettings
from common.settings.file import Bind, BusinessUnits, FileSettings, Integration, LogSettings, Settings, Timing
from common.settings.flows import FLOW_NAMES, SHARED, SPOKEN, FlowSettings
from common.settings.gateway import GatewaySettings, PartySettings, SenderSettings
from common.settings.indirect import IndirectSettings
from common.settings.j1p import J1pSettings
from common.settings.match import MatchSettings
from common.settings.reading import load, read_file
from common.settings.section import Fault, Section, SettingsRefused

__all__ = (
    "FLOW_NAMES",
    "SHARED",
    "SPOKEN",
    "USUAL_CHART",
    "AccountMapping",
    "AccountSettings",
    "AlertSettings",
    "BasicCredentials",
    "Bind",
    "BusinessUnits",
    "ChartSettings",
    "ClientCredentials",
    "ConnectionSettings",
    "CxmlSettings",
    "Dialect",
    "Fault",
    "FileSettings",
    "FlowSettings",
    "GatewaySettings",
    "IndirectSettings",
    "Integration",
    "J1pSettings",
    "JaggaerSettings",
    "LogSettings",
    "MatchSettings",
    "OracleSettings",
    "PartySettings",
    "ReferenceFlow",
    "Section",
    "SenderSettings",
    "Settings",
    "SettingsRefused",
    "Timing",
    "load",
    "read_file",
)
