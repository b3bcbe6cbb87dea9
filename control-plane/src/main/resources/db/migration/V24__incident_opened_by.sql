-- The alert that opened it: its row may hold another life by the time it is told. Null of incidents of before.
ALTER TABLE incident ADD COLUMN opened_by jsonb;
