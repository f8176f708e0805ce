-- Requests for certificates (CSRs) until somebody signs them, and afterwards as history.
CREATE TABLE certificate_requests (
  id BIGINT PRIMARY KEY,
  refid TEXT COLLATE "C" NOT NULL,
  name TEXT NOT NULL,
  common_name TEXT COLLATE "C" NOT NULL,
  subject TEXT NOT NULL,
  names TEXT NOT NULL,
  key_type TEXT NOT NULL,
  fingerprint TEXT COLLATE "C" NOT NULL,
  origin TEXT NOT NULL,
  department TEXT NOT NULL,
  status TEXT COLLATE "C" NOT NULL,
  key_id BIGINT REFERENCES keys (id),
  certificate_id BIGINT,
  created_at BIGINT NOT NULL,
  created_by TEXT NOT NULL,
  issued_at BIGINT,
  issued_by TEXT,
  der BYTEA NOT NULL
);
CREATE INDEX certificate_requests_by_status ON certificate_requests (status, id);
-- The same request does not wait twice.
CREATE UNIQUE INDEX certificate_requests_waiting ON certificate_requests (fingerprint) WHERE status = 'pending';

CREATE TABLE certificate_request_terms (
  term TEXT COLLATE "C" NOT NULL,
  request_id BIGINT NOT NULL,
  PRIMARY KEY (term, request_id)
);
CREATE INDEX certificate_request_terms_by_request ON certificate_request_terms (request_id);
