-- Several ACME servers in one, each below /acme/{name}; "default" is the one at /acme itself.
CREATE TABLE acme_services (
  id BIGINT PRIMARY KEY,
  name TEXT COLLATE "C" NOT NULL UNIQUE,
  description TEXT NOT NULL,
  is_enabled BOOLEAN NOT NULL,
  authority_id BIGINT,
  challenges TEXT NOT NULL,
  eab_required BOOLEAN NOT NULL,
  validity_days BIGINT NOT NULL,
  profiles TEXT NOT NULL,
  allowed_names TEXT NOT NULL,
  forbidden_names TEXT NOT NULL,
  wildcards_allowed BOOLEAN NOT NULL,
  ips_allowed BOOLEAN NOT NULL,
  terms_of_service TEXT NOT NULL,
  created_at BIGINT NOT NULL
);

-- External accounts (RFC 8555, section 7.3.4); the MAC key is wrapped under the master key.
CREATE TABLE acme_external_accounts (
  id BIGINT PRIMARY KEY,
  kid TEXT COLLATE "C" NOT NULL UNIQUE,
  description TEXT NOT NULL,
  wrapped_key BYTEA NOT NULL,
  service_id BIGINT REFERENCES acme_services (id),
  allowed_names TEXT NOT NULL,
  pre_authorized BOOLEAN NOT NULL,
  is_reusable BOOLEAN NOT NULL,
  used BIGINT NOT NULL,
  last_used_at BIGINT,
  expires_at BIGINT,
  is_enabled BOOLEAN NOT NULL,
  revoked_at BIGINT,
  created_by TEXT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE INDEX acme_external_accounts_by_service ON acme_external_accounts (service_id) WHERE service_id IS NOT NULL;

-- What is said about a name and all below it.
CREATE TABLE acme_domains (
  id BIGINT PRIMARY KEY,
  domain TEXT COLLATE "C" NOT NULL UNIQUE,
  rule TEXT NOT NULL,
  is_wildcard_allowed BOOLEAN NOT NULL,
  auto_approve BOOLEAN NOT NULL,
  issuing_ca_id BIGINT,
  dns_provider_id BIGINT,
  created_by TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);

ALTER TABLE acme_accounts ADD COLUMN eab_id BIGINT;
CREATE INDEX acme_accounts_by_eab ON acme_accounts (eab_id, id) WHERE eab_id IS NOT NULL;
ALTER TABLE acme_orders ADD COLUMN service_id BIGINT;
ALTER TABLE acme_orders ADD COLUMN profile TEXT;
ALTER TABLE acme_orders ADD COLUMN replaces BIGINT;
