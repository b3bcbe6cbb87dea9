-- When something of it was last taken: an agent that is heard and whose deliveries are all refused is behind.
ALTER TABLE vantage ADD COLUMN delivered_at timestamptz;
UPDATE vantage SET delivered_at = heard_at;
