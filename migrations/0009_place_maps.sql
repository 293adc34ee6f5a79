-- New administrative maps brought in beside the first, each with its first day. The vintage is that of its new codes.
CREATE TABLE place_map (
    from_day    TEXT PRIMARY KEY,
    vintage     TEXT NOT NULL,
    imported_ms BIGINT NOT NULL
);

-- The days of places that were not always there, or are no more. On other days they lie in an area too (place_parent),
-- so that nothing reported about them falls out of a total; they are then shown only where something was.
CREATE TABLE place_life (
    place_id BIGINT PRIMARY KEY REFERENCES place (id),
    from_day TEXT NOT NULL,
    to_day   TEXT NOT NULL
);

-- What became of a place that ended, or gave a part away, by the file of successors.
CREATE TABLE place_successor (
    place_id     BIGINT NOT NULL REFERENCES place (id),
    successor_id BIGINT NOT NULL REFERENCES place (id),
    from_day     TEXT NOT NULL,
    PRIMARY KEY (place_id, successor_id, from_day)
);

-- What a place that goes on was called, and how many people lived there, up to the day before a map.
CREATE TABLE place_before (
    place_id   BIGINT NOT NULL REFERENCES place (id),
    to_day     TEXT NOT NULL,
    name       TEXT NOT NULL,
    population BIGINT,
    PRIMARY KEY (place_id, to_day)
);
