-- Who is told of events over HTTP. What is sent to prove who sends is wrapped.
CREATE TABLE webhooks (
  id BIGINT PRIMARY KEY,
  name TEXT NOT NULL,
  url TEXT NOT NULL,
  events TEXT NOT NULL,
  ca_filter TEXT NOT NULL,
  enabled BOOLEAN NOT NULL,
  auth_type TEXT NOT NULL,
  auth_username TEXT NOT NULL,
  auth_header_name TEXT NOT NULL,
  header_names TEXT NOT NULL,
  wrapped_secret BYTEA NOT NULL,
  wrapped_token BYTEA NOT NULL,
  wrapped_headers BYTEA NOT NULL,
  ca_certificate TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  created_by TEXT NOT NULL,
  active_since BIGINT NOT NULL,
  last_success BIGINT,
  last_failure BIGINT,
  last_error TEXT NOT NULL,
  failure_count BIGINT NOT NULL
);

-- How far the audit log, which is the queue of events, was handed out to whoever is told of them.
CREATE TABLE event_dispatch (
  id BIGINT PRIMARY KEY,
  next_leaf BIGINT NOT NULL,
  is_active BOOLEAN NOT NULL,
  held_until BIGINT NOT NULL
);
INSERT INTO event_dispatch (id, next_leaf, is_active, held_until) VALUES (1, 0, FALSE, 0);

-- One event on its way to one receiver: "webhook 7", "command /etc/certwright/notify".
CREATE TABLE event_deliveries (
  id BIGINT PRIMARY KEY,
  target TEXT COLLATE "C" NOT NULL,
  event_id BIGINT NOT NULL,
  event TEXT NOT NULL,
  body TEXT NOT NULL,
  status TEXT COLLATE "C" NOT NULL,
  attempts BIGINT NOT NULL,
  status_code BIGINT NOT NULL,
  last_error TEXT NOT NULL,
  milliseconds BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  next_attempt_at BIGINT NOT NULL,
  ended_at BIGINT
);
CREATE UNIQUE INDEX event_deliveries_once ON event_deliveries (target, event_id);
CREATE INDEX event_deliveries_by_due ON event_deliveries (status, target, next_attempt_at, id);
CREATE INDEX event_deliveries_by_target ON event_deliveries (target, id);
CREATE INDEX event_deliveries_by_age ON event_deliveries (created_at);

-- Which ends were told of already, each at so many days before.
CREATE TABLE expiry_notices (
  kind TEXT COLLATE "C" NOT NULL,
  subject_id BIGINT NOT NULL,
  ends_at BIGINT NOT NULL,
  days BIGINT NOT NULL,
  told_at BIGINT NOT NULL,
  PRIMARY KEY (kind, subject_id, ends_at, days)
);
CREATE INDEX expiry_notices_by_end ON expiry_notices (ends_at);
