#include "service/acme_services.h"

#include <algorithm>

#include "core/issuance.h"
#include "json/json.h"
#include "storage/acme_service_store.h"
#include "x509/general_name.h"

namespace service {
namespace {

using core::acme::Domain;
using core::acme::DomainId;
using core::acme::Service;
using core::acme::ServiceId;
using core::acme::ServiceProfile;
using Errors = std::vector<base::FieldError>;

constexpr std::size_t longest_text = 500;
constexpr std::size_t most_listed = 1000;  // names in one list
constexpr std::size_t most_profiles = 50;
constexpr std::int64_t longest_days = 3650;

struct About {
  std::string name;
  bool is_enabled;
  bool eab_required;
  std::string challenges;
  json::Raw allowed_names;
  json::Raw forbidden_names;
  bool requires_approval;
};
BOOST_DESCRIBE_STRUCT(About, (),
                      (name, is_enabled, eab_required, challenges, allowed_names, forbidden_names,
                       requires_approval))

About about(const Service& service) {
  return {service.name,
          service.is_enabled,
          service.eab_required,
          service.challenges,
          {service.allowed_names},
          {service.forbidden_names},
          service.requires_approval};
}

struct AboutDomain {
  core::acme::DomainRule rule;
  bool is_wildcard_allowed;
  bool auto_approve;
  std::optional<core::AuthorityId> issuing_ca_id;
};
BOOST_DESCRIBE_STRUCT(AboutDomain, (), (rule, is_wildcard_allowed, auto_approve, issuing_ca_id))

AboutDomain about(const Domain& domain) {
  return {domain.rule, domain.is_wildcard_allowed, domain.auto_approve, domain.issuing_ca_id};
}

void throw_if_any(Errors& errors) {
  if (!errors.empty()) {
    throw base::Error{base::ErrorCode::invalid_request, std::move(errors)};
  }
}

[[noreturn]] void no_such(const char* what) {
  throw base::Error{base::ErrorCode::not_found, std::string{"there is no such "} + what};
}

// The patterns in their normal form, as JSON.
std::string read_patterns(const std::vector<std::string>& texts, const char* field,
                          Errors& errors) {
  std::vector<std::string> patterns;
  if (texts.size() > most_listed) {
    errors.push_back({field, "has more than 1000 names"});
    return "[]";
  }
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const auto pattern = core::acme::NamePattern::parse(texts[i]);
    if (!pattern) {
      errors.push_back(
          {std::string{field} + "[" + std::to_string(i) + "]", pattern.error().reason});
    } else if (std::ranges::find(patterns, pattern->to_string()) == patterns.end()) {
      patterns.push_back(pattern->to_string());
    }
  }
  return json::to_text(patterns);
}

std::string read_challenges(const std::vector<std::string>& names, Errors& errors) {
  std::string list;
  for (const auto& name : names) {
    if (!core::acme::challenge_type(name)) {
      errors.push_back(
          {"challenge_types", "'" + name +
                                  "' is none of http-01, dns-01, tls-alpn-01, dns-account-01, "
                                  "dns-persist-01"});
    } else if ((" " + list + " ").find(" " + name + " ") == std::string::npos) {
      list += (list.empty() ? "" : " ") + name;
    }
  }
  if (list.empty() && errors.empty()) {
    errors.push_back({"challenge_types", "name at least one"});
  }
  return list;
}

void check_profile(const ServiceProfile& profile, const std::string& at, Errors& errors) {
  if (core::acme::service_name_obstacle(profile.name) && profile.name != "default") {
    errors.push_back({at + ".name", "1 to 63 of a-z, 0-9 and -"});
  }
  if (profile.description.size() > longest_text) {
    errors.push_back({at + ".description", "has more than 500 characters"});
  }
  if (profile.validity_hours &&
      (*profile.validity_hours < 1 || *profile.validity_hours > longest_days * 24)) {
    errors.push_back({at + ".validity_hours", "not between 1 and 87600"});
  }
  if (profile.cert_type && *profile.cert_type != "server" && *profile.cert_type != "client" &&
      *profile.cert_type != "combined") {
    errors.push_back({at + ".cert_type", "not one of server, client, combined"});
  }
}

std::string read_profiles(const std::vector<ServiceProfile>& profiles, Errors& errors) {
  if (profiles.size() > most_profiles) {
    errors.push_back({"profiles", "has more than 50"});
    return "[]";
  }
  for (std::size_t i = 0; i < profiles.size(); ++i) {
    const auto at = "profiles[" + std::to_string(i) + "]";
    check_profile(profiles[i], at, errors);
    const auto end = profiles.begin() + static_cast<std::ptrdiff_t>(i);
    if (std::find_if(profiles.begin(), end,
                     [&](const auto& other) { return other.name == profiles[i].name; }) != end) {
      errors.push_back({at + ".name", "is there twice"});
    }
  }
  return json::to_text(profiles);
}

// To be asked outside of transactions.
void check_authority(Authorities& authorities,
                     const std::optional<std::optional<core::AuthorityId>>& id) {
  if (!id || !*id) {
    return;
  }
  const auto refuse = [](const char* reason) {
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{"issuing_ca_id", reason}}};
  };
  const auto issuers = authorities.issuers();
  const auto found = std::ranges::find_if(
      issuers, [&](const auto& issuer) { return issuer->authority.id == **id; });
  if (found == issuers.end()) {
    refuse("there is no authority with this id");
  } else if (!(*found)->signer) {
    refuse("the key of this authority is not here");
  }
}

