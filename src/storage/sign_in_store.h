#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/user.h"
#include "db/session.h"

namespace storage {

struct TotpSecret {
  core::UserId user_id;
  base::Bytes wrapped;
  bool is_confirmed;
  std::int64_t last_step;
  base::Time created_at;
};
BOOST_DESCRIBE_STRUCT(TotpSecret, (), (user_id, wrapped, is_confirmed, last_step, created_at))

struct PendingSignIn {
  std::string token_hash;
  core::UserId user_id;
  base::Time created_at;
};
BOOST_DESCRIBE_STRUCT(PendingSignIn, (), (token_hash, user_id, created_at))

// What signing in needs besides users and sessions: failures, second factors, sign-ins that wait
// for one.
class SignInStore {
 public:
  explicit SignInStore(db::Session& session) : session_{session} {}

  // How many failures in a row there are now; those of a subject that was quiet since `quiet` do
  // not count any more.
  std::int64_t note_failure(std::string_view subject, base::Time now, base::Time quiet);
  void lock_until(std::string_view subject, base::Time time);
  std::optional<base::Time> locked_until(std::string_view subject) const;
  void forget_failures(std::string_view subject);
  std::int64_t remove_failures_before(base::Time last);

  std::optional<TotpSecret> totp(const core::UserId& id) const;
  bool has_totp(const core::UserId& id) const;  // a confirmed one
  std::set<core::UserId> with_totp(const std::vector<core::UserId>& ids) const;
  void put(const TotpSecret& secret);
  // Returns whether this step had not been used yet.
  bool use_totp_step(const core::UserId& id, std::int64_t step);
  void remove_totp(const core::UserId& id);

  void put_recovery_codes(const core::UserId& id, const std::vector<std::string>& hashes);
  // Returns whether there was such a code.
  bool use_recovery_code(const core::UserId& id, std::string_view hash);
  std::int64_t count_recovery_codes(const core::UserId& id) const;

  void insert(const PendingSignIn& pending) { session_.insert("pending_sign_ins", pending); }
  std::optional<PendingSignIn> pending(std::string_view token_hash) const;
  void remove_pending_of(const core::UserId& id);
  std::int64_t remove_pending_before(base::Time created);

 private:
  db::Session& session_;
};

}  // namespace storage
