-- Numbers of what officers act on, alerts and approvals alike: counted in each area, so that colleagues type the same one.
CREATE TABLE area_number (
    place_id    BIGINT PRIMARY KEY REFERENCES place (id),
    last_number BIGINT NOT NULL
);

-- What waits for an officer's agreement. kind is report (it counts once agreed to), change (a late correction; the
-- agreed revision counts until then) or join. subject is the id of the report or of the request, revision the one the
-- officer was told of: what changes after that waits under a new number. verdict is agreed or refused, empty while it
-- waits, withdrawn when its sender changed it or took it back.
CREATE TABLE approval (
    id            TEXT PRIMARY KEY,
    area_id       BIGINT NOT NULL REFERENCES place (id),
    number        BIGINT NOT NULL,
    kind          TEXT NOT NULL,
    subject       TEXT NOT NULL,
    revision      BIGINT NOT NULL,
    place_id      BIGINT NOT NULL REFERENCES place (id),
    person_id     TEXT,
    opened_ms     BIGINT NOT NULL,
    verdict       TEXT NOT NULL,
    settled_by    TEXT,
    settled_ms    BIGINT,
    reason_sealed TEXT,
    UNIQUE (area_id, number)
);
CREATE INDEX approval_waiting ON approval (area_id, verdict, opened_ms);
CREATE INDEX approval_by_subject ON approval (subject);

-- A correction or cancellation that came late: where its report will stand once an officer agrees.
CREATE TABLE proposal (
    approval_id    TEXT PRIMARY KEY REFERENCES approval (id),
    report_id      TEXT NOT NULL REFERENCES report (id),
    message_id     TEXT NOT NULL,
    reference_date TEXT NOT NULL,
    field_values   TEXT NOT NULL,
    tasks          TEXT NOT NULL,
    cancels        BIGINT NOT NULL
);
CREATE INDEX proposal_by_report ON proposal (report_id);

-- Codes by which an unknown number asks to report for a site.
CREATE TABLE join_code (
    code        TEXT PRIMARY KEY,
    place_id    BIGINT NOT NULL REFERENCES place (id),
    role        TEXT NOT NULL,
    network     TEXT NOT NULL,
    expires_day TEXT NOT NULL,
    created_ms  BIGINT NOT NULL
);

-- An unknown number that asked to join with a code. It becomes a person once an officer agrees.
CREATE TABLE join_request (
    id            TEXT PRIMARY KEY,
    phone_index   TEXT NOT NULL,
    number_sealed TEXT NOT NULL,
    name_sealed   TEXT NOT NULL,
    place_id      BIGINT NOT NULL REFERENCES place (id),
    role          TEXT NOT NULL,
    network       TEXT NOT NULL,
    channel       TEXT NOT NULL,
    asked_ms      BIGINT NOT NULL
);
CREATE INDEX join_request_by_phone ON join_request (phone_index);

-- Whoever sent STOP: nothing is sent that we begin. Answers go on.
ALTER TABLE phone ADD COLUMN stopped_ms BIGINT;
