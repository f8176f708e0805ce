-- Accounts, orders and authorizations have no index over their public names: these carry the id.
CREATE TABLE acme_accounts (
  id BIGINT PRIMARY KEY,
  secret TEXT NOT NULL,
  status TEXT NOT NULL,
  contacts TEXT NOT NULL,
  terms_agreed BOOLEAN NOT NULL,
  key_thumbprint TEXT COLLATE "C" NOT NULL UNIQUE,
  key_type TEXT NOT NULL,
  key_spki BYTEA NOT NULL,
  created_at BIGINT NOT NULL,
  created_from TEXT NOT NULL
);
CREATE INDEX acme_accounts_by_status ON acme_accounts (status, id);

CREATE TABLE acme_orders (
  id BIGINT PRIMARY KEY,
  secret TEXT NOT NULL,
  account_id BIGINT NOT NULL REFERENCES acme_accounts (id),
  status TEXT NOT NULL,
  identifiers TEXT NOT NULL,
  authorizations TEXT NOT NULL,
  not_before BIGINT,
  not_after BIGINT,
  error TEXT,
  certificate_id BIGINT,
  expires_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE INDEX acme_orders_by_account ON acme_orders (account_id, id);
CREATE INDEX acme_orders_by_certificate ON acme_orders (certificate_id) WHERE certificate_id IS NOT NULL;
-- Nearly all orders end as valid ones: an index over the others stays small, and costs an order
-- two changes instead of one at each status.
CREATE INDEX acme_orders_not_valid ON acme_orders (status, id) WHERE status <> 'valid';
CREATE INDEX acme_orders_by_created ON acme_orders (created_at, id);

CREATE TABLE acme_authorizations (
  id BIGINT PRIMARY KEY,
  secret TEXT NOT NULL,
  account_id BIGINT NOT NULL REFERENCES acme_accounts (id),
  order_id BIGINT NOT NULL,
  identifier_type TEXT NOT NULL,
  identifier TEXT COLLATE "C" NOT NULL,
  wildcard BOOLEAN NOT NULL,
  status TEXT NOT NULL,
  token TEXT NOT NULL,
  challenges TEXT NOT NULL,
  attempted TEXT,
  attempts BIGINT NOT NULL,
  attempted_at BIGINT,
  next_attempt_at BIGINT,
  validated_at BIGINT,
  error TEXT,
  trace TEXT NOT NULL,
  expires_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL
);
-- Who holds a valid authorization for a name may revoke its certificates.
CREATE INDEX acme_authorizations_valid ON acme_authorizations (account_id, identifier) WHERE status = 'valid';
-- What a restart has to go on with.
CREATE INDEX acme_authorizations_under_way ON acme_authorizations (next_attempt_at) WHERE next_attempt_at IS NOT NULL;
CREATE INDEX acme_authorizations_by_expiry ON acme_authorizations (expires_at, id);
