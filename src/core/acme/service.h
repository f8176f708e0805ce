#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "core/acme/challenge.h"
#include "core/acme/name_pattern.h"
#include "core/acme/problem.h"
#include "core/ids.h"

namespace core::acme {

using ServiceId = base::Id<struct Service>;

// The name of the service at /acme/directory.
inline constexpr std::string_view default_service = "default";

// What a client may choose from (draft-ietf-acme-profiles): a kind of certificate and how long it
// lives.
struct ServiceProfile {
  std::string name;
  std::string description;
  std::optional<std::int64_t> validity_hours;
  std::optional<std::string> cert_type;  // "server", "client", "combined"
};
BOOST_DESCRIBE_STRUCT(ServiceProfile, (), (name, description, validity_hours, cert_type))

// An ACME server of its own below /acme/{name}: bound to an authority, with rules of its own. Lists
// are kept as JSON.
struct Service {
  ServiceId id;
  std::string name;
  std::string description;
  bool is_enabled;
  std::optional<AuthorityId> authority_id;  // nothing: the default authority
  std::string challenges;                   // "http-01 dns-01"
  bool eab_required;
  std::int64_t validity_days;  // of a certificate, when neither client nor profile says it
  std::string profiles;        // of ServiceProfile
  std::string allowed_names;   // of NamePattern; none: all
  std::string forbidden_names;
  bool wildcards_allowed;
  bool ips_allowed;
  std::string terms_of_service;  // a URL; empty: none
  base::Time created_at;
  bool requires_approval = false;  // a person looks at each finalized order
};
BOOST_DESCRIBE_STRUCT(Service, (),
                      (id, name, description, is_enabled, authority_id, challenges, eab_required,
                       validity_days, profiles, allowed_names, forbidden_names, wildcards_allowed,
                       ips_allowed, terms_of_service, created_at, requires_approval))

// A service's rules, read for use.
struct ServicePolicy {
  std::vector<ChallengeType> challenges = {ChallengeType::http_01, ChallengeType::dns_01,
                                           ChallengeType::tls_alpn_01};
  bool eab_required = false;
  std::vector<ServiceProfile> profiles = {};
  std::vector<NamePattern> allowed_names = {};
  std::vector<NamePattern> forbidden_names = {};
  bool wildcards_allowed = true;
  bool ips_allowed = true;

  const ServiceProfile* profile(std::string_view name) const;
};
ServicePolicy policy_of(const Service& service);

// Why a service cannot have this name; nothing when it can. It is a segment of its addresses, and
// must not be one of those that the default service uses.
std::optional<std::string> service_name_obstacle(std::string_view name);

// Why the service does not issue for the identifier; nothing when it does. Forbidden beats allowed.
std::optional<std::string> name_obstacle(const ServicePolicy& policy, const Identifier& identifier);

// The challenges that are offered for an identifier; none: nobody can prove it here.
std::vector<ChallengeType> challenges_for(const ServicePolicy& policy,
                                          const Identifier& identifier);

}  // namespace core::acme
