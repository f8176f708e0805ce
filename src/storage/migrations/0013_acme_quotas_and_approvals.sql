-- The account's address as the client that answered a challenge knows it.
ALTER TABLE acme_authorizations ADD COLUMN account_url TEXT;

ALTER TABLE acme_services ADD COLUMN requires_approval BOOLEAN NOT NULL DEFAULT FALSE;

-- Finalized orders that wait for a person. A row goes when the order is decided or past its time.
CREATE TABLE acme_approvals (
  order_id BIGINT PRIMARY KEY,
  csr BYTEA NOT NULL,
  account_url TEXT NOT NULL,
  requested_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX acme_approvals_by_end ON acme_approvals (expires_at);

-- What was ordered lately; the microsecond at which none of it counts any more.
CREATE TABLE acme_quotas (
  kind TEXT COLLATE "C" NOT NULL,
  subject TEXT COLLATE "C" NOT NULL,
  spent_until BIGINT NOT NULL,
  PRIMARY KEY (kind, subject)
);
CREATE INDEX acme_quotas_by_end ON acme_quotas (spent_until, kind, subject);

-- Whether an account has any, before it is forgotten.
CREATE INDEX acme_authorizations_by_account ON acme_authorizations (account_id);
