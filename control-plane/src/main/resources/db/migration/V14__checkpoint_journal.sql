-- Detector states that are not yet in detector_checkpoint: one row per batch, gzip of lines "probe, target, vantage, at, state".
CREATE TABLE checkpoint_journal (
    id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    states bytea  NOT NULL
);
-- Incompressible, and gone in seconds.
ALTER TABLE checkpoint_journal ALTER COLUMN states SET STORAGE EXTERNAL;

-- Most states keep their size: room on the page lets an update stay there.
ALTER TABLE detector_checkpoint SET (fillfactor = 70);

-- What is packed already cannot be packed again; PostgreSQL tried.
ALTER TABLE outbox ALTER COLUMN payload SET STORAGE EXTERNAL;
