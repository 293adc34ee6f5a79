-- How often the sums of an area in a period were moved, and the counts and receptions of a place: what was read of them
-- once is right until this grows.
CREATE TABLE area_generation (
    area_id    BIGINT NOT NULL,
    period     TEXT NOT NULL,
    generation BIGINT NOT NULL,
    PRIMARY KEY (area_id, period)
);
INSERT INTO area_generation (area_id, period, generation)
SELECT DISTINCT area_id, period, 1 FROM area_sum;

CREATE TABLE place_generation (
    period     TEXT NOT NULL,
    place_id   BIGINT NOT NULL,
    generation BIGINT NOT NULL,
    PRIMARY KEY (period, place_id)
);
INSERT INTO place_generation (place_id, period, generation)
SELECT place_id, period, 1 FROM cell UNION SELECT place_id, period, 1 FROM received;
