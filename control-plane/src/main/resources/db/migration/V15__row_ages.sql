-- How old a range is, so that it can be forgotten; those from before count from now on.
ALTER TABLE chain_range ADD COLUMN written_at timestamptz NOT NULL DEFAULT now();
