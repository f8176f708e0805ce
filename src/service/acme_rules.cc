#include "service/acme_rules.h"

#include "storage/acme_service_store.h"
#include "storage/settings_store.h"

namespace service {
namespace {

using core::acme::Domain;
using core::acme::DomainRule;
using core::acme::Identifier;
using core::acme::IdentifierType;

constexpr auto kept_for = std::chrono::seconds{5};

std::string_view parent_of(std::string_view name) {
  const auto dot = name.find('.');
  return dot == std::string_view::npos ? std::string_view{} : name.substr(dot + 1);
}

}  // namespace

AcmeRules::Snapshot AcmeRules::load() {
  Snapshot snapshot{
      .services = {}, .domains = {}, .parents_of_denied = {}, .until = clock_.now() + kept_for};
  database_.read([&](db::Session& session) {
    snapshot.is_in_maintenance =
        storage::SettingsStore{session}.find(acme_maintenance_setting) == "true";
    const storage::AcmeServiceStore store{session};
    for (auto& service : store.services(most_acme_services)) {
      auto policy =
          std::make_shared<const core::acme::ServicePolicy>(core::acme::policy_of(service));
      auto name = service.name;
      snapshot.services.emplace(std::move(name), Entry{std::move(service), std::move(policy)});
    }
    for (auto& domain : store.domains(0, most_acme_domains)) {
      if (domain.rule == DomainRule::deny) {
        snapshot.parents_of_denied.emplace(parent_of(domain.domain));
      }
      auto name = domain.domain;
      snapshot.domains.emplace(std::move(name), std::move(domain));
    }
  });
  return snapshot;
}

bool AcmeRules::is_fresh() const {
  const auto snapshot = snapshot_.load();
  return snapshot && snapshot->until > clock_.now();
}

AcmeRules::SnapshotPointer AcmeRules::current() {
  auto snapshot = snapshot_.load();
  if (snapshot && snapshot->until > clock_.now()) {
    return snapshot;
  }
  const std::lock_guard lock{loading_};
  snapshot = snapshot_.load();
  if (snapshot && snapshot->until > clock_.now()) {
    return snapshot;
  }
  const auto changes = changes_.load();
  snapshot = std::make_shared<const Snapshot>(load());
  snapshot_ = snapshot;
  if (changes != changes_.load()) {
    snapshot_ = SnapshotPointer{};  // what was read may be from before the change
  }
  return snapshot;
}

void AcmeRules::forget() {
  ++changes_;
  snapshot_ = SnapshotPointer{};
}

std::shared_ptr<const AcmeSettings> AcmeRules::settings(std::string_view name) {
  const auto snapshot = current();
  const auto found = snapshot->services.find(name);
  const bool is_default = name == core::acme::default_service;
  if (found == snapshot->services.end()) {
    return is_default ? std::make_shared<const AcmeSettings>(common_()) : nullptr;
  }
  const auto& service = found->second.service;
  auto settings = common_();
  settings.policy = found->second.policy;
  if (service.authority_id) {
    settings.authority_id = service.authority_id;
  }
  if (!is_default) {
    // What the default service has in the general settings.
    settings.enabled = settings.enabled && service.is_enabled;
    settings.validity = std::chrono::days{service.validity_days};
    settings.terms_of_service = service.terms_of_service;
    settings.prefix = "/acme/" + service.name;
    settings.service_id = service.id;
    settings.approval_required = service.requires_approval;
  }
  return std::make_shared<const AcmeSettings>(std::move(settings));
}

std::shared_ptr<const AcmeSettings> AcmeRules::settings_of(
    const std::optional<core::acme::ServiceId>& service) {
  if (!service) {
    return settings();
  }
  const auto snapshot = current();
  for (const auto& [name, entry] : snapshot->services) {
    if (entry.service.id == *service) {
      return settings(name);
    }
  }
  return nullptr;
}

bool AcmeRules::is_in_maintenance() {
  return current()->is_in_maintenance;
}

std::optional<Domain> AcmeRules::domain_of(std::string_view name) {
  const auto snapshot = current();
  for (auto rest = name; !rest.empty(); rest = parent_of(rest)) {
    if (const auto found = snapshot->domains.find(std::string{rest});
        found != snapshot->domains.end()) {
      return found->second;
    }
  }
  return std::nullopt;
}

AcmeRules::Ruling AcmeRules::ruling(const Identifier& identifier) {
  const auto snapshot = current();
  Ruling ruling;
  if (snapshot->domains.empty() || identifier.type == IdentifierType::ip) {
    return ruling;
  }
  const auto name = identifier.base_name();
  const Domain* nearest = nullptr;
  for (std::string_view rest = name; !rest.empty(); rest = parent_of(rest)) {
    const auto found = snapshot->domains.find(std::string{rest});
    if (found == snapshot->domains.end()) {
      continue;
    }
    nearest = nearest == nullptr ? &found->second : nearest;
    if (found->second.rule == DomainRule::deny) {
      ruling.obstacle = "nothing is issued for " + found->second.domain + " and below";
      return ruling;
    }
  }
  if (identifier.is_wildcard() && snapshot->parents_of_denied.contains(name)) {
    ruling.obstacle = "a name that the wildcard stands for is forbidden";
    return ruling;
  }
  if (nearest == nullptr) {
    return ruling;
  }
  ruling.domain = nearest->domain;
  ruling.authority_id = nearest->issuing_ca_id;
  if (identifier.is_wildcard() && !nearest->is_wildcard_allowed) {
    ruling.obstacle = "wildcards are not issued for " + nearest->domain + " and below";
  }
  ruling.is_approved = nearest->auto_approve;
  return ruling;
}

}  // namespace service
