CREATE TABLE keys (
  id BIGINT PRIMARY KEY,
  purpose TEXT NOT NULL,
  algorithm TEXT NOT NULL,
  spki BYTEA NOT NULL,
  wrapped BYTEA NOT NULL,
  created_at BIGINT NOT NULL
);

CREATE TABLE authorities (
  id BIGINT PRIMARY KEY,
  refid TEXT COLLATE "C" NOT NULL UNIQUE,
  name TEXT NOT NULL,
  type TEXT NOT NULL,
  parent_id BIGINT REFERENCES authorities (id),
  common_name TEXT NOT NULL,
  subject TEXT NOT NULL,
  serial_number TEXT COLLATE "C" NOT NULL,
  key_type TEXT NOT NULL,
  fingerprint TEXT COLLATE "C" NOT NULL,
  not_before BIGINT NOT NULL,
  not_after BIGINT NOT NULL,
  revoked_at BIGINT,
  key_id BIGINT REFERENCES keys (id),
  is_active BOOLEAN NOT NULL,
  cdp_enabled BOOLEAN NOT NULL,
  ocsp_enabled BOOLEAN NOT NULL,
  aia_enabled BOOLEAN NOT NULL,
  revocation_changes BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  created_by TEXT NOT NULL,
  der BYTEA NOT NULL
);

CREATE TABLE certificates (
  id BIGINT PRIMARY KEY,
  refid TEXT COLLATE "C" NOT NULL,
  authority_id BIGINT NOT NULL REFERENCES authorities (id),
  serial_number TEXT COLLATE "C" NOT NULL,
  common_name TEXT COLLATE "C" NOT NULL,
  subject TEXT NOT NULL,
  names TEXT NOT NULL,
  profile TEXT NOT NULL,
  source TEXT NOT NULL,
  key_type TEXT NOT NULL,
  fingerprint TEXT COLLATE "C" NOT NULL,
  not_before BIGINT NOT NULL,
  not_after BIGINT NOT NULL,
  revoked_at BIGINT,
  revocation_reason TEXT,
  key_id BIGINT REFERENCES keys (id),
  created_at BIGINT NOT NULL,
  created_by TEXT NOT NULL,
  description TEXT NOT NULL,
  renewed_by BIGINT,
  der BYTEA NOT NULL
);

-- No serial occurs twice under one authority, whatever happens.
CREATE UNIQUE INDEX certificates_by_serial ON certificates (serial_number, authority_id);
CREATE INDEX certificates_by_fingerprint ON certificates (fingerprint);
CREATE INDEX certificates_by_common_name ON certificates (common_name, id);
CREATE INDEX certificates_revoked ON certificates (authority_id, not_after, id, source, revoked_at) WHERE revoked_at IS NOT NULL;

-- Rows are wide. What lists and counts filter by is in the indexes, so that only the rows of a page
-- are read.
CREATE INDEX certificates_by_id ON certificates (id, not_after, revoked_at, source, authority_id);
CREATE INDEX certificates_by_authority ON certificates (authority_id, id, not_after, revoked_at, source);
CREATE INDEX certificates_by_not_after ON certificates (not_after, id, revoked_at, source, authority_id, renewed_by);
CREATE INDEX certificates_by_source ON certificates (source, id, not_after, revoked_at, authority_id);

-- What a search finds a certificate by: each name of it from the start of each of its labels on.
CREATE TABLE certificate_terms (
  term TEXT COLLATE "C" NOT NULL,
  certificate_id BIGINT NOT NULL,
  PRIMARY KEY (term, certificate_id)
);
CREATE INDEX certificate_terms_by_certificate ON certificate_terms (certificate_id);

-- How many certificates each authority has issued. Counting a million rows takes too long for a
-- page; in shards, so that concurrent issuance does not queue for one row.
CREATE TABLE certificate_counts (
  authority_id BIGINT NOT NULL,
  shard BIGINT NOT NULL,
  issued BIGINT NOT NULL,
  PRIMARY KEY (authority_id, shard)
);

-- The serial numbers that a node is going to sign with. A row that outlives its process is a crash
-- before the certificate was stored.
CREATE TABLE issuance_intents (
  id BIGINT PRIMARY KEY,
  authority_id BIGINT NOT NULL,
  serial_number TEXT COLLATE "C" NOT NULL,
  node TEXT NOT NULL,
  created_at BIGINT NOT NULL
);

-- The latest CRL of each authority.
CREATE TABLE crls (
  authority_id BIGINT PRIMARY KEY REFERENCES authorities (id),
  number BIGINT NOT NULL,
  this_update BIGINT NOT NULL,
  next_update BIGINT NOT NULL,
  entries BIGINT NOT NULL,
  covered_changes BIGINT NOT NULL,
  der BYTEA NOT NULL
);

CREATE TABLE settings (
  name TEXT COLLATE "C" PRIMARY KEY,
  value TEXT NOT NULL,
  changed_at BIGINT NOT NULL
);
