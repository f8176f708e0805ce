-- Who made something owns it, until an account is deleted and another one takes over. Certificates
-- of protocols and of the server itself belong to nobody: the hot path pays for no index.
CREATE INDEX certificates_by_created_by ON certificates (created_by, id) WHERE source IN ('manual', 'csr', 'import');
CREATE INDEX certificate_requests_by_created_by ON certificate_requests (created_by, id);
CREATE INDEX authorities_by_created_by ON authorities (created_by, id);
CREATE INDEX authority_requests_by_created_by ON authority_requests (created_by, id);
CREATE INDEX templates_by_created_by ON templates (created_by, id);
CREATE INDEX acme_external_accounts_by_created_by ON acme_external_accounts (created_by, id);
CREATE INDEX acme_domains_by_created_by ON acme_domains (created_by, id);
CREATE INDEX acme_allowed_identifiers_by_created_by ON acme_allowed_identifiers (created_by, id);
CREATE INDEX acme_csr_profiles_by_created_by ON acme_csr_profiles (created_by, id);

-- Users and groups that see and use only certificates of some authorities or templates. What is
-- named stays named when it is deleted: an empty list would stand for everything.
CREATE TABLE restrictions (
  holder TEXT NOT NULL,
  holder_id BIGINT NOT NULL,
  kind TEXT NOT NULL,
  object_id BIGINT NOT NULL,
  PRIMARY KEY (holder, holder_id, kind, object_id)
);
CREATE INDEX certificates_by_template ON certificates (template_id, id, not_after, revoked_at, source, authority_id) WHERE template_id IS NOT NULL;
