-- Alerts count on the day they were opened, for the network and role of the report that opened them, by the text of its
-- report type then: flow_hash. Those of before have the text of their first report, which counts no alerts, and its day.
ALTER TABLE alert ADD COLUMN network TEXT NOT NULL DEFAULT '';
ALTER TABLE alert ADD COLUMN sender_role TEXT NOT NULL DEFAULT '';
ALTER TABLE alert ADD COLUMN flow_hash TEXT NOT NULL DEFAULT '';
ALTER TABLE alert ADD COLUMN opened_on TEXT NOT NULL DEFAULT '';
UPDATE alert SET
    opened_on = reference_date,
    network = COALESCE((SELECT r.network FROM report r WHERE r.id =
        (SELECT MIN(b.report_id) FROM alert_report b WHERE b.alert_id = alert.id)), ''),
    sender_role = COALESCE((SELECT r.role FROM report r WHERE r.id =
        (SELECT MIN(b.report_id) FROM alert_report b WHERE b.alert_id = alert.id)), ''),
    flow_hash = COALESCE((SELECT r.flow_hash FROM report r WHERE r.id =
        (SELECT MIN(b.report_id) FROM alert_report b WHERE b.alert_id = alert.id)), '');
CREATE INDEX alert_by_opened ON alert (opened_on);
CREATE INDEX alert_by_place ON alert (place_id, opened_on);
-- What is open is little, and asked for on every page of a place.
CREATE INDEX alert_open_by_place ON alert (place_id) WHERE acknowledged_ms IS NULL AND withdrawn_ms IS NULL;
CREATE INDEX alert_open_by_area ON alert (area_id) WHERE acknowledged_ms IS NULL AND withdrawn_ms IS NULL;
