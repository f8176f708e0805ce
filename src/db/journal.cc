#include "db/journal.h"

#include "db/sql_text.h"

namespace db {

// Headers of requests end up in the audit log: whatever a client sends must be storable.
constexpr std::size_t longest_text = 1024;

void Journal::keep(std::string_view type, std::int64_t id, std::string_view name,
                   std::string details, bool success) {
  const auto text = [](std::string_view from) { return storable(from, longest_text); };
  entries_.push_back({.id = 0,  // given when the work is done
                      .at = now_,
                      .username = text(act_.by),
                      .action = text(act_.action),
                      .resource_type = text(type),
                      .resource_id = id,
                      .resource_name = text(name),
                      .details = std::move(details),
                      .ip_address = text(act_.from),
                      .user_agent = text(act_.agent),
                      .credential = text(act_.credential),
                      .request_id = text(act_.request_id),
                      .success = success});
}

void Journal::check(bool changed_rows) const {
  if (changed_rows && entries_.empty() && !bookkeeping_) {
    throw base::Error{base::ErrorCode::internal,
                      "\"" + act_.action + "\" changed rows and recorded nothing"};
  }
}

const std::string& audit_columns() {
  static const std::string list = [] {
    std::string names;
    boost::mp11::mp_for_each<json::MembersOf<Entry>>(
        [&](auto member) { names += (names.empty() ? "" : ", ") + std::string{member.name}; });
    return names;
  }();
  return list;
}

static_assert(boost::mp11::mp_size<json::MembersOf<Entry>>::value == audit_column_count);

void append_values(std::vector<Value>& values, const Entry& entry) {
  boost::mp11::mp_for_each<json::MembersOf<Entry>>(
      [&](auto member) { values.push_back(to_value(entry.*member.pointer)); });
}

const std::string_view pending_table =
    "CREATE TABLE IF NOT EXISTS audit_pending (entry_id BIGINT PRIMARY KEY)";

namespace {

std::string insert(std::string_view into, std::size_t rows, std::size_t columns) {
  auto text = "INSERT INTO " + std::string{into} + " VALUES ";
  for (std::size_t i = 0; i < rows * columns; ++i) {
    text += i % columns != 0 ? ", $" : i == 0 ? "($" : "), ($";
    text += std::to_string(i + 1);
  }
  return text + ")";
}

}  // namespace

std::string audit_insert(std::size_t entries) {
  return insert("audit_log (" + audit_columns() + ")", entries, audit_column_count);
}

std::string pending_insert(std::size_t entries) {
  return insert("audit_pending (entry_id)", entries, 1);
}

const std::string_view own_schema = R"(
CREATE TABLE id_counters (
  name TEXT COLLATE "C" PRIMARY KEY,
  next BIGINT NOT NULL
);
CREATE TABLE audit_log (
  id BIGINT PRIMARY KEY,
  at BIGINT NOT NULL,
  username TEXT COLLATE "C" NOT NULL,
  action TEXT COLLATE "C" NOT NULL,
  resource_type TEXT COLLATE "C" NOT NULL,
  resource_id BIGINT NOT NULL,
  resource_name TEXT NOT NULL,
  details TEXT NOT NULL,
  ip_address TEXT NOT NULL,
  user_agent TEXT NOT NULL,
  credential TEXT NOT NULL,
  request_id TEXT NOT NULL,
  success BOOLEAN NOT NULL
);
CREATE INDEX audit_log_by_at ON audit_log (at, id);
CREATE INDEX audit_log_by_username ON audit_log (username, id);
CREATE INDEX audit_log_by_action ON audit_log (action, id);
CREATE INDEX audit_log_by_resource ON audit_log (resource_type, resource_id, id);
)";

}  // namespace db
