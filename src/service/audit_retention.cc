#include "service/audit_retention.h"

#include "base/id.h"
#include "service/audit_log.h"
#include "storage/audit_store.h"
#include "storage/audit_tree_store.h"
#include "storage/settings_store.h"

namespace service {
namespace {

constexpr std::string_view days_setting = "audit.retention_days";
constexpr std::string_view auto_setting = "audit.auto_cleanup";
constexpr std::string_view run_setting = "audit.last_cleanup";
constexpr std::string_view resource = "audit_log";
constexpr std::string_view removal_name = "entries removed";
constexpr std::int64_t batch = 1000;

using LogId = base::Id<struct TheLog>;
const auto the_log = LogId::from_number(1).value();

struct Kept {
  std::int64_t retention_days;
  bool auto_cleanup;
};
BOOST_DESCRIBE_STRUCT(Kept, (), (retention_days, auto_cleanup))

struct Removed {
  std::int64_t first_leaf;  // the first that is left
  std::int64_t deleted;
  base::Time before;
};
BOOST_DESCRIBE_STRUCT(Removed, (), (first_leaf, deleted, before))

void check(std::int64_t days) {
  if (days < AuditRetention::least_days || days > AuditRetention::most_days) {
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{"retention_days", "not between 1 and 36500"}}};
  }
}

template <class T>
std::optional<T> setting(db::Session& session, std::string_view name) {
  const auto text = storage::SettingsStore{session}.find(name);
  const auto value = text ? base::from_text<T>(*text) : std::unexpected(base::ParseError{});
  return value ? std::optional{*value} : std::nullopt;
}

}  // namespace

AuditKeeping AuditRetention::settings() {
  return database_.read([](db::Session& session) {
    const AuditKeeping usual;
    return AuditKeeping{setting<std::int64_t>(session, days_setting).value_or(usual.retention_days),
                        setting<bool>(session, auto_setting).value_or(usual.auto_cleanup)};
  });
}

void AuditRetention::put(const auth::Act& act, const AuditKeeping& settings) {
  check(settings.retention_days);
  database_.write(act, [&](db::Session& session) {
    storage::SettingsStore store{session};
    store.put(days_setting, std::to_string(settings.retention_days), clock_.now());
    store.put(auto_setting, settings.auto_cleanup ? "true" : "false", clock_.now());
    session.record(resource, the_log, "retention",
                   Kept{settings.retention_days, settings.auto_cleanup});
  });
}

AuditRemoval AuditRetention::remove_before(const auth::Act& act, std::int64_t days) {
  check(days);
  log_.sequence();
  const auto now = clock_.now();
  const auto cutoff = now - std::chrono::days{days};
  std::int64_t end = 0;
  std::int64_t deleted = 0;
  database_.write(act, [&](db::Session& session) {
    storage::AuditTreeStore store{session};
    auto tree = store.hold();
    // What is newer than the cut is found by its time; when nothing is, all leaves go.
    end = std::max(tree.first_leaf, store.leaf_from(cutoff).value_or(tree.tree_size));
    deleted = end - tree.first_leaf;
    tree.first_leaf = end;
    store.put(tree);
    storage::SettingsStore{session}.put(run_setting, base::to_text(now), now);
    session.record(resource, the_log, removal_name, Removed{end, deleted, cutoff});
  });
  // In parts, so that others may write in between. A crash leaves rows that the next run removes.
  for (bool more = true; more;) {
    more = database_.write({.by = "system", .action = "audit.remove"}, [&](db::Session& session) {
      session.bookkeeping("the removal was recorded as a whole");
      storage::AuditTreeStore store{session};
      const auto lowest = store.lowest_leaf();
      if (!lowest || *lowest >= end) {
        store.forget_days_before(cutoff);
        return false;
      }
      store.remove_entries(*lowest, std::min(end, *lowest + batch));
      return true;
    });
  }
  return {deleted, cutoff};
}

void AuditRetention::run_daily() {
  const auto wanted = settings();
  const auto last = last_run();
  if (wanted.auto_cleanup && (!last || *last + std::chrono::hours{24} <= clock_.now())) {
    remove_before({.by = "system", .action = "audit.cleanup"}, wanted.retention_days);
  }
}

std::optional<base::Time> AuditRetention::last_run() {
  return database_.read([](db::Session& session) -> std::optional<base::Time> {
    const auto text = storage::SettingsStore{session}.find(run_setting);
    const auto time = text ? base::time_from_text(*text) : std::unexpected(base::ParseError{});
    return time ? std::optional{*time} : std::nullopt;
  });
}

std::int64_t AuditRetention::due(std::int64_t days) {
  const auto cutoff = clock_.now() - std::chrono::days{days};
  return database_.read(
      [&](db::Session& session) { return storage::AuditStore{session}.count({.before = cutoff}); });
}

std::optional<std::int64_t> last_removal(db::Session& session) {
  const auto told = storage::AuditStore{session}.last_of(resource, removal_name);
  if (!told) {
    return std::nullopt;
  }
  return json::parse<Removed>(told->details, json::Unknown::ignore).first_leaf;
}

}  // namespace service
