-- What a place is to reach for an indicator in a period: its own, never a sum of the places below.
CREATE TABLE target (
    place_id  BIGINT NOT NULL REFERENCES place (id),
    indicator TEXT NOT NULL,
    period    TEXT NOT NULL,
    value     DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (place_id, period, indicator)
);
