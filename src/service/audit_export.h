#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "service/audit_log.h"

namespace service {

// The first line of a verifiable export: which leaves follow, one per line, and what is needed to
// compute the root of the tree from them. Hashes are in base64.
struct AuditExportHeader {
  std::int64_t certwright_audit_export = 1;  // the version of this format
  std::int64_t first = 0;
  std::int64_t end = 0;
  std::int64_t tree_size = 0;
  std::vector<std::string> left = {};   // of the subtrees before the first leaf
  std::vector<std::string> right = {};  // of those behind the last
  std::string checkpoint = {};
};
BOOST_DESCRIBE_STRUCT(AuditExportHeader, (),
                      (certwright_audit_export, first, end, tree_size, left, right, checkpoint))

// A part of the audit log as lines of JSON that certwright-verify checks with the log's public key
// alone. The lines are the leaves themselves.
class AuditExport {
 public:
  AuditExport(db::Database& database, AuditLog& log) : database_{database}, log_{log} {}

  struct Range {
    std::optional<std::int64_t> first_leaf;
    std::optional<base::Time> from;
    std::optional<base::Time> before;
    std::int64_t limit;
  };
  // Appends the next lines at each call, and says whether more follow: a log of any length leaves
  // without being in memory as a whole. What it refers to outlives it.
  std::function<bool(std::string& part)> lines(const Range& range);

 private:
  AuditExportHeader header(const Range& range);

  db::Database& database_;
  AuditLog& log_;
};

}  // namespace service
