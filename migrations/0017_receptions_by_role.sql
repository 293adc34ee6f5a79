-- Receptions are summed by role too: item is flow/kind/body/role. What waited to be added stands in received as well, and is
-- added here.
UPDATE area_generation SET generation = generation + 1;
DELETE FROM area_change WHERE received_on > '';
DELETE FROM area_sum WHERE received_on > '';
INSERT INTO area_sum (area_id, period, received_on, item, network, value)
SELECT t.area_id, t.period, t.received_on, t.item, t.network, COUNT(*) FROM (
    SELECT m.area_id, v.period, v.received_on, v.network, v.flow || '/' || v.kind || '/'
        || CASE WHEN REPLACE(v.reporter, '@', '') <> v.reporter THEN RTRIM(v.reporter, '0123456789') ELSE '' END
        || '/' || v.role AS item
    FROM received v JOIN area_member m ON m.place_id = v.place_id) t
GROUP BY t.area_id, t.period, t.received_on, t.item, t.network;
INSERT INTO area_generation (area_id, period, generation)
SELECT DISTINCT area_id, period, 1 FROM area_sum WHERE value <> 0
ON CONFLICT (area_id, period) DO NOTHING;
