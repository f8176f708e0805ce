#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/value.h"
#include "core/ids.h"

namespace core::acme {

using DomainId = base::Id<struct Domain>;

// `deny`: nothing below this name is issued, by any service.
BOOST_DEFINE_ENUM_CLASS(DomainRule, allow, deny)

// What administrators say about a name and all below it. The longest one that fits counts; a
// `deny` counts whatever lies below it.
struct Domain {
  DomainId id;
  std::string domain;  // lower case
  DomainRule rule;
  bool is_wildcard_allowed;
  bool auto_approve;                         // no challenge is needed
  std::optional<AuthorityId> issuing_ca_id;  // nothing: the service's
  std::optional<std::int64_t> dns_provider_id;
  std::string created_by;
  base::Time created_at;
  base::Time updated_at;
};
BOOST_DESCRIBE_STRUCT(Domain, (),
                      (id, domain, rule, is_wildcard_allowed, auto_approve, issuing_ca_id,
                       dns_provider_id, created_by, created_at, updated_at))

}  // namespace core::acme
