"""The ledger: jobs, records, crosswalk, outbox, cursor and audit, each behind one door."""
