#include "storage/certificate_store.h"

#include <algorithm>
#include <set>

#include "storage/certificate_days.h"
#include "storage/text_range.h"

namespace storage {
namespace {

constexpr std::int64_t count_limit = 10'000;
constexpr std::int64_t rare_limit = 1'000;
constexpr std::size_t most_parts = 128;
constexpr std::int64_t count_shards = 8;

std::string lower(std::string_view text) {
  std::string out{text};
  std::ranges::transform(out, out.begin(), [](unsigned char c) {
    return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  });
  return out;
}

// So many octets at most, without half a character at the end.
std::string_view cut(std::string_view text, std::size_t most) {
  if (text.size() > most) {
    while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xc0) == 0x80) {
      --most;
    }
    text = text.substr(0, most);
  }
  return text;
}

bool is_hex(std::string_view text) {
  return text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

// Serials and fingerprints as people copy them: with colons, blanks, a prefix.
std::string hex_of(std::string_view search) {
  std::string digits;
  for (const char c : search.starts_with("0x") ? search.substr(2) : search) {
    if (c != ':' && c != ' ') {
      digits += c;
    }
  }
  return digits.size() >= 8 && is_hex(digits) ? lower(digits) : std::string{};
}

std::string search_prefix(std::string_view search) {
  auto prefix = lower(search);
  if (prefix.starts_with("*.")) {
    prefix.erase(0, 2);
  }
  return prefix;
}

void add_status(db::Query& query, const std::vector<core::CertificateStatus>& any, base::Time now) {
  if (any.empty()) {
    return;
  }
  query.add(" AND (");
  for (std::size_t i = 0; i < any.size(); ++i) {
    query.add(i == 0 ? "" : " OR ");
    switch (any[i]) {
      case core::CertificateStatus::revoked:
        query.add("revoked_at IS NOT NULL");
        break;
      case core::CertificateStatus::expired:
        query.add("(revoked_at IS NULL AND not_after < ", now).add(")");
        break;
      case core::CertificateStatus::expiring:
        query.add("(revoked_at IS NULL AND not_after >= ", now)
            .add(" AND not_after < ", now + core::expiring_soon)
            .add(")");
        break;
      case core::CertificateStatus::valid:
        query.add("(revoked_at IS NULL AND not_after >= ", now + core::expiring_soon).add(")");
        break;
    }
  }
  query.add(")");
}

// How many certificates have one of the tags that are asked for. Those of few are looked up by the
// tags; of many, each certificate on the way is asked for its tags.
enum class Tagged { few, many };

void add_any_tag(db::Query& query, const std::vector<core::Tag>& tags) {
  query.add("tag_id IN (SELECT id FROM tags").add_any(" WHERE name", tags).add(")");
}

Tagged tagged_for(db::Session& session, const CertificateFilter& filter) {
  auto tags = filter.any_tag;
  for (const auto& each : filter.within.any) {
    tags.insert(tags.end(), each.tags.begin(), each.tags.end());
  }
  if (tags.empty()) {
    return Tagged::few;
  }
  db::Query query{"SELECT COUNT(*) FROM (SELECT 1 FROM certificate_tags WHERE "};
  add_any_tag(query, core::in_order(std::move(tags)));
  query.add(" LIMIT ", count_limit + 1).add(") AS found");
  return session.number(query) > count_limit ? Tagged::many : Tagged::few;
}

// The one tag that all of what is asked for has.
std::optional<core::Tag> common_tag(const CertificateFilter& filter) {
  if (filter.any_tag.size() == 1) {
    return filter.any_tag.front();
  }
  const auto& any = filter.within.any;
  return any.size() == 1 && any.front().tags.size() == 1 ? std::optional{any.front().tags.front()}
                                                         : std::nullopt;
}

void add_tags(db::Query& query, const std::vector<core::Tag>& tags, Tagged tagged) {
  if (tagged == Tagged::few) {
    query.add("id IN (SELECT certificate_id FROM certificate_tags WHERE ");
  } else {
    query.add("EXISTS (SELECT 1 FROM certificate_tags WHERE certificate_id = certificates.id AND ");
  }
  add_any_tag(query, tags);
  query.add(")");
}

void add_reach(db::Query& query, const core::Reach& reach, Tagged tagged) {
  if (reach.is_everything()) {
    return;
  }
  query.add(" AND (");
  for (bool first = true; const auto& each : reach.any) {
    query.add(first ? "(" : " OR (");
    std::string_view before;
    const auto next = [&](std::string_view text) {
      query.add(before).add(text);
      before = " AND ";
    };
    if (!each.authorities.empty()) {
      next("authority_id");
      query.add_any("", each.authorities);
    }
    if (!each.templates.empty()) {
      next("template_id");
      query.add_any("", each.templates);
    }
    if (!each.tags.empty()) {
      next("");
      add_tags(query, each.tags, tagged);
    }
    query.add(")");
    first = false;
  }
  query.add(")");
}

void add_conditions(db::Query& query, const CertificateFilter& filter, Tagged tagged,
                    base::Time now) {
  add_status(query, filter.any_status, now);
  add_reach(query, filter.within, tagged);
  if (!filter.any_tag.empty()) {
    query.add(" AND ");
    add_tags(query, filter.any_tag, tagged);
  }
  if (filter.authority_id) {
    query.add(" AND authority_id = ", *filter.authority_id);
  }
  if (!filter.any_source.empty()) {
    query.add_any(" AND source", filter.any_source);
  }
  if (filter.expires_from) {
    query.add(" AND not_after >= ", *filter.expires_from);
  }
  if (filter.expires_before) {
    query.add(" AND not_after < ", *filter.expires_before);
  }
}

// Walks the certificates of a tag. CROSS JOIN keeps SQLite from walking all certificates instead.
void add_of_tag(db::Query& query, const core::Tag& tag, std::string_view what) {
  query.add("SELECT ")
      .add(what)
      .add(" FROM certificate_tags CROSS JOIN certificates WHERE tag_id = ")
      .add("(SELECT id FROM tags WHERE name = ", tag)
      .add(") AND certificates.id = certificate_id");
}

// A search that matches few certificates starts from its terms; one that matches many walks the
// certificates in the order of the list and looks each one's terms up, until the page is full.
enum class Plan { no_search, from_terms, from_list };

Plan plan_for(db::Session& session, const CertificateFilter& filter) {
  if (filter.search.empty()) {
    return Plan::no_search;
  }
  const auto prefix = search_prefix(filter.search);
  const auto matching = session.number(
      "SELECT COUNT(*) FROM (SELECT 1 FROM certificate_terms WHERE term >= $1 AND term < $2 "
      "LIMIT $3) AS found",
      prefix, end_of_prefix(prefix), rare_limit + 1);
  return matching > rare_limit ? Plan::from_list : Plan::from_terms;
}

void add_search(db::Query& query, const CertificateFilter& filter, Plan plan) {
  if (plan == Plan::no_search) {
    return;
  }
  const auto prefix = search_prefix(filter.search);
  if (plan == Plan::from_list) {
    query
        .add(
            " AND EXISTS (SELECT 1 FROM certificate_terms WHERE certificate_id = certificates.id "
            "AND term >= ",
            prefix)
        .add(" AND term < ", end_of_prefix(prefix))
        .add(")");
    return;
  }
  query.add(" AND id IN (SELECT certificate_id FROM certificate_terms WHERE term >= ", prefix)
      .add(" AND term < ", end_of_prefix(prefix));
  if (const auto hex = hex_of(filter.search); !hex.empty()) {
    if (const auto serial = x509::SerialNumber::parse(hex)) {
      query.add(" UNION SELECT id FROM certificates WHERE serial_number = ", *serial);
    }
    query.add(" UNION SELECT id FROM certificates WHERE fingerprint = ", hex);
  }
  query.add(")");
}

std::string_view column_of(CertificateOrderBy order_by) {
  switch (order_by) {
    case CertificateOrderBy::valid_to:
      return "not_after";
    case CertificateOrderBy::common_name:
      return "common_name";
    case CertificateOrderBy::created_at:
      break;
  }
  return "id";  // ids grow with time
}

// The same as a value that no index has, so that the database sorts.
std::string calculated(CertificateOrderBy order_by) {
  const std::string column{column_of(order_by)};
  return order_by == CertificateOrderBy::common_name ? column + " || ''" : "+" + column;
}

// Where a certificate stands in the orders of the list.
struct Place {
  std::string common_name;
  base::Time not_after;
};
BOOST_DESCRIBE_STRUCT(Place, (), (common_name, not_after))

void add_cursor(db::Session& session, db::Query& query, const CertificateListing& listing,
                std::string_view id) {
  if (!listing.after) {
    return;
  }
  const std::string than = listing.descending ? " < " : " > ";
  if (listing.order_by == CertificateOrderBy::created_at) {
    query.add(" AND ").add(id).add(than, *listing.after);
    return;
  }
  const auto place = session.select_one<Place>("FROM certificates WHERE id = $1", *listing.after);
  if (!place) {
    throw base::Error{
        base::ErrorCode::invalid_request,
        {base::FieldError{"cursor", "that certificate was deleted: begin with the first page"}}};
  }
  if (listing.order_by == CertificateOrderBy::valid_to) {
    query.add(" AND (not_after, id)" + than + "(", place->not_after);
  } else {
    query.add(" AND (common_name, id)" + than + "(", place->common_name);
  }
  query.add(", ", *listing.after).add(")");
}

bool is_everything(const CertificateFilter& filter) {
  return filter.any_status.empty() && filter.any_source.empty() && !filter.expires_from &&
         !filter.expires_before && filter.search.empty() && filter.any_tag.empty() &&
         filter.within.is_everything();
}

// Filters that an index answers in another order than that of the list.
bool narrows(const CertificateFilter& filter) {
  return !filter.any_status.empty() || filter.expires_from || filter.expires_before ||
         !filter.any_tag.empty() || !filter.within.is_everything();
}

bool has_status_only(const CertificateFilter& filter) {
  auto others = filter;
  others.any_status.clear();
  return !filter.any_status.empty() && !filter.authority_id && is_everything(others);
}

std::int64_t number_of(const std::vector<core::CertificateStatus>& any,
                       const CertificateTotals& totals) {
  std::int64_t number = 0;
  for (const auto status : std::set(any.begin(), any.end())) {
    switch (status) {
      case core::CertificateStatus::valid:
        number += totals.valid;
        break;
      case core::CertificateStatus::expiring:
        number += totals.expiring;
        break;
      case core::CertificateStatus::expired:
        number += totals.expired;
        break;
      case core::CertificateStatus::revoked:
        number += totals.revoked;
        break;
    }
  }
  return number;
}

std::vector<CertificateFilter> one_status_each(const CertificateFilter& filter) {
  std::vector<CertificateFilter> parts;
  for (const auto status : std::set(filter.any_status.begin(), filter.any_status.end())) {
    parts.push_back(filter);
    parts.back().any_status = {status};
  }
  if (parts.empty()) {
    parts.push_back(filter);
  }
  return parts;
}

}  // namespace

