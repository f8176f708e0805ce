-- The transparency log over the audit log: which entry is which leaf of the Merkle tree, the hashes
-- of the tree in tiles of 256, and what was signed.
CREATE TABLE audit_tree (
  id BIGINT PRIMARY KEY,
  tree_size BIGINT NOT NULL,
  first_leaf BIGINT NOT NULL,
  origin TEXT NOT NULL,
  key_id BIGINT REFERENCES keys (id)
);
INSERT INTO audit_tree (id, tree_size, first_leaf, origin, key_id) VALUES (1, 0, 0, '', NULL);

CREATE TABLE audit_leaves (
  leaf_index BIGINT PRIMARY KEY,
  entry_id BIGINT NOT NULL UNIQUE
);

CREATE TABLE audit_tiles (
  level BIGINT NOT NULL,
  tile_index BIGINT NOT NULL,
  hashes BYTEA NOT NULL,
  PRIMARY KEY (level, tile_index)
);

CREATE TABLE audit_checkpoints (
  tree_size BIGINT PRIMARY KEY,
  signed_at BIGINT NOT NULL,
  note TEXT NOT NULL
);

INSERT INTO audit_pending (entry_id) SELECT id FROM audit_log;

-- Roles that administrators make beside the four that are built in, and groups that add rights to
-- those of a role. Permissions are separated by blanks.
CREATE TABLE roles (
  id BIGINT PRIMARY KEY,
  name TEXT COLLATE "C" NOT NULL UNIQUE,
  description TEXT NOT NULL,
  permissions TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);

CREATE TABLE user_groups (
  id BIGINT PRIMARY KEY,
  name TEXT COLLATE "C" NOT NULL UNIQUE,
  description TEXT NOT NULL,
  permissions TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);

CREATE TABLE group_members (
  group_id BIGINT NOT NULL REFERENCES user_groups (id) ON DELETE CASCADE,
  user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  role TEXT NOT NULL,
  joined_at BIGINT NOT NULL,
  PRIMARY KEY (group_id, user_id)
);
CREATE INDEX group_members_by_user ON group_members (user_id, group_id);
CREATE INDEX users_by_role ON users (role, id);

-- Failed sign-ins by a keyed hash of the name that was tried, whether somebody has it or not, and
-- by the address that they came from.
CREATE TABLE sign_in_failures (
  subject TEXT COLLATE "C" PRIMARY KEY,
  failures BIGINT NOT NULL,
  last_at BIGINT NOT NULL,
  locked_until BIGINT NOT NULL
);
CREATE INDEX sign_in_failures_by_last_at ON sign_in_failures (last_at);

-- Second factors: the secret of TOTP, wrapped, and the latest step that was used; recovery codes.
CREATE TABLE totp_secrets (
  user_id BIGINT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  wrapped BYTEA NOT NULL,
  is_confirmed BOOLEAN NOT NULL,
  last_step BIGINT NOT NULL,
  created_at BIGINT NOT NULL
);

CREATE TABLE recovery_codes (
  user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  code_hash TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (user_id, code_hash)
);

-- Passwords were right, the second factor is still to come.
CREATE TABLE pending_sign_ins (
  token_hash TEXT COLLATE "C" PRIMARY KEY,
  user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  created_at BIGINT NOT NULL
);
CREATE INDEX pending_sign_ins_by_created ON pending_sign_ins (created_at);
CREATE INDEX pending_sign_ins_by_user ON pending_sign_ins (user_id);
