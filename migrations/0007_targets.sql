-- What is told only once: kind and subject say what and to whom, period when (a day for a reminder, the second of two
-- periods for what was missed). Whoever writes the row tells it, in the same transaction.
CREATE TABLE notice (
    kind    TEXT NOT NULL,
    subject TEXT NOT NULL,
    period  TEXT NOT NULL,
    PRIMARY KEY (kind, subject, period)
);