core::CertificateId CertificateStore::new_id() {
  return session_.new_id<core::CertificateId>("certificates");
}

void CertificateStore::insert(const core::Certificate& certificate) {
  session_.insert("certificates", certificate);
  db::Query terms{"INSERT INTO certificate_terms (term, certificate_id) VALUES "};
  bool first = true;
  for (const auto& term : search_terms(certificate)) {
    terms.add(first ? "(" : ", (", term).add(", ", certificate.id).add(")");
    first = false;
  }
  if (!first) {
    session_.execute(terms);
  }
  session_.execute(
      "INSERT INTO certificate_counts (authority_id, shard, issued) VALUES ($1, $2, 1) "
      "ON CONFLICT (authority_id, shard) DO UPDATE SET issued = certificate_counts.issued + 1",
      certificate.authority_id, certificate.id.to_number() % count_shards);
  CertificateDays{session_}.count(certificate, 1);
  if (certificate.template_id) {
    session_.execute(
        "INSERT INTO template_counts (template_id, shard, issued) VALUES ($1, $2, 1) "
        "ON CONFLICT (template_id, shard) DO UPDATE SET issued = template_counts.issued + 1",
        *certificate.template_id, certificate.id.to_number() % count_shards);
  }
}

void CertificateStore::remove(const core::Certificate& certificate) {
  CertificateDays{session_}.count(certificate.id, -1);
  session_.execute("DELETE FROM certificate_tags WHERE certificate_id = $1", certificate.id);
  session_.execute("DELETE FROM certificate_terms WHERE certificate_id = $1", certificate.id);
  session_.execute("DELETE FROM certificates WHERE id = $1", certificate.id);
  session_.execute(
      "UPDATE certificate_counts SET issued = issued - 1 WHERE authority_id = $1 AND shard = $2",
      certificate.authority_id, certificate.id.to_number() % count_shards);
  if (certificate.template_id) {
    session_.execute(
        "UPDATE template_counts SET issued = issued - 1 WHERE template_id = $1 AND shard = $2",
        *certificate.template_id, certificate.id.to_number() % count_shards);
  }
}

