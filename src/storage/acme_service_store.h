#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/acme/domain.h"
#include "core/acme/external_account.h"
#include "core/acme/service.h"
#include "db/session.h"

namespace storage {

// What administrators say about the ACME server: its services, external accounts and domains.
class AcmeServiceStore {
 public:
  explicit AcmeServiceStore(db::Session& session) : session_{session} {}

  // Services
  core::acme::ServiceId new_service_id() {
    return session_.new_id<core::acme::ServiceId>("acme_services");
  }
  void insert(const core::acme::Service& service) { session_.insert("acme_services", service); }
  void update(const core::acme::Service& service);
  void remove(const core::acme::ServiceId& id);
  std::optional<core::acme::Service> find_service(std::string_view name) const;
  std::optional<core::acme::Service> find(const core::acme::ServiceId& id) const;
  std::vector<core::acme::Service> services(int limit) const;  // by name
  std::int64_t count_services() const;
  // External accounts that only this service takes.
  std::int64_t count_external_accounts_of(const core::acme::ServiceId& id) const;

  // External accounts
  core::acme::ExternalAccountId new_external_account_id() {
    return session_.new_id<core::acme::ExternalAccountId>("acme_external_accounts");
  }
  void insert(const core::acme::ExternalAccount& external) {
    session_.insert("acme_external_accounts", external);
  }
  // What an administrator may change; how often it was used is left alone.
  void update(const core::acme::ExternalAccount& external);
  void remove(const core::acme::ExternalAccountId& id);
  std::optional<core::acme::ExternalAccount> find(const core::acme::ExternalAccountId& id) const;
  std::optional<core::acme::ExternalAccount> find_external_account(std::string_view kid) const;
  // Counts one account opened with it. Returns false when it may open none any more.
  [[nodiscard]] bool use(const core::acme::ExternalAccountId& id, base::Time now);
  std::vector<core::acme::ExternalAccount> external_accounts(std::int64_t offset,
                                                             int limit) const;  // newest first
  std::int64_t count_external_accounts() const;
  std::int64_t count_accounts_of(const core::acme::ExternalAccountId& id) const;

  // Domains
  core::acme::DomainId new_domain_id() {
    return session_.new_id<core::acme::DomainId>("acme_domains");
  }
  void insert(const core::acme::Domain& domain) { session_.insert("acme_domains", domain); }
  void update(const core::acme::Domain& domain);
  void remove(const core::acme::DomainId& id);
  std::optional<core::acme::Domain> find(const core::acme::DomainId& id) const;
  std::optional<core::acme::Domain> find_domain(std::string_view domain) const;
  std::vector<core::acme::Domain> domains(std::int64_t offset, int limit) const;  // by name
  std::int64_t count_domains() const;

 private:
  db::Session& session_;
};

}  // namespace storage
