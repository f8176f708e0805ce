#pragma once

#include <optional>
#include <string>
#include <vector>

#include "auth/caller.h"
#include "base/clock.h"
#include "core/acme/service.h"
#include "db/database.h"
#include "service/acme_rules.h"
#include "service/authorities.h"

namespace service {

// Named ACME services and what administrators say about names. Each change is durable and in force
// when it returns. Refuses by base::Error with what is wrong with each field.
class AcmeServices {
 public:
  struct Changes {
    std::optional<std::string> description = std::nullopt;
    std::optional<bool> is_enabled = std::nullopt;
    std::optional<std::optional<core::AuthorityId>> authority_id = std::nullopt;
    std::optional<std::vector<std::string>> challenges = std::nullopt;
    std::optional<bool> eab_required = std::nullopt;
    std::optional<std::int64_t> validity_days = std::nullopt;
    std::optional<std::vector<core::acme::ServiceProfile>> profiles = std::nullopt;
    std::optional<std::vector<std::string>> allowed_names = std::nullopt;
    std::optional<std::vector<std::string>> forbidden_names = std::nullopt;
    std::optional<bool> wildcards_allowed = std::nullopt;
    std::optional<bool> ips_allowed = std::nullopt;
    std::optional<std::string> terms_of_service = std::nullopt;
    std::optional<bool> requires_approval = std::nullopt;
  };
  struct DomainChanges {
    std::optional<core::acme::DomainRule> rule = std::nullopt;
    std::optional<bool> is_wildcard_allowed = std::nullopt;
    std::optional<bool> auto_approve = std::nullopt;
    std::optional<std::optional<core::AuthorityId>> issuing_ca_id = std::nullopt;
    std::optional<std::int64_t> dns_provider_id = std::nullopt;
  };

  AcmeServices(db::Database& database, AcmeRules& rules, Authorities& authorities,
               const base::Clock& clock)
      : database_{database}, rules_{rules}, authorities_{authorities}, clock_{clock} {}

  // The default service first, then by name.
  std::vector<core::acme::Service> list();
  core::acme::Service find(std::string_view name);
  core::acme::Service create(const auth::Act& act, const std::string& name, const Changes& changes);
  core::acme::Service update(const auth::Act& act, std::string_view name, const Changes& changes);
  void remove(const auth::Act& act, std::string_view name);

  core::acme::Domain domain(const core::acme::DomainId& id);
  core::acme::Domain create_domain(const auth::Act& act, const std::string& domain,
                                   const DomainChanges& changes);
  core::acme::Domain update_domain(const auth::Act& act, const core::acme::DomainId& id,
                                   const DomainChanges& changes);
  void remove_domain(const auth::Act& act, const core::acme::DomainId& id);

  // Of an authority that something here names; nothing when it is not there any more.
  std::optional<std::string> authority_name(const std::optional<core::AuthorityId>& id);

 private:
  core::acme::Service fresh(std::string_view name) const;

  db::Database& database_;
  AcmeRules& rules_;
  Authorities& authorities_;
  const base::Clock& clock_;
};

}  // namespace service