std::optional<core::Certificate> CertificateStore::find(const core::CertificateId& id) const {
  return session_.select_one<core::Certificate>("FROM certificates WHERE id = $1", id);
}

std::optional<core::Certificate> CertificateStore::find_by_serial(
    const core::AuthorityId& authority_id, const x509::SerialNumber& serial) const {
  return session_.select_one<core::Certificate>(
      "FROM certificates WHERE serial_number = $1 AND authority_id = $2", serial, authority_id);
}

std::optional<RevocationState> CertificateStore::revocation_of(
    const core::AuthorityId& authority_id, const x509::SerialNumber& serial) const {
  return session_.select_one<RevocationState>(
      "FROM certificates WHERE serial_number = $1 AND authority_id = $2", serial, authority_id);
}

std::optional<core::Certificate> CertificateStore::find_by_fingerprint(
    std::string_view sha256_hex) const {
  return session_.select_one<core::Certificate>("FROM certificates WHERE fingerprint = $1",
                                                sha256_hex);
}

std::vector<core::Certificate> CertificateStore::list(const CertificateFilter& filter,
                                                      const CertificateListing& listing,
                                                      base::Time now) const {
  // The page is found among ids alone, which indexes answer; whole rows are read for it only.
  db::Query query{"FROM certificates WHERE id IN ("};
  const auto tagged = tagged_for(session_, filter);
  const auto is_few = [&] {
    const auto size = count(filter, now);
    return size.is_exact && size.number <= count_limit;
  };
  const bool by_id = listing.order_by == CertificateOrderBy::created_at;
  const std::string column{column_of(listing.order_by)};
  std::string_view id = "id";
  bool is_sorted = false;  // what was found, instead of walking in the order of an index
  if (filter.search.empty() && narrows(filter) && is_few()) {
    // What few certificates are is found by its own index and sorted: in the order of the list,
    // it might be behind a million others.
    const auto select =
        "SELECT id" + (by_id ? "" : ", " + column) + " FROM certificates WHERE TRUE";
    query.add("SELECT id FROM (");
    for (bool first = true; const auto& part : one_status_each(filter)) {
      query.add(first ? "" : " UNION ALL ").add(select);
      add_conditions(query, part, tagged, now);
      first = false;
    }
    query.add(") AS found WHERE TRUE");
    is_sorted = true;
  } else if (filter.search.empty() && by_id && tagged == Tagged::many && common_tag(filter)) {
    // The order of the tag's own certificates: they may be few among all the others.
    id = "certificate_id";
    add_of_tag(query, *common_tag(filter), "certificate_id");
    add_conditions(query, filter, tagged, now);
  } else {
    query.add("SELECT id FROM certificates WHERE TRUE");
    add_conditions(query, filter, tagged, now);
    add_search(query, filter, plan_for(session_, filter));
  }
  add_cursor(session_, query, listing, id);
  const std::string direction = listing.descending ? " DESC" : " ASC";
  const auto order = " ORDER BY " + column + direction + (by_id ? "" : ", id" + direction);
  if (is_sorted) {
    query.add(" ORDER BY " + calculated(listing.order_by) + direction + ", id" + direction);
  } else {
    query.add(by_id ? " ORDER BY " + std::string{id} + direction : order);
  }
  query.add(" LIMIT ", listing.limit).add(" OFFSET ", listing.offset).add(")").add(order);
  return session_.select<core::Certificate>(query);
}

