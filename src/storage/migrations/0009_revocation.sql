-- How an authority publishes what it revoked. No row: the defaults.
CREATE TABLE revocation_settings (
  authority_id BIGINT PRIMARY KEY REFERENCES authorities (id) ON DELETE CASCADE,
  crl_validity_days BIGINT NOT NULL,
  crl_publish_interval_hours BIGINT NOT NULL,
  delta_crl_enabled BOOLEAN NOT NULL,
  delta_crl_interval BIGINT NOT NULL,
  delta_crl_validity_hours BIGINT NOT NULL,
  freshest_crl_in_certificates BOOLEAN NOT NULL,
  crl_shards BIGINT NOT NULL,
  most_shards BIGINT NOT NULL,
  ocsp_delegated BOOLEAN NOT NULL
);

-- What the lists say of each certificate, narrow and in one place, so that a million are read in a
-- moment. The bucket is the last octet of the serial number: shards are ranges of it. A row without
-- a time was taken off hold: deltas say so until every list that may have it has ended.
CREATE TABLE revoked_certificates (
  authority_id BIGINT NOT NULL REFERENCES authorities (id) ON DELETE CASCADE,
  bucket TEXT COLLATE "C" NOT NULL,
  serial_number TEXT COLLATE "C" NOT NULL,
  not_after BIGINT NOT NULL,
  revoked_at BIGINT,
  reason BIGINT NOT NULL,
  invalidity_at BIGINT,
  change BIGINT NOT NULL,
  PRIMARY KEY (authority_id, bucket, serial_number)
);
CREATE INDEX revoked_certificates_by_change ON revoked_certificates (authority_id, change, bucket);
CREATE INDEX revoked_certificates_released ON revoked_certificates (authority_id, change) WHERE revoked_at IS NULL;
CREATE INDEX revoked_certificates_by_end ON revoked_certificates (not_after);

INSERT INTO revoked_certificates (authority_id, bucket, serial_number, not_after, revoked_at, reason, invalidity_at, change)
SELECT authority_id, substr(serial_number, length(serial_number) - 1), serial_number, not_after, revoked_at,
  CASE revocation_reason
    WHEN 'keyCompromise' THEN 1 WHEN 'caCompromise' THEN 2 WHEN 'affiliationChanged' THEN 3
    WHEN 'superseded' THEN 4 WHEN 'cessationOfOperation' THEN 5 WHEN 'certificateHold' THEN 6
    WHEN 'privilegeWithdrawn' THEN 9 WHEN 'aACompromise' THEN 10 ELSE 0
  END,
  NULL, 0
FROM certificates WHERE revoked_at IS NOT NULL;

-- The latest list of each scope. Long ones are kept in memory only, with an empty der here.
CREATE TABLE published_crls (
  authority_id BIGINT NOT NULL REFERENCES authorities (id) ON DELETE CASCADE,
  scope TEXT COLLATE "C" NOT NULL,
  number BIGINT NOT NULL,
  this_update BIGINT NOT NULL,
  next_update BIGINT NOT NULL,
  entries BIGINT NOT NULL,
  covered_changes BIGINT NOT NULL,
  base_number BIGINT,
  der BYTEA NOT NULL,
  PRIMARY KEY (authority_id, scope)
);
INSERT INTO published_crls (authority_id, scope, number, this_update, next_update, entries, covered_changes, base_number, der)
SELECT authority_id, 'full', number, this_update, next_update, entries, covered_changes, NULL, der FROM crls;

-- All lists of an authority share one sequence of numbers (RFC 5280, section 5.2.3).
CREATE TABLE crl_numbers (
  authority_id BIGINT PRIMARY KEY REFERENCES authorities (id) ON DELETE CASCADE,
  number BIGINT NOT NULL
);
INSERT INTO crl_numbers (authority_id, number) SELECT authority_id, number FROM crls;

-- Full lists that deltas may begin from, one for each interval while lists from then on are in force.
CREATE TABLE crl_bases (
  authority_id BIGINT NOT NULL REFERENCES authorities (id) ON DELETE CASCADE,
  number BIGINT NOT NULL,
  this_update BIGINT NOT NULL,
  covered_changes BIGINT NOT NULL,
  PRIMARY KEY (authority_id, number)
);

DROP TABLE crls;
ALTER TABLE published_crls RENAME TO crls;

-- The certificate by which an authority lets its OCSP answers be signed.
CREATE TABLE ocsp_responders (
  authority_id BIGINT PRIMARY KEY REFERENCES authorities (id) ON DELETE CASCADE,
  certificate_id BIGINT NOT NULL
);

-- Revocations of many, carried out in the background.
CREATE TABLE revocation_jobs (
  id BIGINT PRIMARY KEY,
  status TEXT NOT NULL,
  reason TEXT NOT NULL,
  comments TEXT NOT NULL,
  total BIGINT NOT NULL,
  done BIGINT NOT NULL,
  failed BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  created_by TEXT NOT NULL,
  from_address TEXT NOT NULL,
  credential TEXT NOT NULL,
  finished_at BIGINT
);
CREATE INDEX revocation_jobs_by_status ON revocation_jobs (status, id);

CREATE TABLE revocation_job_items (
  job_id BIGINT NOT NULL REFERENCES revocation_jobs (id) ON DELETE CASCADE,
  certificate_id BIGINT NOT NULL,
  status TEXT NOT NULL,
  error TEXT NOT NULL,
  PRIMARY KEY (job_id, certificate_id)
);
CREATE INDEX revocation_job_items_by_status ON revocation_job_items (job_id, status, certificate_id);
