#include <algorithm>
#include <set>

#include "storage/certificate_query.h"
#include "storage/text_range.h"

// Lists and counts, which have to be quick among millions.
namespace storage {
namespace {

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

}  // namespace

std::vector<core::Certificate> CertificateStore::list(const CertificateFilter& filter,
                                                      const CertificateListing& listing,
                                                      base::Time now) const {
  // The page is found among ids alone, which indexes answer; whole rows are read for it only.
  db::Query query{"FROM certificates WHERE id IN ("};
  const auto tagged = tagged_for(session_, filter);
  const auto is_few = [&] {
    const auto size = listing.count ? *listing.count : count(filter, now);
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

}  // namespace storage
