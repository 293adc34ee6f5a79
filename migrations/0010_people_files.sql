-- A people file that came by a page and waits to be confirmed, sealed: taken out with the confirmation, and forgotten
-- after an hour. sender is who may confirm it, as the audit log names them.
CREATE TABLE people_file (
    id          TEXT PRIMARY KEY,
    sender      TEXT NOT NULL,
    file_sealed TEXT NOT NULL,
    sent_ms     BIGINT NOT NULL
);
