#include "storage/sign_in_store.h"

namespace storage {

std::int64_t SignInStore::note_failure(std::string_view subject, base::Time now, base::Time quiet) {
  std::int64_t failures = 0;
  session_.each(
      "INSERT INTO sign_in_failures (subject, failures, last_at, locked_until) "
      "VALUES ($1, 1, $2, 0) ON CONFLICT (subject) DO UPDATE SET failures = "
      "CASE WHEN sign_in_failures.last_at < $3 THEN 1 ELSE sign_in_failures.failures + 1 END, "
      "last_at = excluded.last_at RETURNING failures",
      [&](std::span<const db::Value> row) { failures = std::get<std::int64_t>(row[0]); }, subject,
      now, quiet);
  return failures;
}

void SignInStore::lock_until(std::string_view subject, base::Time time) {
  session_.send("UPDATE sign_in_failures SET locked_until = $2 WHERE subject = $1", subject, time);
}

std::optional<base::Time> SignInStore::locked_until(std::string_view subject) const {
  std::optional<base::Time> time;
  session_.each(
      "SELECT locked_until FROM sign_in_failures WHERE subject = $1",
      [&](std::span<const db::Value> row) { time = db::from_value<base::Time>(row[0], "time"); },
      subject);
  return time;
}

void SignInStore::forget_failures(std::string_view subject) {
  session_.send("DELETE FROM sign_in_failures WHERE subject = $1", subject);
}

std::int64_t SignInStore::remove_failures_before(base::Time last) {
  return session_.execute("DELETE FROM sign_in_failures WHERE last_at < $1 AND locked_until < $1",
                          last);
}

std::optional<TotpSecret> SignInStore::totp(const core::UserId& id) const {
  return session_.select_one<TotpSecret>("FROM totp_secrets WHERE user_id = $1", id);
}

bool SignInStore::has_totp(const core::UserId& id) const {
  return session_.number(
             "SELECT COUNT(*) FROM totp_secrets WHERE user_id = $1 AND is_confirmed = TRUE", id) >
         0;
}

std::set<core::UserId> SignInStore::with_totp(const std::vector<core::UserId>& ids) const {
  std::set<core::UserId> found;
  db::Query query{"SELECT user_id FROM totp_secrets WHERE is_confirmed = TRUE"};
  query.add_any(" AND user_id", ids);
  session_.each(query, [&](std::span<const db::Value> row) {
    found.insert(db::from_value<core::UserId>(row[0], "user_id"));
  });
  return found;
}

void SignInStore::put(const TotpSecret& secret) {
  session_.send(
      "INSERT INTO totp_secrets (user_id, wrapped, is_confirmed, last_step, created_at) "
      "VALUES ($1, $2, $3, $4, $5) ON CONFLICT (user_id) DO UPDATE SET wrapped = excluded.wrapped, "
      "is_confirmed = excluded.is_confirmed, last_step = excluded.last_step, "
      "created_at = excluded.created_at",
      secret.user_id, secret.wrapped, secret.is_confirmed, secret.last_step, secret.created_at);
}

bool SignInStore::use_totp_step(const core::UserId& id, std::int64_t step) {
  return session_.execute(
             "UPDATE totp_secrets SET last_step = $2 WHERE user_id = $1 AND last_step < $2", id,
             step) == 1;
}

void SignInStore::remove_totp(const core::UserId& id) {
  session_.send("DELETE FROM totp_secrets WHERE user_id = $1", id);
}

void SignInStore::put_recovery_codes(const core::UserId& id,
                                     const std::vector<std::string>& hashes) {
  session_.send("DELETE FROM recovery_codes WHERE user_id = $1", id);
  for (const auto& hash : hashes) {
    session_.send("INSERT INTO recovery_codes (user_id, code_hash) VALUES ($1, $2)", id, hash);
  }
}

bool SignInStore::use_recovery_code(const core::UserId& id, std::string_view hash) {
  return session_.execute("DELETE FROM recovery_codes WHERE user_id = $1 AND code_hash = $2", id,
                          hash) == 1;
}

std::int64_t SignInStore::count_recovery_codes(const core::UserId& id) const {
  return session_.number("SELECT COUNT(*) FROM recovery_codes WHERE user_id = $1", id);
}

std::optional<PendingSignIn> SignInStore::pending(std::string_view token_hash) const {
  return session_.select_one<PendingSignIn>("FROM pending_sign_ins WHERE token_hash = $1",
                                            token_hash);
}

void SignInStore::remove_pending_of(const core::UserId& id) {
  session_.send("DELETE FROM pending_sign_ins WHERE user_id = $1", id);
}

std::int64_t SignInStore::remove_pending_before(base::Time created) {
  return session_.execute("DELETE FROM pending_sign_ins WHERE created_at < $1", created);
}

}  // namespace storage
