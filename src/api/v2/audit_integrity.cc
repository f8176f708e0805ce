#include "api/v2/audit_integrity.h"

#include <algorithm>

#include "api/v2/audit.h"
#include "base/id.h"
#include "service/audit_check.h"
#include "service/audit_retention.h"
#include "storage/audit_store.h"
#include "storage/audit_tree_store.h"

namespace api::v2 {
namespace {

using EntryId = base::Id<db::Entry>;

struct ProofView {
  std::int64_t id;
  std::int64_t leaf_index;
  std::int64_t tree_size;
  std::string leaf;  // its octets, from the first to the last, are what is hashed
  std::string leaf_hash;
  std::vector<std::string> hashes;
  std::string checkpoint;
};
BOOST_DESCRIBE_STRUCT(ProofView, (),
                      (id, leaf_index, tree_size, leaf, leaf_hash, hashes, checkpoint))

struct CheckpointView {
  std::string checkpoint;
  std::string verifier_key;
};
BOOST_DESCRIBE_STRUCT(CheckpointView, (), (checkpoint, verifier_key))

struct ConsistencyQuery {
  std::int64_t first = 1;
  std::int64_t second = 0;  // 0: of the latest checkpoint
};
BOOST_DESCRIBE_STRUCT(ConsistencyQuery, (), (first, second))

struct ConsistencyView {
  std::int64_t first;
  std::int64_t second;
  std::vector<std::string> hashes;
  std::string checkpoint;
};
BOOST_DESCRIBE_STRUCT(ConsistencyView, (), (first, second, hashes, checkpoint))

struct VerifyQuery {
  std::optional<std::int64_t> start_id;
  std::optional<std::int64_t> end_id;
};
BOOST_DESCRIBE_STRUCT(VerifyQuery, (), (start_id, end_id))

struct VerdictView {
  bool valid;
  std::int64_t checked;
  std::vector<service::AuditFinding> errors;
  std::int64_t tree_size;
  std::string root_hash;
};
BOOST_DESCRIBE_STRUCT(VerdictView, (), (valid, checked, errors, tree_size, root_hash))

struct CleanupBody {
  std::int64_t retention_days;
};
BOOST_DESCRIBE_STRUCT(CleanupBody, (), (retention_days))

struct CleanedView {
  std::int64_t deleted;
  std::int64_t retention_days;
  base::Time cutoff_date;
};
BOOST_DESCRIBE_STRUCT(CleanedView, (), (deleted, retention_days, cutoff_date))

struct RetentionBody {
  std::optional<std::int64_t> retention_days;
  std::optional<bool> auto_cleanup;
};
BOOST_DESCRIBE_STRUCT(RetentionBody, (), (retention_days, auto_cleanup))

struct RetentionView {
  std::int64_t retention_days;
  bool auto_cleanup;
  bool archive_before_delete;
  base::Time cutoff_date;
  std::optional<base::Time> last_cleanup;
  std::int64_t logs_to_delete;
  std::int64_t total_logs;
  std::optional<base::Time> oldest_log;
  std::optional<base::Time> newest_log;
};
BOOST_DESCRIBE_STRUCT(RetentionView, (),
                      (retention_days, auto_cleanup, archive_before_delete, cutoff_date,
                       last_cleanup, logs_to_delete, total_logs, oldest_log, newest_log))

struct Integrity {
  db::Database& database;
  service::AuditLog& log;
  const base::Clock& clock;

  ProofView proof(const http::Call& call, const EntryId& id) const;
  CheckpointView checkpoint(const http::Call& call) const;
  ConsistencyView consistency(const http::Call& call, const ConsistencyQuery& query) const;
  http::Done<VerdictView> verify(const http::Call& call, const VerifyQuery& query) const;
  http::Done<CleanedView> clean(const http::Call& call, const CleanupBody& body) const;
  RetentionView retention(const http::Call& call) const;
  http::Done<RetentionView> put_retention(const http::Call& call, const RetentionBody& body) const;

