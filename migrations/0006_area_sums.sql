-- What a report moves, appended and never changed until it is added to the areas: one row for each cell or reception it
-- moved. No key: nothing looks a row up, and writers never meet. received_on is the day of a reception; of a count it is
-- empty. item is an indicator's full name, or flow/kind/body of a reception (body as `ccocsad@`, empty for a person).
CREATE TABLE area_change (
    place_id    BIGINT NOT NULL,
    period      TEXT NOT NULL,
    received_on TEXT NOT NULL,
    item        TEXT NOT NULL,
    network     TEXT NOT NULL,
    value       BIGINT NOT NULL
);

-- Sums of an area's members, but for what still stands in area_change. Written by whoever adds it, never by a report.
CREATE TABLE area_sum (
    area_id     BIGINT NOT NULL,
    period      TEXT NOT NULL,
    received_on TEXT NOT NULL,
    item        TEXT NOT NULL,
    network     TEXT NOT NULL,
    value       BIGINT NOT NULL,
    PRIMARY KEY (period, area_id, received_on, item, network)
);

-- The places whose counts are part of an area's sums, whatever the day.
CREATE TABLE area_member (
    area_id  BIGINT NOT NULL,
    place_id BIGINT NOT NULL,
    PRIMARY KEY (area_id, place_id)
);
CREATE INDEX area_member_by_place ON area_member (place_id);

-- What makes the sums right on a day: places that lie in the area then and are no members are added (sign 1), members
-- that do not lie in it are taken off (sign -1). An area without members has all its places here.
CREATE TABLE area_apart (
    area_id  BIGINT NOT NULL,
    place_id BIGINT NOT NULL,
    from_day TEXT NOT NULL,
    to_day   TEXT NOT NULL,
    sign     BIGINT NOT NULL,
    PRIMARY KEY (area_id, place_id, from_day)
);
INSERT INTO area_apart (area_id, place_id, from_day, to_day, sign)
SELECT area_id, place_id, from_day, to_day, 1 FROM place_within;

-- How a reception stood before it was last noted: what its areas had counted. Empty for one that is new.
ALTER TABLE received ADD COLUMN before_kind TEXT;
ALTER TABLE received ADD COLUMN before_on TEXT;
