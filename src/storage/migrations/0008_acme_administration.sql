-- What accounts and external accounts of the ACME server are allowed to order, one entry per name,
-- tree of names or address.
CREATE TABLE acme_allowed_identifiers (
  id BIGINT PRIMARY KEY,
  identifier_type TEXT NOT NULL,
  identifier_value TEXT COLLATE "C" NOT NULL,
  created_by TEXT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX acme_allowed_identifiers_by_value ON acme_allowed_identifiers (identifier_value, identifier_type);

CREATE TABLE acme_account_identifiers (
  account_id BIGINT NOT NULL REFERENCES acme_accounts (id),
  identifier_id BIGINT NOT NULL REFERENCES acme_allowed_identifiers (id) ON DELETE CASCADE,
  PRIMARY KEY (account_id, identifier_id)
);
CREATE INDEX acme_account_identifiers_by_identifier ON acme_account_identifiers (identifier_id, account_id);

CREATE TABLE acme_eab_identifiers (
  eab_id BIGINT NOT NULL REFERENCES acme_external_accounts (id) ON DELETE CASCADE,
  identifier_id BIGINT NOT NULL REFERENCES acme_allowed_identifiers (id) ON DELETE CASCADE,
  PRIMARY KEY (eab_id, identifier_id)
);
CREATE INDEX acme_eab_identifiers_by_identifier ON acme_eab_identifiers (identifier_id, eab_id);

-- What a CSR has to be like; profile_data is JSON. An account has one profile, or that of the
-- external account that it is bound to.
CREATE TABLE acme_csr_profiles (
  id BIGINT PRIMARY KEY,
  name TEXT COLLATE "C" NOT NULL UNIQUE,
  description TEXT NOT NULL,
  profile_data TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);

CREATE TABLE acme_account_csr_profiles (
  account_id BIGINT PRIMARY KEY REFERENCES acme_accounts (id),
  profile_id BIGINT NOT NULL REFERENCES acme_csr_profiles (id) ON DELETE CASCADE
);
CREATE INDEX acme_account_csr_profiles_by_profile ON acme_account_csr_profiles (profile_id, account_id);

CREATE TABLE acme_eab_csr_profiles (
  eab_id BIGINT PRIMARY KEY REFERENCES acme_external_accounts (id) ON DELETE CASCADE,
  profile_id BIGINT NOT NULL REFERENCES acme_csr_profiles (id) ON DELETE CASCADE
);
CREATE INDEX acme_eab_csr_profiles_by_profile ON acme_eab_csr_profiles (profile_id, eab_id);

-- By which key a certificate was issued, for profiles that forbid to use a key again.
CREATE TABLE acme_certificate_keys (
  spki_sha256 BYTEA NOT NULL,
  certificate_id BIGINT NOT NULL,
  PRIMARY KEY (spki_sha256, certificate_id)
);

-- When an account of a person was last changed: its role, its password, whether it is switched on.
ALTER TABLE users ADD COLUMN updated_at BIGINT;

-- What the holders of ACME accounts were told by mail. The mail itself is in the queue until it was
-- sent.
CREATE TABLE acme_notifications (
  id BIGINT PRIMARY KEY,
  notification_type TEXT NOT NULL,
  recipient TEXT NOT NULL,
  subject TEXT NOT NULL,
  account_id BIGINT NOT NULL,
  mail_id BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  sent_at BIGINT
);
CREATE UNIQUE INDEX acme_notifications_by_mail ON acme_notifications (mail_id);
CREATE INDEX acme_notifications_by_created ON acme_notifications (created_at, id);

CREATE TABLE acme_expiry_warnings (
  certificate_id BIGINT NOT NULL,
  days BIGINT NOT NULL,
  not_after BIGINT NOT NULL,
  PRIMARY KEY (certificate_id, days)
);
CREATE INDEX acme_expiry_warnings_by_end ON acme_expiry_warnings (not_after);