std::vector<core::CertificateId> CertificateStore::ids(const CertificateFilter& filter, int limit,
                                                       base::Time now) const {
  db::Query query{"SELECT id FROM certificates WHERE TRUE"};
  add_conditions(query, filter, tagged_for(session_, filter), now);
  add_search(query, filter, plan_for(session_, filter));
  query.add(" ORDER BY id LIMIT ", limit);
  std::vector<core::CertificateId> ids;
  session_.each(query, [&](std::span<const db::Value> row) {
    ids.push_back(db::from_value<core::CertificateId>(row[0], "id"));
  });
  return ids;
}

CertificateCount CertificateStore::count(const CertificateFilter& filter, base::Time now) const {
  if (is_everything(filter)) {
    if (filter.authority_id) {
      return {.number = issued_by(*filter.authority_id), .is_exact = true};
    }
    return {.number = session_.number("SELECT SUM(issued) FROM certificate_counts"),
            .is_exact = true};
  }
  if (has_status_only(filter)) {
    return {.number = number_of(filter.any_status, totals(now)), .is_exact = true};
  }
  const auto plan = plan_for(session_, filter);
  if (plan == Plan::from_list) {
    return count_found(filter, now);
  }
  const auto tagged = tagged_for(session_, filter);
  const auto tag = tagged == Tagged::many ? common_tag(filter) : std::nullopt;
  // The statuses exclude each other, and each has its index.
  std::int64_t number = 0;
  for (const auto& part : one_status_each(filter)) {
    db::Query query{"SELECT COUNT(*) FROM ("};
    if (tag && plan == Plan::no_search) {
      add_of_tag(query, *tag, "1");
    } else {
      query.add("SELECT 1 FROM certificates WHERE TRUE");
    }
    add_conditions(query, part, tagged, now);
    add_search(query, part, plan);
    query.add(" LIMIT ", count_limit + 1).add(") AS found");
    number += session_.number(query);
  }
  return {.number = std::min(number, count_limit), .is_exact = number <= count_limit};
}