  service::AuditRetention keeping() const { return {database, log, clock}; }
};

}  // namespace

void add_audit_integrity(http::Surface& surface, db::Database& database, service::AuditLog& log,
                         const base::Clock& clock) {
  http::Resource audit{surface, "Audit", Integrity{database, log, clock}};

  audit.add(http::Endpoint{.method = http::get,
                           .path = "/audit/logs/{log_id}/proof",
                           .summary = "Prove that an entry is in the signed log",
                           .access = auth::read_audit,
                           .handler = &Integrity::proof});
  audit.add(
      http::Endpoint{.method = http::get,
                     .path = "/audit/checkpoint",
                     .summary = "Read the latest signed checkpoint and the key it is checked by",
                     .access = auth::read_audit,
                     .handler = &Integrity::checkpoint});
  audit.add(http::Endpoint{.method = http::get,
                           .path = "/audit/consistency",
                           .summary = "Prove that the log of one size continues that of another",
                           .access = auth::read_audit,
                           .handler = &Integrity::consistency});
  audit.add(http::Endpoint{.method = http::get,
                           .path = "/audit/verify",
                           .summary = "Look whether entries were changed, deleted or put in",
                           .access = auth::read_audit,
                           .limit = http::Limit::strict,
                           .handler = &Integrity::verify});
  for (const auto* path : {"/audit/cleanup", "/system/audit/cleanup"}) {
    // The two addresses of the contract differ in whom they let in.
    audit.add(http::Endpoint{
        .method = http::post,
        .path = path,
        .summary = "Remove old audit entries; what remains can be verified as before",
        .access = std::string_view{path}.starts_with("/audit") ? auth::Access{auth::delete_audit}
                                                               : auth::Access{auth::admin_system},
        .limit = http::Limit::strict,
        .action = "audit.cleanup",
        .handler = &Integrity::clean});
  }
  audit.add(http::Endpoint{.method = http::get,
                           .path = "/system/audit/retention",
                           .summary = "Read how long audit entries are kept",
                           .access = auth::read_settings,
                           .handler = &Integrity::retention});
  audit.add(http::Endpoint{.method = http::put,
                           .path = "/system/audit/retention",
                           .summary = "Change how long audit entries are kept",
                           .access = auth::admin_system,
                           .action = "audit.retention",
                           .handler = &Integrity::put_retention});
}

namespace {

std::vector<std::string> in_base64(const std::vector<merkle::Hash>& hashes) {
  std::vector<std::string> texts;
  std::ranges::transform(hashes, std::back_inserter(texts),
                         [](const auto& hash) { return base::to_base64(hash); });
  return texts;
}

ProofView Integrity::proof(const http::Call& /*call*/, const EntryId& id) const {
  const auto found = log.prove_inclusion(id.to_number());
  if (!found) {
    throw base::Error{base::ErrorCode::not_found, "no audit entry has this id"};
  }
  return {.id = id.to_number(),
          .leaf_index = found->leaf_index,
          .tree_size = found->tree_size,
          .leaf = found->leaf,
          .leaf_hash = base::to_base64(found->leaf_hash),
          .hashes = in_base64(found->proof),
          .checkpoint = found->checkpoint};
}

CheckpointView Integrity::checkpoint(const http::Call& /*call*/) const {
  log.sequence();
  return {log.checkpoint(), log.verifier_key()};
}

ConsistencyView Integrity::consistency(const http::Call& /*call*/,
                                       const ConsistencyQuery& query) const {
  const auto found = log.prove_consistency(query.first, query.second);
  return {found.first, found.second, in_base64(found.proof), found.checkpoint};
}

http::Done<VerdictView> Integrity::verify(const http::Call& /*call*/,
                                          const VerifyQuery& query) const {
  auto verdict = service::AuditCheck{database, log}.run(query.start_id, query.end_id);
  const bool valid = verdict.errors.empty();
  auto message = valid ? std::to_string(verdict.checked) + " entries are as they were signed"
                       : "The audit log is not what was signed";
  return {.data = {.valid = valid,
                   .checked = verdict.checked,
                   .errors = std::move(verdict.errors),
                   .tree_size = verdict.tree_size,
                   .root_hash = std::move(verdict.root_hash)},
          .message = std::move(message)};
}

http::Done<CleanedView> Integrity::clean(const http::Call& call, const CleanupBody& body) const {
  const auto removed = keeping().remove_before(call.act, body.retention_days);
  return {.data = {removed.deleted, body.retention_days, removed.cutoff},
          .message = std::to_string(removed.deleted) + " entries removed"};
}

RetentionView Integrity::retention(const http::Call& call) const {
  auto audit = keeping();
  const auto settings = audit.settings();
  RetentionView shown{.retention_days = settings.retention_days,
                      .auto_cleanup = settings.auto_cleanup,
                      .archive_before_delete = false,
                      .cutoff_date = call.now - std::chrono::days{settings.retention_days},
                      .last_cleanup = audit.last_run(),
                      .logs_to_delete = audit.due(settings.retention_days),
                      .total_logs = 0,
                      .oldest_log = std::nullopt,
                      .newest_log = std::nullopt};
  database.read([&](db::Session& session) {
    const storage::AuditStore store{session};
    const auto tree = storage::AuditTreeStore{session}.tree();
    shown.total_logs = tree.tree_size - tree.first_leaf;
    shown.oldest_log = store.oldest();
    shown.newest_log = store.newest();
  });
  return shown;
}

http::Done<RetentionView> Integrity::put_retention(const http::Call& call,
                                                   const RetentionBody& body) const {
  auto audit = keeping();
  auto settings = audit.settings();
  settings.retention_days = body.retention_days.value_or(settings.retention_days);
  settings.auto_cleanup = body.auto_cleanup.value_or(settings.auto_cleanup);
  audit.put(call.act, settings);
  return {.data = retention(call), .message = "Retention changed"};
}

}  // namespace
}  // namespace api::v2
