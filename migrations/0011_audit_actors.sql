-- How often somebody was refused lately, so that a flood of refusals does not fill the log.
CREATE INDEX audit_by_actor ON audit (actor, action, at_ms);
