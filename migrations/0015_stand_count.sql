-- How many people stand alike, so that what a country owes is read by place and role and not person by person. Written with
-- person_stand, in the same transaction.
CREATE TABLE stand_count (
    place_id BIGINT NOT NULL REFERENCES place (id),
    role     TEXT NOT NULL,
    network  TEXT NOT NULL,
    from_day TEXT NOT NULL,
    to_day   TEXT NOT NULL,
    people   BIGINT NOT NULL,
    PRIMARY KEY (place_id, role, network, from_day, to_day)
);
INSERT INTO stand_count (place_id, role, network, from_day, to_day, people)
SELECT place_id, role, network, from_day, to_day, COUNT(*) FROM person_stand
GROUP BY place_id, role, network, from_day, to_day;
