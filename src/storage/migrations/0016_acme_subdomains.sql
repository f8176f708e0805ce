-- The authorization speaks for all names below its own, too (RFC 9444).
ALTER TABLE acme_authorizations ADD COLUMN subdomains BOOLEAN NOT NULL DEFAULT FALSE;
