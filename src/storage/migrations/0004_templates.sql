CREATE TABLE templates (
  id BIGINT PRIMARY KEY,
  name TEXT NOT NULL,
  name_key TEXT COLLATE "C" NOT NULL UNIQUE,
  description TEXT NOT NULL,
  template_type TEXT COLLATE "C" NOT NULL,
  is_system BOOLEAN NOT NULL,
  is_active BOOLEAN NOT NULL,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  created_by TEXT NOT NULL,
  updated_at BIGINT NOT NULL,
  updated_by TEXT NOT NULL
);

-- Each change makes a row, and none is ever changed: certificates say which one made them.
CREATE TABLE template_versions (
  template_id BIGINT NOT NULL REFERENCES templates (id),
  version BIGINT NOT NULL,
  profile TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  created_by TEXT NOT NULL,
  PRIMARY KEY (template_id, version)
);

-- How many certificates each template has made, in shards like certificate_counts. The
-- reference keeps a certificate from being made while its template is deleted.
CREATE TABLE template_counts (
  template_id BIGINT NOT NULL REFERENCES templates (id),
  shard BIGINT NOT NULL,
  issued BIGINT NOT NULL,
  PRIMARY KEY (template_id, shard)
);

ALTER TABLE certificates ADD COLUMN template_id BIGINT;
ALTER TABLE certificates ADD COLUMN template_version BIGINT;
-- Warnings of the lints, as JSON; empty when there was none.
ALTER TABLE certificates ADD COLUMN lint TEXT NOT NULL DEFAULT '';

-- A request that names itself is carried out once, however often it is sent. The certificate is
-- noted in the transaction that stores it, the answer after that.
CREATE TABLE idempotency_keys (
  id BIGINT PRIMARY KEY,
  caller TEXT COLLATE "C" NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  fingerprint TEXT NOT NULL,
  request_id TEXT COLLATE "C" NOT NULL,
  node TEXT COLLATE "C" NOT NULL,
  created_at BIGINT NOT NULL,
  certificate_id BIGINT,
  status BIGINT NOT NULL,
  answer TEXT NOT NULL
);
CREATE UNIQUE INDEX idempotency_keys_by_name ON idempotency_keys (caller, name);
CREATE INDEX idempotency_keys_by_created ON idempotency_keys (created_at, id);
CREATE INDEX idempotency_keys_open ON idempotency_keys (request_id) WHERE status = 0;
