#include "storage/acme_service_store.h"

namespace storage {

using core::acme::Domain;
using core::acme::DomainId;
using core::acme::ExternalAccount;
using core::acme::ExternalAccountId;
using core::acme::Service;
using core::acme::ServiceId;

// ---- Services ----

void AcmeServiceStore::update(const Service& service) {
  session_.send(
      "UPDATE acme_services SET description = $2, is_enabled = $3, authority_id = $4, "
      "challenges = $5, eab_required = $6, validity_days = $7, profiles = $8, allowed_names = $9, "
      "forbidden_names = $10, wildcards_allowed = $11, ips_allowed = $12, terms_of_service = $13, "
      "requires_approval = $14 "
      "WHERE id = $1",
      service.id, service.description, service.is_enabled, service.authority_id, service.challenges,
      service.eab_required, service.validity_days, service.profiles, service.allowed_names,
      service.forbidden_names, service.wildcards_allowed, service.ips_allowed,
      service.terms_of_service, service.requires_approval);
}

void AcmeServiceStore::remove(const ServiceId& id) {
  session_.send("DELETE FROM acme_services WHERE id = $1", id);
}

std::optional<Service> AcmeServiceStore::find_service(std::string_view name) const {
  return session_.select_one<Service>("FROM acme_services WHERE name = $1", name);
}

std::optional<Service> AcmeServiceStore::find(const ServiceId& id) const {
  return session_.select_one<Service>("FROM acme_services WHERE id = $1", id);
}

std::vector<Service> AcmeServiceStore::services(int limit) const {
  return session_.select<Service>("FROM acme_services ORDER BY name LIMIT $1", limit);
}

std::int64_t AcmeServiceStore::count_services() const {
  return session_.number("SELECT COUNT(*) FROM acme_services");
}

std::int64_t AcmeServiceStore::count_external_accounts_of(const ServiceId& id) const {
  return session_.number("SELECT COUNT(*) FROM acme_external_accounts WHERE service_id = $1", id);
}

// ---- External accounts ----

void AcmeServiceStore::update(const ExternalAccount& external) {
  session_.send(
      "UPDATE acme_external_accounts SET description = $2, allowed_names = $3, "
      "pre_authorized = $4, expires_at = $5, is_enabled = $6, revoked_at = $7 WHERE id = $1",
      external.id, external.description, external.allowed_names, external.pre_authorized,
      external.expires_at, external.is_enabled, external.revoked_at);
}

void AcmeServiceStore::remove(const ExternalAccountId& id) {
  session_.send("DELETE FROM acme_external_accounts WHERE id = $1", id);
}

std::optional<ExternalAccount> AcmeServiceStore::find(const ExternalAccountId& id) const {
  return session_.select_one<ExternalAccount>("FROM acme_external_accounts WHERE id = $1", id);
}

std::optional<ExternalAccount> AcmeServiceStore::find_external_account(std::string_view kid) const {
  return session_.select_one<ExternalAccount>("FROM acme_external_accounts WHERE kid = $1", kid);
}

bool AcmeServiceStore::use(const ExternalAccountId& id, base::Time now) {
  return session_.execute(
             "UPDATE acme_external_accounts SET used = used + 1, last_used_at = $2 WHERE id = $1 "
             "AND (is_reusable OR used = 0) AND is_enabled AND revoked_at IS NULL "
             "AND (expires_at IS NULL OR expires_at > $2)",
             id, now) == 1;
}

std::vector<ExternalAccount> AcmeServiceStore::external_accounts(std::int64_t offset,
                                                                 int limit) const {
  return session_.select<ExternalAccount>(
      "FROM acme_external_accounts ORDER BY id DESC LIMIT $1 OFFSET $2", limit, offset);
}

std::int64_t AcmeServiceStore::count_external_accounts() const {
  return session_.number("SELECT COUNT(*) FROM acme_external_accounts");
}

std::int64_t AcmeServiceStore::count_accounts_of(const ExternalAccountId& id) const {
  return session_.number("SELECT COUNT(*) FROM acme_accounts WHERE eab_id = $1", id);
}

// ---- Domains ----

void AcmeServiceStore::update(const Domain& domain) {
  session_.send(
      "UPDATE acme_domains SET rule = $2, is_wildcard_allowed = $3, auto_approve = $4, "
      "issuing_ca_id = $5, dns_provider_id = $6, updated_at = $7 WHERE id = $1",
      domain.id, domain.rule, domain.is_wildcard_allowed, domain.auto_approve, domain.issuing_ca_id,
      domain.dns_provider_id, domain.updated_at);
}

void AcmeServiceStore::remove(const DomainId& id) {
  session_.send("DELETE FROM acme_domains WHERE id = $1", id);
}

std::optional<Domain> AcmeServiceStore::find(const DomainId& id) const {
  return session_.select_one<Domain>("FROM acme_domains WHERE id = $1", id);
}

std::optional<Domain> AcmeServiceStore::find_domain(std::string_view domain) const {
  return session_.select_one<Domain>("FROM acme_domains WHERE domain = $1", domain);
}

std::vector<Domain> AcmeServiceStore::domains(std::int64_t offset, int limit) const {
  return session_.select<Domain>("FROM acme_domains ORDER BY domain LIMIT $1 OFFSET $2", limit,
                                 offset);
}

std::int64_t AcmeServiceStore::count_domains() const {
  return session_.number("SELECT COUNT(*) FROM acme_domains");
}

}  // namespace storage
