"""The JAGGAER simulator: J1P and cXML for purchase orders, a journal and switchable faults."""
