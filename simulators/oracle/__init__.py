"""The Oracle Fusion simulator: the REST framework, purchase orders, a journal and switchable faults."""
