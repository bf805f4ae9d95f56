"""The attributes of purchase order acknowledgments, with their types (oracle-fusion.md, 3.3).

Names beside the keys, `SupplierOrder` and those of the PATCH are [assumed].
"""

from simulators.oracle.resource import Resource, typed_attributes

_ACKNOWLEDGMENT = """
i:POHeaderId s:OrderNumber i:SoldToLegalEntityId s:SoldToLegalEntity i:SupplierId s:Supplier i:SupplierSiteId
s:SupplierSite s:RequiredAcknowledgmentCode s:RequiredAcknowledgment d:AcknowledgmentDueDate s:AcknowledgmentResponse
s:AcknowledgmentNote s:SupplierOrder
"""
_SCHEDULE = """
i:LineLocationId i:POLineId n:LineNumber n:ScheduleNumber n:Quantity s:UOM d:RequestedDeliveryDate
d:PromisedDeliveryDate s:Response s:RejectionReason s:SupplierOrderLine
"""

ACKNOWLEDGED_SCHEDULES = Resource(
    name="schedules",
    key="LineLocationId",
    attributes=typed_attributes(_SCHEDULE),
)
ACKNOWLEDGMENTS = Resource(
    name="purchaseOrderAcknowledgments",
    key="POHeaderId",
    attributes=typed_attributes(_ACKNOWLEDGMENT),
    number="OrderNumber",
    children=(ACKNOWLEDGED_SCHEDULES,),
)
