#include "service/anomalies.h"

#include <algorithm>
#include <map>
#include <set>

#include "core/user.h"
#include "storage/audit_store.h"

namespace service {
namespace {

constexpr std::int64_t burst_of_name = 5;  // failures, after which an account rests
constexpr std::int64_t burst_of_address = 10;
constexpr std::size_t most_entries = 20'000;
constexpr std::size_t most_users = 100;
constexpr int page = 1000;
constexpr int most_earlier = 200;

// Entries that belong together.
struct Group {
  std::int64_t count = 0;
  std::set<std::string> addresses;
  std::set<std::string> networks;
  std::set<std::string> users;
  base::Time first{};
  base::Time last{};

  void add(const db::Entry& entry) {
    first = count == 0 ? entry.at : std::min(first, entry.at);
    last = std::max(last, entry.at);
    ++count;
    addresses.insert(entry.ip_address);
    networks.insert(core::own_network(entry.ip_address));
    users.insert(entry.username);
  }

  Anomaly as(std::string type, std::string severity, std::string description,
             std::string username) const {
    constexpr std::size_t most_shown = 20;
    Anomaly anomaly{.type = std::move(type),
                    .severity = std::move(severity),
                    .description = std::move(description),
                    .username = std::move(username),
                    .addresses = {},
                    .count = count,
                    .first_seen = first,
                    .last_seen = last};
    for (const auto& address : addresses) {
      if (anomaly.addresses.size() < most_shown) {
        anomaly.addresses.push_back(address);
      }
    }
    return anomaly;
  }
};
using Groups = std::map<std::string, Group>;

bool is_sign_in(const db::Entry& entry) {
  return entry.action == "auth.login";
}

std::vector<db::Entry> entries_since(db::Session& session, base::Time from) {
  const storage::AuditStore store{session};
  std::vector<db::Entry> entries;
  storage::AuditFilter filter{.from = from};
  while (entries.size() < most_entries) {
    auto more = store.list(filter, 0, page);
    const bool is_last = more.size() < static_cast<std::size_t>(page);
    std::ranges::move(more, std::back_inserter(entries));
    if (is_last) {
      break;
    }
    filter.before_id = entries.back().id;
    filter.before_at = entries.back().at;
  }
  return entries;
}

// Sign-ins with a browser that this user never signed in with before, when there was any before.
std::vector<Anomaly> new_devices(db::Session& session, std::span<const db::Entry> entries,
                                 base::Time from) {
  std::map<std::string, Groups> by_user;
  for (const auto& entry : entries) {
    if (is_sign_in(entry) && entry.success && by_user.size() < most_users) {
      by_user[entry.username][entry.user_agent].add(entry);
    }
  }
  std::vector<Anomaly> found;
  for (const auto& [username, devices] : by_user) {
    const auto earlier = storage::AuditStore{session}.list(
        {.username = username, .action = "auth.login", .before = from}, 0, most_earlier);
    std::set<std::string> known;
    for (const auto& entry : earlier) {
      if (entry.success) {
        known.insert(entry.user_agent);
      }
    }
    for (const auto& [device, group] : devices) {
      if (!known.empty() && !known.contains(device)) {
        found.push_back(group.as("new_device", "info",
                                 "Signed in with a device that was not used before: " + device,
                                 username));
      }
    }
  }
  return found;
}

}  // namespace

std::vector<Anomaly> anomalies_in(std::span<const db::Entry> entries) {
  Groups by_name;
  Groups by_address;
  Groups by_key;
  for (const auto& entry : entries) {
    // What was refused before anybody looked at a name is nobody's.
    if (is_sign_in(entry) && !entry.success && entry.username != "anonymous") {
      by_name[entry.username].add(entry);
      by_address[core::own_network(entry.ip_address)].add(entry);
    }
    if (entry.credential.starts_with("api key ") && !entry.ip_address.empty()) {
      by_key[entry.credential].add(entry);
    }
  }
  std::vector<Anomaly> found;
  for (const auto& [name, group] : by_name) {
    if (group.count >= burst_of_name) {
      found.push_back(group.as("failed_sign_ins", "warning",
                               std::to_string(group.count) + " failed sign-ins as " + name, name));
    }
  }
  for (const auto& [network, group] : by_address) {
    if (group.count >= burst_of_address && group.users.size() > 1) {
      found.push_back(group.as("failed_sign_ins", "warning",
                               std::to_string(group.count) + " failed sign-ins from " + network +
                                   " as " + std::to_string(group.users.size()) + " different users",
                               ""));
    }
  }
  for (const auto& [key, group] : by_key) {
    if (group.networks.size() > 1) {
      found.push_back(group.as(
          "key_in_two_places", "warning",
          "The " + key + " was used from " + std::to_string(group.networks.size()) + " networks",
          *group.users.begin()));
    }
  }
  return found;
}

std::vector<Anomaly> find_anomalies(db::Database& database, base::Time from) {
  return database.read([&](db::Session& session) {
    const auto entries = entries_since(session, from);
    auto found = anomalies_in(entries);
    std::ranges::move(new_devices(session, entries, from), std::back_inserter(found));
    std::ranges::sort(found, std::greater{}, &Anomaly::last_seen);
    return found;
  });
}

}  // namespace service
