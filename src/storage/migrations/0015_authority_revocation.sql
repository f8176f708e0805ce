-- Why the certificate of an authority was revoked by the authority above it.
ALTER TABLE authorities ADD COLUMN revocation_reason TEXT;

ALTER TABLE authority_certificates ADD COLUMN revoked_at BIGINT;
ALTER TABLE authority_certificates ADD COLUMN revocation_reason TEXT;
CREATE INDEX authority_certificates_by_serial ON authority_certificates (issuer_id, serial_number);

-- What a request that named itself has made, when that is no certificate: "ca 5".
ALTER TABLE idempotency_keys ADD COLUMN made TEXT NOT NULL DEFAULT '';

-- How many certificates end on each day, by what is to be expected of them: 0 in force, 1 replaced by
-- a successor, 2 revoked. What a million certificates are is so read in a moment. In shards, so that
-- concurrent issuance does not queue for one row.
CREATE TABLE certificate_days (
  state BIGINT NOT NULL,
  day BIGINT NOT NULL,
  automated BIGINT NOT NULL,
  shard BIGINT NOT NULL,
  number BIGINT NOT NULL,
  PRIMARY KEY (state, day, automated, shard)
);
INSERT INTO certificate_days (state, day, automated, shard, number)
SELECT CASE WHEN revoked_at IS NOT NULL THEN 2 WHEN renewed_by IS NOT NULL THEN 1 ELSE 0 END,
  not_after / 86400, CASE WHEN source IN ('acme', 'system') THEN 1 ELSE 0 END, id % 8, COUNT(*)
FROM certificates GROUP BY 1, 2, 3, 4;

-- Filters of the list of certificates that somebody keeps under a name, for everybody if shared.
CREATE TABLE saved_queries (
  id BIGINT PRIMARY KEY,
  user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  is_shared BOOLEAN NOT NULL,
  query TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX saved_queries_by_user ON saved_queries (user_id, id);
CREATE INDEX saved_queries_shared ON saved_queries (id) WHERE is_shared;
