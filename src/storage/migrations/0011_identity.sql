-- Mail that is still to be sent, and mail that nobody took. The text is wrapped: it holds links that
-- are as good as passwords.
CREATE TABLE mail_queue (
  id BIGINT PRIMARY KEY,
  recipient TEXT NOT NULL,
  subject TEXT NOT NULL,
  wrapped_text BYTEA NOT NULL,
  has_failed BOOLEAN NOT NULL,
  attempts BIGINT NOT NULL,
  last_error TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  next_attempt_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX mail_queue_by_next_attempt ON mail_queue (has_failed, next_attempt_at, id);

-- Links by which somebody sets a password: who forgot one, who was invited.
CREATE TABLE password_resets (
  token_hash TEXT COLLATE "C" PRIMARY KEY,
  user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX password_resets_by_user ON password_resets (user_id, created_at);
CREATE INDEX password_resets_by_end ON password_resets (expires_at);
CREATE INDEX users_by_email ON users (LOWER(email), id);

-- Passkeys and security keys (WebAuthn).
CREATE TABLE passkeys (
  id BIGINT PRIMARY KEY,
  user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  credential_id TEXT COLLATE "C" NOT NULL UNIQUE,
  name TEXT NOT NULL,
  public_key BYTEA NOT NULL,
  aaguid TEXT NOT NULL,
  transports TEXT NOT NULL,
  is_backup_eligible BOOLEAN NOT NULL,
  is_backed_up BOOLEAN NOT NULL,
  user_verified BOOLEAN NOT NULL,
  is_enabled BOOLEAN NOT NULL,
  sign_count BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  last_used_at BIGINT
);
CREATE INDEX passkeys_by_user ON passkeys (user_id, id);

-- What an authenticator is to sign; each is used once, by whoever asked for it.
CREATE TABLE webauthn_challenges (
  owner TEXT COLLATE "C" PRIMARY KEY,
  challenge TEXT NOT NULL,
  purpose TEXT NOT NULL,
  user_id BIGINT REFERENCES users (id) ON DELETE CASCADE,
  created_at BIGINT NOT NULL
);
CREATE INDEX webauthn_challenges_by_created ON webauthn_challenges (created_at);
CREATE INDEX webauthn_challenges_by_user ON webauthn_challenges (user_id);

-- Certificates that sign their user in.
CREATE TABLE sign_in_certificates (
  id BIGINT PRIMARY KEY,
  user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  fingerprint TEXT COLLATE "C" NOT NULL UNIQUE,
  name TEXT NOT NULL,
  pem TEXT NOT NULL,
  certificate_id BIGINT,
  is_enabled BOOLEAN NOT NULL,
  not_after BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  last_used_at BIGINT
);
CREATE INDEX sign_in_certificates_by_user ON sign_in_certificates (user_id, id);

-- How far the audit log was forwarded.
CREATE TABLE syslog_forwarding (
  id BIGINT PRIMARY KEY,
  next_leaf BIGINT NOT NULL,
  held_until BIGINT NOT NULL
);
INSERT INTO syslog_forwarding (id, next_leaf, held_until) VALUES (1, 0, 0);

ALTER TABLE sessions ADD COLUMN method TEXT NOT NULL DEFAULT 'password';
ALTER TABLE api_keys ADD COLUMN requests_per_minute BIGINT;
