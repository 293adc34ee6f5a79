-- One text for SQLite and PostgreSQL: TEXT, BIGINT and DOUBLE PRECISION only. Ids are made by us; instants are unix
-- milliseconds (_ms); days and periods are ISO text; what names a person is sealed (_sealed) or a keyed index (_index).

-- What this database belongs to: the fingerprint of its key, the pack last loaded.
CREATE TABLE setting (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

-- Our own small numbers for places: every cell carries one.
CREATE TABLE place (
    id         BIGINT PRIMARY KEY,
    level      TEXT NOT NULL,
    name       TEXT NOT NULL,
    sms_name   TEXT NOT NULL,
    population BIGINT,
    latitude   DOUBLE PRECISION,
    longitude  DOUBLE PRECISION
);

-- The same code means different places in different years, so a code never stands without its vintage.
CREATE TABLE place_code (
    vintage  TEXT NOT NULL,
    code     TEXT NOT NULL,
    place_id BIGINT NOT NULL REFERENCES place (id),
    PRIMARY KEY (vintage, code)
);
CREATE INDEX place_code_by_place ON place_code (place_id);

-- Dated: a period is rolled up by the parents in force on its last day. to_day is the last day, empty for none.
CREATE TABLE place_parent (
    place_id  BIGINT NOT NULL REFERENCES place (id),
    parent_id BIGINT NOT NULL REFERENCES place (id),
    from_day  TEXT NOT NULL,
    to_day    TEXT NOT NULL,
    PRIMARY KEY (place_id, from_day)
);
CREATE INDEX place_parent_by_parent ON place_parent (parent_id);

-- Every area a place lies in, itself included, with the days it does: computed from place_parent at import, so that a
-- view joins once instead of walking up.
CREATE TABLE place_within (
    area_id  BIGINT NOT NULL REFERENCES place (id),
    place_id BIGINT NOT NULL REFERENCES place (id),
    from_day TEXT NOT NULL,
    to_day   TEXT NOT NULL,
    PRIMARY KEY (area_id, place_id, from_day)
);

CREATE TABLE person (
    id               TEXT PRIMARY KEY,
    name_sealed      TEXT NOT NULL,
    role             TEXT NOT NULL,
    network          TEXT NOT NULL,
    place_id         BIGINT NOT NULL REFERENCES place (id),
    language         TEXT,
    agent_code       TEXT,
    supervisor_index TEXT,
    email_sealed     TEXT,
    active_from      TEXT NOT NULL,
    active_to        TEXT NOT NULL
);
CREATE INDEX person_by_place ON person (place_id);

-- A phone owns the conversation and the receipt numbers; people are linked to it. version lets only one of two
-- callbacks of a conversation step it.
CREATE TABLE phone (
    phone_index   TEXT PRIMARY KEY,
    number_sealed TEXT NOT NULL,
    language      TEXT,
    last_receipt  BIGINT NOT NULL,
    conversation  TEXT NOT NULL,
    version       BIGINT NOT NULL,
    greeted_on    TEXT NOT NULL
);

CREATE TABLE person_phone (
    phone_index TEXT NOT NULL REFERENCES phone (phone_index),
    person_id   TEXT NOT NULL REFERENCES person (id),
    PRIMARY KEY (phone_index, person_id)
);
CREATE INDEX person_phone_by_person ON person_phone (person_id);

-- Everything that came in. external_key is the provider's id of this one input, or a digest of the call where it gives
-- none: the row that makes a repeated callback change nothing. external_id is what people look it up by (several inputs
-- of a USSD session share it).
CREATE TABLE message (
    id            TEXT PRIMARY KEY,
    channel       TEXT NOT NULL,
    hook          TEXT NOT NULL,
    external_key  TEXT NOT NULL,
    external_id   TEXT,
    phone_index   TEXT,
    sender_sealed TEXT,
    text_sealed   TEXT,
    body_sealed   TEXT,
    sent_ms       BIGINT,
    received_ms   BIGINT NOT NULL,
    outcome       TEXT NOT NULL,
    reason        TEXT,
    reply_sealed  TEXT,
    UNIQUE (channel, external_key)
);
CREATE INDEX message_by_phone ON message (phone_index, received_ms);
CREATE INDEX message_by_external ON message (external_id);

-- Every text of every flow ever in force: a report's cells come from the indicators of its own version.
CREATE TABLE flow_version (
    hash     TEXT PRIMARY KEY,
    flow     TEXT NOT NULL,
    version  BIGINT NOT NULL,
    source   TEXT NOT NULL,
    seen_ms  BIGINT NOT NULL
);

-- The current revision of every report. reporter is who owes it: a person's id, or body@place.
CREATE TABLE report (
    id             TEXT PRIMARY KEY,
    phone_index    TEXT NOT NULL,
    receipt        BIGINT NOT NULL,
    flow           TEXT NOT NULL,
    flow_hash      TEXT NOT NULL,
    person_id      TEXT,
    reporter       TEXT,
    body           TEXT,
    place_id       BIGINT,
    network        TEXT NOT NULL,
    role           TEXT NOT NULL,
    reference_date TEXT NOT NULL,
    period         TEXT NOT NULL,
    state          TEXT NOT NULL,
    zero           BIGINT NOT NULL,
    revision       BIGINT NOT NULL,
    field_values   TEXT NOT NULL,
    digest         TEXT NOT NULL,
    message_id     TEXT NOT NULL,
    received_on    TEXT NOT NULL,
    created_ms     BIGINT NOT NULL,
    updated_ms     BIGINT NOT NULL,
    UNIQUE (phone_index, receipt)
);
CREATE INDEX report_by_reporter ON report (reporter, flow, period);
CREATE INDEX report_by_place ON report (place_id, flow, reference_date);
CREATE INDEX report_by_message ON report (message_id);
CREATE INDEX report_drafts ON report (updated_ms) WHERE state = 'draft';

-- Revisions a report no longer stands at, oldest first.
CREATE TABLE revision (
    report_id      TEXT NOT NULL REFERENCES report (id),
    number         BIGINT NOT NULL,
    reference_date TEXT NOT NULL,
    state          TEXT NOT NULL,
    field_values   TEXT NOT NULL,
    replaced_by    TEXT NOT NULL,
    replaced_ms    BIGINT NOT NULL,
    PRIMARY KEY (report_id, number)
);

-- Counted values: per indicator (and option, as `sen.personnes/K=1`), place, network, and day or month.
-- Period first: a view of one period reads one stretch of the index.
CREATE TABLE cell (
    period    TEXT NOT NULL,
    place_id  BIGINT NOT NULL,
    indicator TEXT NOT NULL,
    network   TEXT NOT NULL,
    value     BIGINT NOT NULL,
    PRIMARY KEY (period, place_id, indicator, network)
);

-- One row per reporter, flow and period that was reported. kind is report, zero or not_held.
CREATE TABLE received (
    flow        TEXT NOT NULL,
    period      TEXT NOT NULL,
    reporter    TEXT NOT NULL,
    place_id    BIGINT NOT NULL,
    network     TEXT NOT NULL,
    role        TEXT NOT NULL,
    kind        TEXT NOT NULL,
    received_on TEXT NOT NULL,
    PRIMARY KEY (period, flow, reporter)
);
CREATE INDEX received_by_place ON received (place_id, period);

-- Work left for a supervisor by a check of a report.
CREATE TABLE task (
    report_id TEXT NOT NULL REFERENCES report (id),
    check_id  TEXT NOT NULL,
    place_id  BIGINT NOT NULL,
    opened_ms BIGINT NOT NULL,
    closed_ms BIGINT,
    PRIMARY KEY (report_id, check_id)
);
CREATE INDEX task_by_place ON task (place_id, closed_ms);

-- Messages waiting to be sent, or sent. A worker claims rows by a lease and settles only with its own. state is waiting,
-- queued, sent, delivered, failed or expired.
CREATE TABLE outbox (
    id             TEXT PRIMARY KEY,
    channel        TEXT NOT NULL,
    message_id     TEXT,
    phone_index    TEXT NOT NULL,
    number_sealed  TEXT NOT NULL,
    text_sealed    TEXT NOT NULL,
    reply_token    TEXT,
    state          TEXT NOT NULL,
    attempts       BIGINT NOT NULL,
    due_ms         BIGINT NOT NULL,
    expires_ms     BIGINT NOT NULL,
    lease          TEXT,
    lease_until_ms BIGINT,
    external_id    TEXT,
    reason         TEXT,
    created_ms     BIGINT NOT NULL,
    updated_ms     BIGINT NOT NULL
);
CREATE INDEX outbox_waiting ON outbox (state, channel, due_ms);
CREATE INDEX outbox_by_external ON outbox (external_id, channel);
CREATE INDEX outbox_by_message ON outbox (message_id);

-- Delivery reports that came before the send they speak of was settled.
CREATE TABLE early_delivery (
    channel     TEXT NOT NULL,
    external_id TEXT NOT NULL,
    state       TEXT NOT NULL,
    reason      TEXT,
    received_ms BIGINT NOT NULL,
    PRIMARY KEY (channel, external_id)
);

CREATE TABLE token (
    id         TEXT PRIMARY KEY,
    name       TEXT NOT NULL,
    hash       TEXT NOT NULL UNIQUE,
    scope      TEXT NOT NULL,
    place_id   BIGINT,
    created_ms BIGINT NOT NULL,
    used_ms    BIGINT
);
