-- Since when a drill has a schedule: until it has proved its alert, that is how long nobody knows whether the alert works.
CREATE TABLE drill_scheduled (
    drill text        PRIMARY KEY,
    since timestamptz NOT NULL
);
