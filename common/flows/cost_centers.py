"""Cost centers, from Oracle to JAGGAER: the values of the cost-center segment (oracle-fusion.md, 3.7)."""

from common.flows.segment_values import segment_values

FLOW = segment_values("cost_centers", "cost_center")
