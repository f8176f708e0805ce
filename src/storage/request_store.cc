#include "storage/request_store.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "storage/text_range.h"

namespace storage {
namespace {

constexpr std::int64_t count_limit = 10'000;
constexpr std::size_t most_terms = 128;
constexpr std::size_t longest_term = 253;

void add_terms_of(std::set<std::string>& terms, std::string_view name) {
  if (name.starts_with("*.")) {
    name.remove_prefix(2);
  }
  if (name.empty() || name.size() > longest_term) {
    return;
  }
  const auto text = base::lower(name);
  terms.insert(text);
  for (std::size_t i = 1; i < text.size() && terms.size() < most_terms; ++i) {
    const char before = text[i - 1];
    if (before == '.' || before == '-' || before == '@' || before == ' ') {
      terms.insert(text.substr(i));
    }
  }
}

// Each name from the start of each of its labels on, as certificates are found.
std::set<std::string> terms_of(const StoredRequest& request) {
  std::set<std::string> terms;
  add_terms_of(terms, request.common_name);
  add_terms_of(terms, request.name);
  for (std::string_view rest = request.names; !rest.empty() && terms.size() < most_terms;) {
    const auto end = std::min(rest.find(", "), rest.size());
    const auto name = rest.substr(0, end);
    add_terms_of(terms, name.substr(std::min(name.find(':') + 1, name.size())));
    rest.remove_prefix(std::min(end + 2, rest.size()));
  }
  return terms;
}

void add_conditions(db::Query& query, const RequestFilter& filter) {
  if (filter.status) {
    query.add(" AND status = ", *filter.status);
  }
  if (filter.before) {
    query.add(" AND id < ", *filter.before);
  }
  if (!filter.search.empty()) {
    auto prefix = base::lower(filter.search);
    if (prefix.starts_with("*.")) {
      prefix.erase(0, 2);
    }
    query.add(" AND id IN (SELECT request_id FROM certificate_request_terms WHERE term >= ", prefix)
        .add(" AND term < ", end_of_prefix(prefix))
        .add(")");
  }
}

}  // namespace

void RequestStore::insert(const StoredRequest& request) {
  session_.insert("certificate_requests", request);
  db::Query terms{"INSERT INTO certificate_request_terms (term, request_id) VALUES "};
  bool first = true;
  for (const auto& term : terms_of(request)) {
    terms.add(first ? "(" : ", (", term).add(", ", request.id).add(")");
    first = false;
  }
  if (!first) {
    session_.send(terms);
  }
}

void RequestStore::remove(const RequestId& id) {
  session_.send("DELETE FROM certificate_request_terms WHERE request_id = $1", id);
  session_.send("DELETE FROM certificate_requests WHERE id = $1", id);
}

std::optional<StoredRequest> RequestStore::find(const RequestId& id) const {
  return session_.select_one<StoredRequest>("FROM certificate_requests WHERE id = $1", id);
}

std::optional<StoredRequest> RequestStore::find_waiting(std::string_view fingerprint) const {
  return session_.select_one<StoredRequest>(
      "FROM certificate_requests WHERE fingerprint = $1 AND status = 'pending'", fingerprint);
}

std::vector<StoredRequest> RequestStore::list(const RequestFilter& filter, std::int64_t offset,
                                              int limit) const {
  db::Query query{"FROM certificate_requests WHERE TRUE"};
  add_conditions(query, filter);
  query.add(" ORDER BY id DESC LIMIT ", limit).add(" OFFSET ", offset);
  return session_.select<StoredRequest>(query);
}

std::int64_t RequestStore::count(const RequestFilter& filter) const {
  auto all_pages = filter;
  all_pages.before = std::nullopt;
  db::Query query{"SELECT COUNT(*) FROM (SELECT 1 FROM certificate_requests WHERE TRUE"};
  add_conditions(query, all_pages);
  query.add(" LIMIT ", count_limit).add(") AS found");
  return session_.number(query);
}

RequestCounts RequestStore::counts() const {
  const auto of = [&](RequestStatus status) {
    return session_.number("SELECT COUNT(*) FROM certificate_requests WHERE status = $1", status);
  };
  return {.pending = of(RequestStatus::pending), .issued = of(RequestStatus::issued)};
}

void RequestStore::set_key(const RequestId& id, const core::KeyId& key) {
  session_.send("UPDATE certificate_requests SET key_id = $2 WHERE id = $1", id, key);
}

bool RequestStore::mark_issued(const RequestId& id, const core::CertificateId& certificate,
                               base::Time now, std::string_view by) {
  return session_.execute(
             "UPDATE certificate_requests SET status = 'issued', key_id = NULL, "
             "certificate_id = $2, issued_at = $3, issued_by = $4 "
             "WHERE id = $1 AND status = 'pending'",
             id, certificate, now, by) == 1;
}

}  // namespace storage