// A search that finds many: counted among the first ones that it finds.
CertificateCount CertificateStore::count_found(const CertificateFilter& filter,
                                               base::Time now) const {
  const auto prefix = search_prefix(filter.search);
  // What else is asked of a certificate is in its row, which may have to be read from the disk.
  const bool reads_rows = filter.authority_id || !filter.any_source.empty() || narrows(filter);
  const auto most = reads_rows ? rare_limit : count_limit;
  const auto found = [&](db::Query& query) {
    query.add("SELECT DISTINCT certificate_id FROM certificate_terms WHERE term >= ", prefix)
        .add(" AND term < ", end_of_prefix(prefix))
        .add(" LIMIT ", most + 1);
  };
  db::Query all{"SELECT COUNT(*) FROM ("};
  found(all);
  all.add(") AS found");
  const auto matches = session_.number(all);
  const bool is_exact = matches <= most;
  if (!reads_rows) {
    return {.number = std::min(matches, most), .is_exact = is_exact};
  }
  db::Query some{"SELECT COUNT(*) FROM certificates WHERE id IN ("};
  found(some);
  some.add(")");
  add_conditions(some, filter, tagged_for(session_, filter), now);
  return {.number = std::min(session_.number(some), most), .is_exact = is_exact};
}

std::int64_t CertificateStore::issued_by(const core::AuthorityId& authority_id) const {
  return session_.number("SELECT SUM(issued) FROM certificate_counts WHERE authority_id = $1",
                         authority_id);
}

CertificateTotals CertificateStore::totals(base::Time now) const {
  const CertificateDays days{session_};
  const auto total = session_.number("SELECT SUM(issued) FROM certificate_counts");
  const auto revoked = days.revoked();
  const auto expired = days.ending_before(now);
  const auto expiring = days.ending_before(now + core::expiring_soon) - expired;
  return {.total = total,
          .valid = total - revoked - expired - expiring,
          .expiring = expiring,
          .expired = expired,
          .revoked = revoked};
}

CertificateTotals CertificateStore::totals_within(const core::Reach& reach, base::Time now) const {
  using enum core::CertificateStatus;
  const auto of = [&](core::CertificateStatus status) {
    CertificateFilter filter;
    filter.any_status = {status};
    filter.within = reach;
    return count(filter, now).number;
  };
  CertificateTotals totals{.total = 0,
                           .valid = of(valid),
                           .expiring = of(expiring),
                           .expired = of(expired),
                           .revoked = of(revoked)};
  totals.total = totals.valid + totals.expiring + totals.expired + totals.revoked;
  return totals;
}

