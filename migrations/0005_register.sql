-- Where a person stands, dated: what they owe for a past period is told by the row of that period's last day. The row of
-- table person is the one in force; a change from a day to come waits here until that day.
CREATE TABLE person_stand (
    person_id TEXT NOT NULL REFERENCES person (id),
    from_day  TEXT NOT NULL,
    to_day    TEXT NOT NULL,
    role      TEXT NOT NULL,
    network   TEXT NOT NULL,
    place_id  BIGINT NOT NULL REFERENCES place (id),
    PRIMARY KEY (person_id, from_day)
);
CREATE INDEX person_stand_by_place ON person_stand (place_id);
INSERT INTO person_stand (person_id, from_day, to_day, role, network, place_id)
SELECT id, active_from, active_to, role, network, place_id FROM person;
CREATE INDEX person_by_supervisor ON person (supervisor_index);

-- When the owner of a phone was told what is kept about them, and why: once.
ALTER TABLE phone ADD COLUMN noticed_ms BIGINT;

-- Messages whose text is older than it should be kept, and is needed still: their report is a draft or waits for an
-- officer. Looked at again until it is not.
CREATE TABLE kept_text (
    message_id TEXT PRIMARY KEY
);

-- Rounds of work that one server makes at a time.
CREATE TABLE lease (
    name     TEXT PRIMARY KEY,
    holder   TEXT NOT NULL,
    until_ms BIGINT NOT NULL
);

-- Keys of the audit log, the newest last: another with every change of the secret key.
CREATE TABLE audit_key (
    id         TEXT PRIMARY KEY,
    key_sealed TEXT NOT NULL
);

-- Who looked at personal data or changed anything. Entries are added freely and sealed in order later: link is a keyed hash over
-- the link before, the number and the digest, which is a keyed hash of the entry. Erasing drops detail_sealed alone.
CREATE TABLE audit (
    id            TEXT PRIMARY KEY,
    key_id        TEXT NOT NULL REFERENCES audit_key (id),
    at_ms         BIGINT NOT NULL,
    actor         TEXT NOT NULL,
    action        TEXT NOT NULL,
    subject       TEXT NOT NULL,
    detail_sealed TEXT,
    detail_digest TEXT NOT NULL,
    digest        TEXT NOT NULL,
    number        BIGINT UNIQUE,
    link          TEXT
);
CREATE INDEX audit_by_subject ON audit (subject, at_ms);
CREATE INDEX audit_unsealed ON audit (at_ms, id) WHERE number IS NULL;
