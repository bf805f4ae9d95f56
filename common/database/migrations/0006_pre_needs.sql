-- What a record needs to be at its target first, and how a source that only shows what is there is compared.

-- Documents that must be delivered before this record may go: "<flow>/<key|number>/<name>" -> what to say about it.
ALTER TABLE record ADD COLUMN needs jsonb;
CREATE INDEX record_needs ON record USING gin (needs) WHERE needs IS NOT NULL AND state IN ('ready', 'dead');

-- Which version of the mapping sets a record was written by.
ALTER TABLE record ADD COLUMN mapping_version text;

-- The job that saw a document last, of flows whose source does not tell what was deleted.
ALTER TABLE document ADD COLUMN seen_job_id uuid;
CREATE INDEX document_by_number ON document (integration, flow, document_number);
