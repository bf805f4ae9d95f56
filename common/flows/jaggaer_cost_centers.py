"""Cost centers, from JAGGAER to Oracle: the values of the custom field that takes them (jaggaer-cxml.md, 3.5)."""

from common.flows.jaggaer_values import values

FLOW = values("jaggaer_cost_centers")