void apply(Service& service, const AcmeServices::Changes& changes) {
  Errors errors;
  if (service.name == core::acme::default_service) {
    const auto elsewhere = [&](bool given, const char* field) {
      if (given) {
        errors.push_back({field, "the default service has this in /api/v2/acme/settings"});
      }
    };
    elsewhere(changes.is_enabled.has_value(), "enabled");
    elsewhere(changes.validity_days.has_value(), "validity_days");
    elsewhere(changes.terms_of_service.has_value(), "terms_of_service");
    elsewhere(changes.requires_approval.has_value(), "require_approval");
  }
  if (changes.description && changes.description->size() > longest_text) {
    errors.push_back({"description", "has more than 500 characters"});
  }
  if (changes.challenges) {
    service.challenges = read_challenges(*changes.challenges, errors);
  }
  if (changes.validity_days &&
      (*changes.validity_days < 1 || *changes.validity_days > longest_days)) {
    errors.push_back({"validity_days", "not between 1 and 3650"});
  }
  if (changes.profiles) {
    service.profiles = read_profiles(*changes.profiles, errors);
  }
  if (changes.allowed_names) {
    service.allowed_names = read_patterns(*changes.allowed_names, "allowed_names", errors);
  }
  if (changes.forbidden_names) {
    service.forbidden_names = read_patterns(*changes.forbidden_names, "forbidden_names", errors);
  }
  const auto& terms = changes.terms_of_service;
  if (terms && !terms->empty() &&
      (!terms->starts_with("https://") || terms->size() > longest_text)) {
    errors.push_back({"terms_of_service", "not an https:// address"});
  }
  throw_if_any(errors);
  service.description = changes.description.value_or(service.description);
  service.is_enabled = changes.is_enabled.value_or(service.is_enabled);
  service.authority_id = changes.authority_id.value_or(service.authority_id);
  service.eab_required = changes.eab_required.value_or(service.eab_required);
  service.validity_days = changes.validity_days.value_or(service.validity_days);
  service.wildcards_allowed = changes.wildcards_allowed.value_or(service.wildcards_allowed);
  service.ips_allowed = changes.ips_allowed.value_or(service.ips_allowed);
  service.terms_of_service = terms.value_or(service.terms_of_service);
  service.requires_approval = changes.requires_approval.value_or(service.requires_approval);
}

void apply(Domain& domain, const AcmeServices::DomainChanges& changes, base::Time now) {
  Errors errors;
  if (changes.dns_provider_id) {
    errors.push_back({"dns_provider_id", "there is no DNS provider with this id"});
  }
  domain.rule = changes.rule.value_or(domain.rule);
  domain.is_wildcard_allowed = changes.is_wildcard_allowed.value_or(domain.is_wildcard_allowed);
  domain.auto_approve = changes.auto_approve.value_or(domain.auto_approve);
  domain.issuing_ca_id = changes.issuing_ca_id.value_or(domain.issuing_ca_id);
  domain.updated_at = now;
  if (domain.rule == core::acme::DomainRule::deny && domain.auto_approve) {
    errors.push_back({"auto_approve", "what is denied is not approved"});
  }
  throw_if_any(errors);
}

}  // namespace

Service AcmeServices::fresh(std::string_view name) const {
  return {.id = ServiceId::from_number(1).value(),  // drawn when it is stored
          .name = std::string{name},
          .description = {},
          .is_enabled = true,
          .authority_id = std::nullopt,
          .challenges = std::string{core::acme::usual_challenges},
          .eab_required = false,
          .validity_days = 90,
          .profiles = "[]",
          .allowed_names = "[]",
          .forbidden_names = "[]",
          .wildcards_allowed = true,
          .ips_allowed = true,
          .terms_of_service = {},
          .created_at = clock_.now()};
}

std::vector<Service> AcmeServices::list() {
  auto services = database_.read([](db::Session& session) {
    return storage::AcmeServiceStore{session}.services(most_acme_services);
  });
  const auto found = std::ranges::find(services, core::acme::default_service, &Service::name);
  if (found == services.end()) {
    services.insert(services.begin(), fresh(core::acme::default_service));
  } else {
    std::rotate(services.begin(), found, found + 1);
  }
  return services;
}

Service AcmeServices::find(std::string_view name) {
  auto service = database_.read(
      [&](db::Session& session) { return storage::AcmeServiceStore{session}.find_service(name); });
  if (!service && name != core::acme::default_service) {
    no_such("ACME service");
  }
  return service ? *std::move(service) : fresh(name);
}

