-- What is down is asked for at each decision, among however many alerts there are in a storm; so is what hangs on it.
CREATE INDEX alert_down ON alert (updated_at) WHERE document -> 'labels' ->> 'down' = 'true';
CREATE INDEX alert_dependent ON alert (fingerprint) WHERE state = 'firing' AND document -> 'labels' ->> 'depends_on' <> '';
