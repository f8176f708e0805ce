#include "storage/certificate_query.h"

#include <set>

#include "base/text.h"
#include "storage/text_range.h"

namespace storage {
namespace {

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
  return digits.size() >= 8 && is_hex(digits) ? base::lower(digits) : std::string{};
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

void add_any_tag(db::Query& query, const std::vector<core::Tag>& tags) {
  query.add("tag_id IN (SELECT id FROM tags").add_any(" WHERE name", tags).add(")");
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

}  // namespace

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

std::optional<core::Tag> common_tag(const CertificateFilter& filter) {
  if (filter.any_tag.size() == 1) {
    return filter.any_tag.front();
  }
  const auto& any = filter.within.any;
  return any.size() == 1 && any.front().tags.size() == 1 ? std::optional{any.front().tags.front()}
                                                         : std::nullopt;
}

// CROSS JOIN keeps SQLite from walking all certificates instead.
void add_of_tag(db::Query& query, const core::Tag& tag, std::string_view what) {
  query.add("SELECT ")
      .add(what)
      .add(" FROM certificate_tags CROSS JOIN certificates WHERE tag_id = ")
      .add("(SELECT id FROM tags WHERE name = ", tag)
      .add(") AND certificates.id = certificate_id");
}

std::string search_prefix(std::string_view search) {
  auto prefix = base::lower(search);
  if (prefix.starts_with("*.")) {
    prefix.erase(0, 2);
  }
  return prefix;
}

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

bool is_everything(const CertificateFilter& filter) {
  return filter.any_status.empty() && filter.any_source.empty() && !filter.expires_from &&
         !filter.expires_before && filter.search.empty() && filter.any_tag.empty() &&
         filter.within.is_everything();
}

bool narrows(const CertificateFilter& filter) {
  return !filter.any_status.empty() || filter.expires_from || filter.expires_before ||
         !filter.any_tag.empty() || !filter.within.is_everything();
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

}  // namespace storage
