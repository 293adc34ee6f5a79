-- What officers have to know of and answer with VU, numbered in its area beside what waits for their visa. merge_key is what
-- makes another report the same alert: the values of the labels its report type names. content_sealed holds what officers
-- are told, in each language of the pack, so that it can be told again whatever pack is in force then. told_area_id is
-- the area whose officers were told last; empty while nobody could be.
CREATE TABLE alert (
    id                TEXT PRIMARY KEY,
    area_id           BIGINT NOT NULL REFERENCES place (id),
    number            BIGINT NOT NULL,
    flow              TEXT NOT NULL,
    kind              TEXT NOT NULL,
    merge_key         TEXT NOT NULL,
    place_id          BIGINT NOT NULL REFERENCES place (id),
    reference_date    TEXT NOT NULL,
    role              TEXT NOT NULL,
    channel           TEXT NOT NULL,
    content_sealed    TEXT NOT NULL,
    opened_ms         BIGINT NOT NULL,
    acknowledge_by_ms BIGINT NOT NULL,
    told_area_id      BIGINT,
    acknowledged_by   TEXT,
    acknowledged_ms   BIGINT,
    escalated_ms      BIGINT,
    withdrawn_ms      BIGINT,
    UNIQUE (area_id, number)
);
CREATE INDEX alert_by_same ON alert (place_id, flow, kind, merge_key, opened_ms);
CREATE INDEX alert_open ON alert (acknowledge_by_ms) WHERE acknowledged_ms IS NULL AND withdrawn_ms IS NULL;

-- The reports behind an alert. repeats is 1 for one that was merged into it and adds nothing to the totals.
CREATE TABLE alert_report (
    alert_id  TEXT NOT NULL REFERENCES alert (id),
    report_id TEXT NOT NULL,
    repeats   BIGINT NOT NULL,
    PRIMARY KEY (alert_id, report_id)
);
CREATE INDEX alert_report_by_report ON alert_report (report_id);
