#include "api/v2/audit_export.h"

#include <algorithm>
#include <utility>

#include "api/v2/audit.h"
#include "service/audit_export.h"
#include "storage/audit_store.h"

namespace api::v2 {
namespace {

constexpr std::int64_t most_exported = 10'000'000;

enum class ExportFormat { json, csv, ndjson };
BOOST_DESCRIBE_ENUM(ExportFormat, json, csv, ndjson)

struct ExportQuery {
  ExportFormat format = ExportFormat::json;
  std::int64_t limit = 10'000;
  std::optional<base::Time> date_from;
  std::optional<base::Time> date_to;
  std::optional<std::int64_t> first_leaf;  // ndjson alone: where a long log goes on
  std::optional<std::string> username;
  std::optional<std::string> action;
  std::optional<std::string> category;
  std::optional<std::string> resource_type;
  std::optional<std::int64_t> resource_id;
  std::optional<bool> success;
  std::string search;
};
BOOST_DESCRIBE_STRUCT(ExportQuery, (),
                      (format, limit, date_from, date_to, first_leaf, username, action, category,
                       resource_type, resource_id, success, search))

struct Export {
  db::Database& database;
  service::AuditLog& log;

  http::Stream run(const http::Call& call, const ExportQuery& query) const;
};

}  // namespace

void add_audit_export(http::Surface& surface, db::Database& database, service::AuditLog& log) {
  http::Resource audit{surface, "Audit", Export{database, log}};

  audit.add(http::Endpoint{.method = http::get,
                           .path = "/audit/export",
                           .summary = "Download audit entries",
                           .access = auth::read_audit,
                           .limit = http::Limit::strict,
                           .file_types = {"application/json", "text/csv", "application/x-ndjson"},
                           .handler = &Export::run});
}

namespace {

// What a spreadsheet would take for a formula is shown as text (a leading apostrophe).
void add_cell(std::string& csv, std::string text) {
  if (!text.empty() && std::string_view{"=+-@\t\r"}.find(text.front()) != std::string_view::npos) {
    text.insert(0, 1, '\'');
  }
  csv += csv.empty() || csv.back() == '\n' ? "\"" : ",\"";
  for (const char c : text) {
    csv += c == '"' ? "\"\"" : std::string{c};
  }
  csv += '"';
}

void add_row(std::string& csv, const AuditView& shown) {
  for (const auto& cell : {std::to_string(shown.id), base::to_text(shown.timestamp), shown.username,
                           shown.action, shown.resource_type, shown.resource_id, shown.details,
                           shown.ip_address, std::string{shown.success ? "true" : "false"}}) {
    add_cell(csv, cell);
  }
  csv += "\r\n";
}

// The entries that match, the latest first, a page at a time: no reading transaction is long, and
// what is written meanwhile comes before the first page.
class Pages {
 public:
  Pages(db::Database& database, storage::AuditFilter filter, std::int64_t limit)
      : database_{database}, filter_{std::move(filter)}, left_{limit} {}

  std::vector<db::Entry> next() {
    const auto wanted = std::min(page, left_);
    auto entries = database_.read([&](db::Session& session) {
      return storage::AuditStore{session}.list(filter_, 0, static_cast<int>(wanted));
    });
    const auto found = static_cast<std::int64_t>(entries.size());
    left_ = found < wanted ? 0 : left_ - found;
    if (!entries.empty()) {
      filter_.before_id = entries.back().id;
      filter_.before_at = entries.back().at;
    }
    return entries;
  }
  bool more() const { return left_ > 0; }

 private:
  static constexpr std::int64_t page = 1000;

  db::Database& database_;
  storage::AuditFilter filter_;
  std::int64_t left_;
};

http::Parts as_csv(Pages pages) {
  std::string head =
      "id,timestamp,username,action,resource_type,resource_id,details,ip_address,success\r\n";
  return [pages = std::move(pages), head = std::move(head)](std::string& part) mutable {
    part += std::exchange(head, {});
    for (const auto& entry : pages.next()) {
      add_row(part, view(entry));
    }
    return pages.more();
  };
}

http::Parts as_json(Pages pages) {
  return [pages = std::move(pages), before = std::string{"["}](std::string& part) mutable {
    for (const auto& entry : pages.next()) {
      part += std::exchange(before, ",") + json::to_text(view(entry));
    }
    if (pages.more()) {
      return true;
    }
    part += before == "[" ? "[]" : "]";
    return false;
  };
}

http::Stream Export::run(const http::Call& /*call*/, const ExportQuery& query) const {
  if (query.limit < 1 || query.limit > most_exported) {
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{"limit", "not between 1 and 10000000"}}};
  }
  const storage::AuditFilter filter{.username = query.username,
                                    .action = query.action,
                                    .resource_type = query.resource_type,
                                    .resource_id = query.resource_id,
                                    .success = query.success,
                                    .from = query.date_from,
                                    .before = query.date_to,
                                    .search = query.search,
                                    .action_from = start_of_category(query.category)};
  if (query.format == ExportFormat::ndjson) {
    if (filter.username || filter.action || filter.resource_type || filter.resource_id ||
        filter.success || !filter.search.empty() || !filter.action_from.empty()) {
      throw base::Error{base::ErrorCode::invalid_request,
                        {base::FieldError{"format",
                                          "ndjson is the log itself, which can be verified only "
                                          "without gaps: take json or csv for a selection"}}};
    }
    return {.name = "audit.ndjson",
            .content_type = "application/x-ndjson",
            .parts = service::AuditExport{database, log}.lines({.first_leaf = query.first_leaf,
                                                                .from = query.date_from,
                                                                .before = query.date_to,
                                                                .limit = query.limit})};
  }
  Pages pages{database, filter, query.limit};
  if (query.format == ExportFormat::csv) {
    return {.name = "audit.csv", .content_type = "text/csv", .parts = as_csv(std::move(pages))};
  }
  return {
      .name = "audit.json", .content_type = "application/json", .parts = as_json(std::move(pages))};
}

}  // namespace
}  // namespace api::v2
