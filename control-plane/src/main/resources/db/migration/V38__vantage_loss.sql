-- When an agent last said that it had lost more than it had said before; null while it never did.
ALTER TABLE vantage ADD COLUMN lost_at timestamptz;
