#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/value.h"
#include "core/sign_in_certificate.h"
#include "db/session.h"

namespace storage {

// `expiring` is valid too, with less than thirty days left.
BOOST_DEFINE_ENUM_CLASS(UserCertificateStatus, valid, expiring, expired, revoked)

struct UserCertificateFilter {
  std::optional<core::UserId> owner;
  std::optional<UserCertificateStatus> status;
  std::string search;  // the start of the certificate's name or of its owner's
};

struct UserCertificateTotals {
  std::int64_t total;
  std::int64_t valid;  // the expiring ones as well
  std::int64_t expiring;
  std::int64_t expired;
  std::int64_t revoked;
  std::int64_t users;
};

// The certificates of people, as inventory: lists and counts over what signs them in.
class UserCertificateStore {
 public:
  explicit UserCertificateStore(db::Session& session) : session_{session} {}

  std::vector<core::SignInCertificate> list(const UserCertificateFilter& filter, bool newest_first,
                                            int limit, std::int64_t offset, base::Time now) const;
  std::int64_t count(const UserCertificateFilter& filter, base::Time now) const;
  UserCertificateTotals totals(const std::optional<core::UserId>& owner, base::Time now) const;

 private:
  db::Session& session_;
};

}  // namespace storage
