-- A month that a place approved: who and when. One that is opened again stays, with who opened it, when and why, and so do
-- the figures it copied. At most one stands for each place and month.
CREATE TABLE closing (
    id            TEXT PRIMARY KEY,
    place_id      BIGINT NOT NULL REFERENCES place (id),
    period        TEXT NOT NULL,
    level         TEXT NOT NULL,
    approved_by   TEXT NOT NULL,
    approved_ms   BIGINT NOT NULL,
    reopened_by   TEXT,
    reopened_ms   BIGINT,
    reason_sealed TEXT
);
CREATE UNIQUE INDEX closing_standing ON closing (place_id, period) WHERE reopened_ms IS NULL;
CREATE INDEX closing_by_period ON closing (period, level);

-- The month's figures as they were approved: of each place right below, all that lies in it together, and of the place
-- itself. Written once and never changed.
CREATE TABLE closed_cell (
    closing_id TEXT NOT NULL REFERENCES closing (id),
    place_id   BIGINT NOT NULL REFERENCES place (id),
    indicator  TEXT NOT NULL,
    network    TEXT NOT NULL,
    value      BIGINT NOT NULL,
    PRIMARY KEY (closing_id, place_id, indicator, network)
);

-- How complete they were, by report type.
CREATE TABLE closed_completeness (
    closing_id TEXT NOT NULL REFERENCES closing (id),
    place_id   BIGINT NOT NULL REFERENCES place (id),
    flow       TEXT NOT NULL,
    expected   BIGINT NOT NULL,
    received   BIGINT NOT NULL,
    on_time    BIGINT NOT NULL,
    zero       BIGINT NOT NULL,
    not_held   BIGINT NOT NULL,
    PRIMARY KEY (closing_id, place_id, flow)
);
