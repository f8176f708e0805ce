#pragma once

#include <optional>
#include <string>
#include <vector>

#include "service/audit_log.h"

namespace service {

struct AuditFinding {
  std::optional<std::int64_t> id;  // of the entry
  std::string error;
};
BOOST_DESCRIBE_STRUCT(AuditFinding, (), (id, error))

struct AuditVerdict {
  std::int64_t checked = 0;
  std::vector<AuditFinding> errors = {};
  std::int64_t tree_size = 0;
  std::string root_hash = {};  // base64
};

// Compares the rows of the audit log with the tree, and the tree with what was signed: finds
// entries that were changed, deleted, reordered or put in by other means.
class AuditCheck {
 public:
  static constexpr std::int64_t most_checked = 200'000;
  static constexpr std::size_t most_findings = 100;

  AuditCheck(db::Database& database, AuditLog& log) : database_{database}, log_{log} {}

  // The entries with these ids; without a beginning the latest `most_checked`.
  AuditVerdict run(std::optional<std::int64_t> start_id, std::optional<std::int64_t> end_id);

 private:
  struct Span;

  bool check_tree(AuditVerdict& verdict);
  Span span(const AuditVerdict& verdict, std::optional<std::int64_t> start_id,
            std::optional<std::int64_t> end_id);
  void check_leaves(AuditVerdict& verdict, const Span& span);
  void check_strangers(AuditVerdict& verdict, const Span& span);
  void check_removal(AuditVerdict& verdict);

  db::Database& database_;
  AuditLog& log_;
  merkle::Hash root_ = {};
};

}  // namespace service
