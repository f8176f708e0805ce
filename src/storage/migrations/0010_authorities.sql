-- What an authority writes into all that it issues, as JSON; empty for the usual.
ALTER TABLE authorities ADD COLUMN issuing TEXT NOT NULL DEFAULT '';
-- The successor, when the key was replaced.
ALTER TABLE authorities ADD COLUMN renewed_by BIGINT;
CREATE INDEX authorities_by_parent ON authorities (parent_id, id);

-- Further certificates over an authority's name and key: from other authorities (cross-signed), and
-- those that a renewal replaced.
CREATE TABLE authority_certificates (
  id BIGINT PRIMARY KEY,
  authority_id BIGINT NOT NULL REFERENCES authorities (id),
  kind TEXT NOT NULL,
  issuer_id BIGINT REFERENCES authorities (id),
  issuer TEXT NOT NULL,
  serial_number TEXT COLLATE "C" NOT NULL,
  fingerprint TEXT COLLATE "C" NOT NULL UNIQUE,
  not_before BIGINT NOT NULL,
  not_after BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  created_by TEXT NOT NULL,
  der BYTEA NOT NULL
);
CREATE INDEX authority_certificates_by_authority ON authority_certificates (authority_id, id);
CREATE INDEX authority_certificates_by_issuer ON authority_certificates (issuer_id, not_after);

-- Requests for certificates of authorities that are signed elsewhere, by an offline root.
CREATE TABLE authority_requests (
  id BIGINT PRIMARY KEY,
  name TEXT NOT NULL,
  subject TEXT NOT NULL,
  key_type TEXT NOT NULL,
  key_id BIGINT REFERENCES keys (id),
  authority_id BIGINT REFERENCES authorities (id),
  issuing TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  created_by TEXT NOT NULL,
  der BYTEA NOT NULL
);
CREATE INDEX authority_requests_by_authority ON authority_requests (authority_id, id);
