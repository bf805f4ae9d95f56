-- Documents that must not be under way at once although they are different ones: two invoices of one order would both
-- be allocated to what the other one bills.
ALTER TABLE record ADD COLUMN lane text;
CREATE UNIQUE INDEX record_lane ON record (integration, flow, lane)
    WHERE lane IS NOT NULL AND state IN ('sending', 'unknown', 'checking');
