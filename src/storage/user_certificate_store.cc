#include "storage/user_certificate_store.h"

#include "core/certificate.h"
#include "storage/text_range.h"

namespace storage {
namespace {

constexpr std::string_view is_revoked =
    "EXISTS (SELECT 1 FROM certificates WHERE certificates.id = "
    "sign_in_certificates.certificate_id AND certificates.revoked_at IS NOT NULL)";

void add_status(db::Query& query, UserCertificateStatus status, base::Time now) {
  using enum UserCertificateStatus;
  query.add(status == revoked ? " AND " : " AND NOT ").add(is_revoked);
  const auto soon = now + core::expiring_soon;
  switch (status) {
    case valid:
      query.add(" AND not_after > ", now);
      break;
    case expiring:
      query.add(" AND not_after > ", now).add(" AND not_after <= ", soon);
      break;
    case expired:
      query.add(" AND not_after <= ", now);
      break;
    case revoked:
      break;
  }
}

void add_filter(db::Query& query, const UserCertificateFilter& filter, base::Time now) {
  query.add(" FROM sign_in_certificates WHERE TRUE");
  if (filter.owner) {
    query.add(" AND user_id = ", *filter.owner);
  }
  if (filter.status) {
    add_status(query, *filter.status, now);
  }
  if (!filter.search.empty()) {
    const auto end = end_of_prefix(filter.search);
    query.add(" AND ((name >= ", filter.search)
        .add(" AND name < ", end)
        .add(") OR user_id IN (SELECT id FROM users WHERE username >= ", filter.search)
        .add(" AND username < ", end)
        .add("))");
  }
}

}  // namespace

std::vector<core::SignInCertificate> UserCertificateStore::list(const UserCertificateFilter& filter,
                                                                bool newest_first, int limit,
                                                                std::int64_t offset,
                                                                base::Time now) const {
  db::Query query{""};
  add_filter(query, filter, now);
  query.add(newest_first ? " ORDER BY id DESC" : " ORDER BY id")
      .add(" LIMIT ", limit)
      .add(" OFFSET ", offset);
  return session_.select<core::SignInCertificate>(query);
}

std::int64_t UserCertificateStore::count(const UserCertificateFilter& filter,
                                         base::Time now) const {
  db::Query query{"SELECT COUNT(*)"};
  add_filter(query, filter, now);
  return session_.number(query);
}

UserCertificateTotals UserCertificateStore::totals(const std::optional<core::UserId>& owner,
                                                   base::Time now) const {
  const auto of = [&](std::optional<UserCertificateStatus> status) {
    return count({.owner = owner, .status = status, .search = {}}, now);
  };
  db::Query users{"SELECT COUNT(DISTINCT user_id) FROM sign_in_certificates WHERE TRUE"};
  if (owner) {
    users.add(" AND user_id = ", *owner);
  }
  return {.total = of(std::nullopt),
          .valid = of(UserCertificateStatus::valid),
          .expiring = of(UserCertificateStatus::expiring),
          .expired = of(UserCertificateStatus::expired),
          .revoked = of(UserCertificateStatus::revoked),
          .users = session_.number(users)};
}

}  // namespace storage