Service AcmeServices::create(const auth::Act& act, const std::string& name,
                             const Changes& changes) {
  if (const auto obstacle = core::acme::service_name_obstacle(name)) {
    throw base::Error{base::ErrorCode::invalid_request, {base::FieldError{"name", *obstacle}}};
  }
  check_authority(authorities_, changes.authority_id);
  auto service = fresh(name);
  apply(service, changes);
  database_.write(act, [&](db::Session& session) {
    storage::AcmeServiceStore store{session};
    if (store.find_service(name)) {
      throw base::Error{base::ErrorCode::conflict, "another ACME service has this name"};
    }
    if (store.count_services() >= most_acme_services) {
      throw base::Error{base::ErrorCode::conflict, "there are 200 ACME services: remove one first"};
    }
    service.id = store.new_service_id();
    store.insert(service);
    session.record("acme_service", service.id, service.name, about(service));
  });
  rules_.forget();
  return service;
}

Service AcmeServices::update(const auth::Act& act, std::string_view name, const Changes& changes) {
  check_authority(authorities_, changes.authority_id);
  auto changed = database_.write(act, [&](db::Session& session) {
    storage::AcmeServiceStore store{session};
    const auto stored = store.find_service(name);
    if (!stored && name != core::acme::default_service) {
      no_such("ACME service");
    }
    auto service = stored ? *stored : fresh(name);
    apply(service, changes);
    if (stored) {
      store.update(service);
    } else {
      service.id = store.new_service_id();
      store.insert(service);
    }
    session.record("acme_service", service.id, service.name, about(service));
    return service;
  });
  rules_.forget();
  return changed;
}

void AcmeServices::remove(const auth::Act& act, std::string_view name) {
  if (name == core::acme::default_service) {
    throw base::Error{base::ErrorCode::conflict,
                      "the default service stays; it can be switched off in the settings"};
  }
  database_.write(act, [&](db::Session& session) {
    storage::AcmeServiceStore store{session};
    const auto service = store.find_service(name);
    if (!service) {
      no_such("ACME service");
    }
    if (store.count_external_accounts_of(service->id) > 0) {
      throw base::Error{base::ErrorCode::conflict,
                        "external accounts are for this service alone: delete them first"};
    }
    store.remove(service->id);
    session.record("acme_service", service->id, service->name, about(*service));
  });
  rules_.forget();
}

// ---- Domains ----

Domain AcmeServices::domain(const DomainId& id) {
  auto domain = database_.read(
      [&](db::Session& session) { return storage::AcmeServiceStore{session}.find(id); });
  if (!domain) {
    no_such("ACME domain");
  }
  return *std::move(domain);
}

Domain AcmeServices::create_domain(const auth::Act& act, const std::string& domain,
                                   const DomainChanges& changes) {
  const auto name = x509::normalize_dns_name(domain, false);
  if (!name) {
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{"domain", name.error().reason}}};
  }
  Domain made{.id = DomainId::from_number(1).value(),  // drawn when it is stored
              .domain = *name,
              .rule = core::acme::DomainRule::allow,
              .is_wildcard_allowed = true,
              .auto_approve = false,
              .issuing_ca_id = std::nullopt,
              .dns_provider_id = std::nullopt,
              .created_by = act.by,
              .created_at = clock_.now(),
              .updated_at = clock_.now()};
  check_authority(authorities_, changes.issuing_ca_id);
  apply(made, changes, clock_.now());
  database_.write(act, [&](db::Session& session) {
    storage::AcmeServiceStore store{session};
    if (store.find_domain(*name)) {
      throw base::Error{base::ErrorCode::conflict, "this domain is listed already"};
    }
    if (store.count_domains() >= most_acme_domains) {
      throw base::Error{base::ErrorCode::conflict, "there are 10000 domains: remove some first"};
    }
    made.id = store.new_domain_id();
    store.insert(made);
    session.record("acme_domain", made.id, made.domain, about(made));
  });
  rules_.forget();
  return made;
}

Domain AcmeServices::update_domain(const auth::Act& act, const DomainId& id,
                                   const DomainChanges& changes) {
  check_authority(authorities_, changes.issuing_ca_id);
  auto changed = database_.write(act, [&](db::Session& session) {
    storage::AcmeServiceStore store{session};
    auto domain = store.find(id);
    if (!domain) {
      no_such("ACME domain");
    }
    apply(*domain, changes, clock_.now());
    store.update(*domain);
    session.record("acme_domain", id, domain->domain, about(*domain));
    return *std::move(domain);
  });
  rules_.forget();
  return changed;
}

void AcmeServices::remove_domain(const auth::Act& act, const DomainId& id) {
  database_.write(act, [&](db::Session& session) {
    storage::AcmeServiceStore store{session};
    const auto domain = store.find(id);
    if (!domain) {
      no_such("ACME domain");
    }
    store.remove(id);
    session.record("acme_domain", id, domain->domain, about(*domain));
  });
  rules_.forget();
}

std::optional<std::string> AcmeServices::authority_name(
    const std::optional<core::AuthorityId>& id) {
  if (id) {
    for (const auto& issuer : authorities_.issuers()) {
      if (issuer->authority.id == *id) {
        return issuer->authority.name;
      }
    }
  }
  return std::nullopt;
}

}  // namespace service
