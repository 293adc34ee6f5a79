-- Codes by which officers sign in, one row for each time one was asked for. A number that is no officer's leaves the same
-- row, without a person, so that asking tells nobody who is one; the rows are also what asking is paced by. id_hash is the
-- digest of a secret that only the asking browser holds; code_hash is keyed.
CREATE TABLE sign_in_code (
    id_hash     TEXT PRIMARY KEY,
    phone_index TEXT NOT NULL,
    person_id   TEXT,
    code_hash   TEXT NOT NULL,
    created_ms  BIGINT NOT NULL,
    expires_ms  BIGINT NOT NULL,
    tries_left  BIGINT NOT NULL
);
CREATE INDEX sign_in_code_by_phone ON sign_in_code (phone_index, created_ms);

-- Who is signed in on which browser, by the digest of the browser's secret: a person, or whoever holds a token.
CREATE TABLE session (
    id_hash    TEXT PRIMARY KEY,
    person_id  TEXT,
    token_id   TEXT,
    created_ms BIGINT NOT NULL,
    used_ms    BIGINT NOT NULL,
    expires_ms BIGINT NOT NULL
);
CREATE INDEX session_by_person ON session (person_id);
CREATE INDEX session_by_token ON session (token_id);

-- A token without an end is one made before tokens had any, or made so on purpose.
ALTER TABLE token ADD COLUMN expires_ms BIGINT;

-- The pace of a phone, as the instant up to which its messages are spoken for; and the day it was last told to slow down.
ALTER TABLE phone ADD COLUMN paced_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE phone ADD COLUMN limited_on TEXT NOT NULL DEFAULT '';
