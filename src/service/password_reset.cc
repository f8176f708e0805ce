#include "service/password_reset.h"

#include "base/text.h"
#include "crypto/token.h"
#include "storage/password_reset_store.h"
#include "storage/sign_in_store.h"
#include "storage/user_store.h"

namespace service {
namespace {

constexpr std::string_view context = "password reset";
constexpr std::chrono::hours window{1};

struct Asked {
  std::string mail;
};
BOOST_DESCRIBE_STRUCT(Asked, (), (mail))

struct Set {
  std::string password;
};
BOOST_DESCRIBE_STRUCT(Set, (), (password))

[[noreturn]] void refuse_token() {
  throw base::Error{
      base::ErrorCode::invalid_request,
      {base::FieldError{"token", "is wrong, was used before, or has expired: ask for a new link"}}};
}

}  // namespace

void PasswordReset::require_mail() {
  if (!mail_.is_configured()) {
    throw base::Error{base::ErrorCode::unavailable,
                      "this server does not send mail: ask an administrator for a new password"};
  }
}

base::Secret PasswordReset::unknown_password() {
  return base::Secret{crypto::random_token(random_)};
}

std::string PasswordReset::link(const base::Secret& token) const {
  return base_url_() + "/reset-password#token=" + std::string{token.reveal()};
}

base::Secret PasswordReset::put_token(db::Session& session, const core::User& user,
                                      std::chrono::seconds valid_for) {
  base::Secret token{crypto::random_token(random_)};
  storage::PasswordResetStore store{session};
  store.remove_expired(clock_.now() - window);
  store.insert({.token_hash = master_.fingerprint(token.reveal(), context),
                .user_id = user.id,
                .created_at = clock_.now(),
                .expires_at = clock_.now() + valid_for});
  return token;
}

void PasswordReset::ask(const auth::Act& act, std::string_view email) {
  require_mail();
  const auto now = clock_.now();
  const auto address = base::lower(email.substr(0, 254));
  // One transaction, whether there is such an account or not: its time must not tell.
  const bool granted = database_.write(act, [&](db::Session& session) {
    storage::SignInStore limits{session};
    const auto asks =
        asks_of_address_ == 0
            ? 0
            : limits.note_failure("reset " + core::own_network(act.from), now, now - window);
    if (asks > asks_of_address_) {
      session.bookkeeping("how often an address asks; the refusal is recorded");
      return false;
    }
    bool found = false;
    for (const auto& user : storage::UserStore{session}.find_active_by_email(address)) {
      found = true;
      storage::PasswordResetStore resets{session};
      if (resets.count_since(user.id, now - window) >= most_mails) {
        session.record_refusal("user", user.username, Asked{"too many in an hour"});
        continue;
      }
      const auto token = put_token(session, user, lifetime);
      mail_.put(session,
                {.to = user.email,
                 .subject = "Set a new password",
                 .text = "Somebody asked for a new password for the account " + user.username +
                         ".\n\nIf that was you, set it here within an hour:\n\n" + link(token) +
                         "\n\nIf it was not, you need not do anything: your password stays as it "
                         "is.\n",
                 .lifetime = lifetime});
      session.record("user", user.id, user.username, Asked{"queued"});
    }
    if (!found) {
      session.record_refusal("user", address, Asked{"no active account has this address"});
    }
    return true;
  });
  if (!granted) {
    throw base::Error{base::ErrorCode::rate_limited, "too many requests: try again in an hour"}
        .retry_after(3600);
  }
  mail_.wake();
}

void PasswordReset::invite(const auth::Act& act, const core::User& user) {
  require_mail();
  database_.write(act, [&](db::Session& session) {
    const auto token = put_token(session, user, lifetime_of_invitation);
    mail_.put(session,
              {.to = user.email,
               .subject = "You are invited",
               .text = "An account was made for you: " + user.username +
                       ".\n\nChoose your password here within three days:\n\n" + link(token) + "\n",
               .lifetime = lifetime_of_invitation});
    session.record("user", user.id, user.username, Asked{"invitation queued"});
  });
  mail_.wake();
}

void PasswordReset::set(const auth::Act& act, const base::Secret& token,
                        const base::Secret& password) {
  const auto hash = master_.fingerprint(token.reveal().substr(0, 100), context);
  std::optional<core::User> user;
  database_.read([&](db::Session& session) {
    const auto reset = storage::PasswordResetStore{session}.find(hash);
    if (reset && clock_.now() < reset->expires_at) {
      user = storage::UserStore{session}.find(reset->user_id);
    }
  });
  if (!user || !user->is_active) {
    refuse_token();
  }
  if (const auto weakness = core::password_weakness(password, user->username)) {
    throw base::Error{base::ErrorCode::invalid_request, {base::FieldError{"password", *weakness}}};
  }
  const auto password_hash = passwords_.hash(password);
  auto own = act;
  own.by = user->username;
  database_.write(own, [&](db::Session& session) {
    storage::PasswordResetStore resets{session};
    storage::UserStore users{session};
    auto changed = users.find_to_change(user->id);
    if (!resets.remove(hash) || !changed || !changed->is_active) {
      refuse_token();
    }
    resets.remove_of(user->id);
    changed->password_hash = password_hash;
    changed->password_changed_at = clock_.now();
    changed->must_change_password = false;
    changed->failed_logins = 0;
    changed->locked_until = std::nullopt;
    users.update(*changed);
    users.remove_sessions_of(user->id, 0);
    storage::SignInStore{session}.forget_failures("name " + changed->username);
    mail_.put(session, {.to = changed->email,
                        .subject = "Your password was changed",
                        .text = "The password of the account " + changed->username +
                                " was set anew by a link that was sent to this address.\n\nIf "
                                "that was not you, tell your administrator.\n"});
    session.record("user", user->id, changed->username, Set{"set by a link"});
  });
  mail_.wake();
}

}  // namespace service
