-- What is being sent is nobody else's before its lease ends: next_attempt_at carries the lease while the status is 'sending'.
-- One sender at a time is seen to by an advisory lock; no epoch of a shard takes part.
ALTER TABLE notification DROP COLUMN epoch;
