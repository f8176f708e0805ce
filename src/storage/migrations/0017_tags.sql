-- Words that people give to certificates. A tag stays when nothing has it any more: restrictions and
-- saved queries may name it.
CREATE TABLE tags (
  id BIGINT PRIMARY KEY,
  name TEXT COLLATE "C" NOT NULL UNIQUE
);

-- The newest certificates of a tag are at one end of its part of the key.
CREATE TABLE certificate_tags (
  tag_id BIGINT NOT NULL REFERENCES tags (id),
  certificate_id BIGINT NOT NULL,
  PRIMARY KEY (tag_id, certificate_id)
);
CREATE INDEX certificate_tags_by_certificate ON certificate_tags (certificate_id, tag_id);

-- Which tags a restriction names.
CREATE INDEX restrictions_by_object ON restrictions (kind, object_id);
