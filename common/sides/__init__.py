"""Sides: an integration's two systems, put together from its settings, and how documents are written between them."""

from common.sides.gateway import Gateway, Sender
from common.sides.mappings import Codes, Mappings, mapping_of, source_names, usual_codes
from common.sides.side import (
    JaggaerConnection,
    OracleConnection,
    Shared,
    Side,
    flows_of,
    jaggaer_token_client,
    open_jaggaer,
    open_oracle,
    open_side,
    oracle_token_client,
)

__all__ = (
    "Codes",
    "Gateway",
    "JaggaerConnection",
    "Mappings",
    "OracleConnection",
    "Sender",
    "Shared",
    "Side",
    "flows_of",
    "jaggaer_token_client",
    "mapping_of",
    "open_jaggaer",
    "open_oracle",
    "open_side",
    "oracle_token_client",
    "source_names",
    "usual_codes",
)
