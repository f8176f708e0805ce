-- How often each action was done on each day, counted when its entry becomes a leaf of the tree: what
-- waits for that is counted where it is read.
CREATE TABLE audit_days (
  day BIGINT NOT NULL,
  action TEXT COLLATE "C" NOT NULL,
  success BOOLEAN NOT NULL,
  entries BIGINT NOT NULL,
  PRIMARY KEY (day, action, success)
);
INSERT INTO audit_days (day, action, success, entries)
  SELECT at / 86400, action, success, COUNT(*) FROM audit_log
  WHERE id NOT IN (SELECT entry_id FROM audit_pending) GROUP BY at / 86400, action, success;
