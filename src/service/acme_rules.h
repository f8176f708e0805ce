#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "base/clock.h"
#include "core/acme/domain.h"
#include "core/acme/service.h"
#include "db/database.h"
#include "service/acme_settings.h"

namespace service {

inline constexpr int most_acme_services = 200;
inline constexpr int most_acme_domains = 10'000;

// "true" while the ACME server takes no new orders.
inline constexpr std::string_view acme_maintenance_setting = "acme.maintenance_mode";

// The services and domains as requests need them: read at once, immutable, shared by threads. What
// another node changes is seen after some seconds.
class AcmeRules {
 public:
  // What the domains say about an identifier.
  struct Ruling {
    std::optional<std::string> obstacle = std::nullopt;
    std::optional<core::AuthorityId> authority_id = std::nullopt;
    bool is_approved = false;  // without a challenge
    std::string domain = {};   // the one that counts; empty: none
  };

  AcmeRules(db::Database& database, const base::Clock& clock, AcmeSettingsSource common)
      : database_{database}, clock_{clock}, common_{std::move(common)} {}

  // Of the service of that name; nothing when there is none.
  std::shared_ptr<const AcmeSettings> settings(std::string_view name = core::acme::default_service);

  // Of the service that an order was made at; nothing: the default one.
  std::shared_ptr<const AcmeSettings> settings_of(
      const std::optional<core::acme::ServiceId>& service);

  // What the settings of all services share; waits for nothing.
  AcmeSettings common() const { return common_(); }

  // Whether settings() answers without asking the database.
  bool is_fresh() const;

  // Whether new orders have to wait.
  bool is_in_maintenance();

  Ruling ruling(const core::acme::Identifier& identifier);
  std::optional<core::acme::Domain> domain_of(std::string_view name);

  // After a change: everybody sees it from here on.
  void forget();

 private:
  struct Entry {
    core::acme::Service service;
    std::shared_ptr<const core::acme::ServicePolicy> policy;
  };
  struct Snapshot {
    std::map<std::string, Entry, std::less<>> services;
    std::unordered_map<std::string, core::acme::Domain> domains;
    std::unordered_set<std::string> parents_of_denied;
    bool is_in_maintenance = false;
    base::Time until;
  };
  using SnapshotPointer = std::shared_ptr<const Snapshot>;

  SnapshotPointer current();
  Snapshot load();

  db::Database& database_;
  const base::Clock& clock_;
  AcmeSettingsSource common_;

  std::mutex loading_;
  std::atomic<SnapshotPointer> snapshot_;
  std::atomic<std::uint64_t> changes_ = 0;
};

}  // namespace service
