-- Counts stand by the role of who sent them, as receptions do; an area's sums have role as a column of their own. What was
-- counted before is counted again from the reports when a programme is next opened: see rebuild/upgrade.rs.
DROP TABLE cell;
CREATE TABLE cell (
    period    TEXT NOT NULL,
    place_id  BIGINT NOT NULL,
    indicator TEXT NOT NULL,
    network   TEXT NOT NULL,
    role      TEXT NOT NULL,
    value     BIGINT NOT NULL,
    PRIMARY KEY (period, place_id, indicator, network, role)
);

-- item is an indicator's full name, or flow/kind/body of a reception.
DROP TABLE area_change;
CREATE TABLE area_change (
    place_id    BIGINT NOT NULL,
    period      TEXT NOT NULL,
    received_on TEXT NOT NULL,
    item        TEXT NOT NULL,
    network     TEXT NOT NULL,
    role        TEXT NOT NULL,
    value       BIGINT NOT NULL
);

DROP TABLE area_sum;
CREATE TABLE area_sum (
    area_id     BIGINT NOT NULL,
    period      TEXT NOT NULL,
    received_on TEXT NOT NULL,
    item        TEXT NOT NULL,
    network     TEXT NOT NULL,
    role        TEXT NOT NULL,
    value       BIGINT NOT NULL,
    PRIMARY KEY (period, area_id, received_on, item, network, role)
);

-- What was approved stays as it was copied: by no role.
ALTER TABLE closed_cell RENAME TO closed_cell_of_all;
CREATE TABLE closed_cell (
    closing_id TEXT NOT NULL REFERENCES closing (id),
    place_id   BIGINT NOT NULL REFERENCES place (id),
    indicator  TEXT NOT NULL,
    network    TEXT NOT NULL,
    role       TEXT NOT NULL,
    value      BIGINT NOT NULL,
    PRIMARY KEY (closing_id, place_id, indicator, network, role)
);
INSERT INTO closed_cell (closing_id, place_id, indicator, network, role, value)
SELECT closing_id, place_id, indicator, network, '', value FROM closed_cell_of_all;
DROP TABLE closed_cell_of_all;

INSERT INTO setting (name, value) VALUES ('recount', 'wanted');