std::int64_t CertificateStore::count_tagged(const core::Tag& tag, const core::Reach& reach) const {
  db::Query query{reach.is_everything() ? "SELECT COUNT(*) FROM ("
                                        : "SELECT COUNT(*) FROM certificates WHERE id IN ("};
  query.add("SELECT certificate_id FROM certificate_tags WHERE tag_id = ")
      .add("(SELECT id FROM tags WHERE name = ", tag)
      .add(") ORDER BY certificate_id DESC LIMIT ", count_limit + 1)
      .add(reach.is_everything() ? ") AS found" : ")");
  add_reach(query, reach, Tagged::many);
  return session_.number(query);
}

std::vector<WeeklyExpiry> CertificateStore::expiry_by_week(base::Time from, int weeks) const {
  constexpr auto week = std::chrono::days{7};
  const base::Time start = std::chrono::floor<std::chrono::days>(from);
  std::vector<WeeklyExpiry> result;
  for (int i = 0; i < weeks; ++i) {
    result.push_back({.from = std::max<base::Time>(from, start + i * week),
                      .to = start + (i + 1) * week,
                      .automated = 0,
                      .manual = 0});
  }
  const auto first =
      std::chrono::duration_cast<std::chrono::days>(start.time_since_epoch()).count();
  for (const auto& [day, ending] :
       CertificateDays{session_}.ending_by_day(from, start + weeks * week)) {
    auto& entry = result.at(static_cast<std::size_t>((day - first) / 7));
    entry.automated += ending.automated;
    entry.manual += ending.manual;
  }
  return result;
}

bool CertificateStore::revoke(const core::CertificateId& id, x509::RevocationReason reason,
                              base::Time at) {
  CertificateDays days{session_};
  days.count(id, -1);
  const auto revoked = session_.execute(
      "UPDATE certificates SET revoked_at = COALESCE(revoked_at, $2), revocation_reason = $3 "
      "WHERE id = $1 AND (revoked_at IS NULL OR "
      "(revocation_reason = 'certificateHold' AND revocation_reason <> $3))",
      id, at, reason);
  days.count(id, 1);
  return revoked == 1;
}

bool CertificateStore::release(const core::CertificateId& id) {
  CertificateDays days{session_};
  days.count(id, -1);
  const auto released = session_.execute(
      "UPDATE certificates SET revoked_at = NULL, revocation_reason = NULL "
      "WHERE id = $1 AND revocation_reason = 'certificateHold'",
      id);
  days.count(id, 1);
  return released == 1;
}

void CertificateStore::set_renewed_by(const core::CertificateId& id,
                                      const core::CertificateId& successor) {
  CertificateDays days{session_};
  days.count(id, -1);
  session_.execute("UPDATE certificates SET renewed_by = $2 WHERE id = $1", id, successor);
  days.count(id, 1);
}

// An update that changes nothing takes the lock on both databases.
std::optional<core::Certificate> CertificateStore::find_to_change(const core::CertificateId& id) {
  session_.execute("UPDATE certificates SET id = id WHERE id = $1", id);
  return find(id);
}

void CertificateStore::set_description(const core::CertificateId& id,
                                       std::string_view description) {
  session_.execute("UPDATE certificates SET description = $2 WHERE id = $1", id, description);
}

std::vector<std::string> search_terms(const core::Certificate& certificate) {
  std::vector<std::string> names;
  const auto add_name = [&](std::string_view name) {
    names.push_back(lower(cut(name.starts_with("*.") ? name.substr(2) : name, 253)));
  };
  add_name(certificate.common_name);
  for (std::string_view rest = certificate.names; !rest.empty();) {
    const auto end = std::min(rest.find(", "), rest.size());
    const auto name = rest.substr(0, end);
    add_name(name.substr(std::min(name.find(':') + 1, name.size())));
    rest.remove_prefix(std::min(end + 2, rest.size()));
  }
  // Every name as a whole, and parts of them as far as there is room.
  std::set<std::string> terms(names.begin(), names.end());
  const auto most = terms.size() + most_parts;
  for (const auto& name : names) {
    const auto last_dot = name.rfind('.');
    for (std::size_t i = 1; i < name.size() && terms.size() < most; ++i) {
      const char before = name[i - 1];
      const bool starts_label = before == '.' || before == '-' || before == '@' || before == ' ';
      // The last label of a name ("com") finds too much to be of use.
      if (starts_label && i != last_dot + 1) {
        terms.insert(name.substr(i));
      }
    }
  }
  return {terms.begin(), terms.end()};
}

}  // namespace storage
