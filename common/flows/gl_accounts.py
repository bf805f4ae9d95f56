"""Natural accounts, from Oracle to JAGGAER: the values of the account segment (oracle-fusion.md, 3.7)."""

from common.flows.segment_values import segment_values

FLOW = segment_values("gl_accounts", "account")
