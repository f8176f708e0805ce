#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/sign_in_certificate.h"
#include "db/session.h"

namespace storage {

// Certificates that sign their users in.
class SignInCertificateStore {
 public:
  explicit SignInCertificateStore(db::Session& session) : session_{session} {}

  core::SignInCertificateId new_id() {
    return session_.new_id<core::SignInCertificateId>("sign_in_certificates");
  }
  void insert(const core::SignInCertificate& certificate) {
    session_.insert("sign_in_certificates", certificate);
  }
  std::optional<core::SignInCertificate> find(const core::SignInCertificateId& id) const {
    return session_.select_one<core::SignInCertificate>("FROM sign_in_certificates WHERE id = $1",
                                                        id);
  }
  std::optional<core::SignInCertificate> find(std::string_view fingerprint) const {
    return session_.select_one<core::SignInCertificate>(
        "FROM sign_in_certificates WHERE fingerprint = $1", fingerprint);
  }
  std::vector<core::SignInCertificate> of_user(const core::UserId& user) const {
    return session_.select<core::SignInCertificate>(
        "FROM sign_in_certificates WHERE user_id = $1 ORDER BY id LIMIT 100", user);
  }
  // Of everybody, or of one user, the latest first.
  std::vector<core::SignInCertificate> list(const std::optional<core::UserId>& user, int limit,
                                            std::int64_t offset) const {
    db::Query query{"FROM sign_in_certificates WHERE TRUE"};
    if (user) {
      query.add(" AND user_id = ", *user);
    }
    query.add(" ORDER BY id DESC LIMIT ", limit).add(" OFFSET ", offset);
    return session_.select<core::SignInCertificate>(query);
  }
  std::int64_t count(const std::optional<core::UserId>& user) const {
    return user ? session_.number("SELECT COUNT(*) FROM sign_in_certificates WHERE user_id = $1",
                                  *user)
                : session_.number("SELECT COUNT(*) FROM sign_in_certificates");
  }
  void set_enabled(const core::SignInCertificateId& id, bool is_enabled) {
    session_.send("UPDATE sign_in_certificates SET is_enabled = $2 WHERE id = $1", id, is_enabled);
  }
  void note_use(const core::SignInCertificateId& id, base::Time now) {
    session_.send("UPDATE sign_in_certificates SET last_used_at = $2 WHERE id = $1", id, now);
  }
  void remove(const core::SignInCertificateId& id) {
    session_.send("DELETE FROM sign_in_certificates WHERE id = $1", id);
  }

 private:
  db::Session& session_;
};

}  // namespace storage
