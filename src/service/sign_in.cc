#include "service/sign_in.h"

#include <algorithm>

#include "base/text.h"
#include "crypto/token.h"
#include "service/access_rights.h"
#include "service/totp.h"
#include "storage/passkey_store.h"
#include "storage/sign_in_store.h"
#include "storage/user_store.h"

namespace service {
namespace {

constexpr auto touch_after = std::chrono::minutes{1};  // a use is noted once a minute at most
constexpr std::string_view session_context = "session";
constexpr std::string_view csrf_context = "csrf";
constexpr std::string_view api_key_context = "api key";
constexpr std::string_view pending_context = "pending sign-in";
constexpr std::chrono::hours name_is_quiet{24};
constexpr std::chrono::hours address_is_quiet{1};

struct SignedIn {
  std::string method;
};
BOOST_DESCRIBE_STRUCT(SignedIn, (), (method))

struct Failed {
  std::string reason;
  std::int64_t failures;
};
BOOST_DESCRIBE_STRUCT(Failed, (), (reason, failures))

struct Closed {
  std::int64_t sessions;
};
BOOST_DESCRIBE_STRUCT(Closed, (), (sessions))

[[noreturn]] void refuse() {
  throw base::Error{base::ErrorCode::unauthenticated, "the username or the password is wrong"};
}

auth::Caller caller_of(const core::User& user, auth::Rights rights) {
  return {.credential = auth::Credential::session,
          .user_id = user.id.to_number(),
          .username = user.username,
          .role = user.role,
          .rights = std::move(rights)};
}

// What may follow a right password; empty: nothing needs to.
std::vector<std::string> factors_of(db::Session& session, const core::UserId& id) {
  const storage::SignInStore sign_in{session};
  std::vector<std::string> factors;
  if (sign_in.has_totp(id)) {
    factors.emplace_back("totp");
  }
  if (storage::PasskeyStore{session}.has_enabled(id)) {
    factors.emplace_back("webauthn");
  }
  if (!factors.empty() && sign_in.count_recovery_codes(id) > 0) {
    factors.emplace_back("recovery_code");
  }
  return factors;
}

// How a session says that it was opened.
std::string method_of_session(std::string_view method) {
  return method == "totp" || method == "recovery_code" ? "password+2fa" : std::string{method};
}

// Failures are counted by the name that was tried, whether somebody has it or not, and by the
// network of whoever tried: an address may fail more often, since many people may share it.
std::string by_name(std::string_view username) {
  return "name " + std::string{username};
}

std::string by_address(std::string_view address) {
  return "address " + core::own_network(address);
}

}  // namespace

// Cut to the length of the longest username, at the start of a character.
std::string SignIn::plain_name(std::string_view text) {
  constexpr std::size_t longest = 64;
  if (text.size() > longest) {
    text = text.substr(0, longest);
    while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0x80) != 0) {
      text.remove_suffix(1);
    }
  }
  return base::lower(text);
}

SignIn::Begun SignIn::with_password(const auth::Act& act, std::string_view username,
                                    const base::Secret& password) {
  const auto name = plain_name(username);
  refuse_while_locked(act, name);
  const auto user = database_.read(
      [&](db::Session& session) { return storage::UserStore{session}.find_by_name(name); });
  const bool may_sign_in = user && user->is_active;
  const bool matches = passwords_.verify(may_sign_in ? user->password_hash : "", password);
  if (!matches || !may_sign_in) {
    note_failure(act, user, name, "wrong username or password");
    refuse();
  }
  const auto factors =
      database_.read([&](db::Session& session) { return factors_of(session, user->id); });
  if (factors.empty()) {
    return {.user = *user, .opened = open_session(act, *user), .pending = {}, .factors = {}};
  }
  base::Secret pending{crypto::random_token(random_)};
  database_.write(act, [&](db::Session& session) {
    session.bookkeeping("the sign-in is recorded when it is complete");
    storage::SignInStore store{session};
    // One at a time: an older one of this user is worth nothing from now on.
    store.remove_pending_of(user->id);
    store.insert({.token_hash = master_.fingerprint(pending.reveal(), pending_context),
                  .user_id = user->id,
                  .created_at = clock_.now()});
  });
  return {.user = *user, .opened = std::nullopt, .pending = std::move(pending), .factors = factors};
}

std::optional<core::User> SignIn::pending_user(std::string_view pending) {
  const auto hash = master_.fingerprint(pending.substr(0, 100), pending_context);
  return database_.read([&](db::Session& session) -> std::optional<core::User> {
    const auto found = storage::SignInStore{session}.pending(hash);
    if (!found || clock_.now() >= found->created_at + longest_pending) {
      return std::nullopt;
    }
    return storage::UserStore{session}.find(found->user_id);
  });
}

SignIn::Opened SignIn::with_code(const auth::Act& act, std::string_view pending,
                                 std::string_view code) {
  const auto user = pending_user(pending);
  if (!user) {
    throw base::Error{base::ErrorCode::unauthenticated, "sign in with your password first"};
  }
  refuse_while_locked(act, user->username);
  auto own = act;
  own.by = user->username;
  const auto method = Totp{database_, master_, random_, clock_}.use(own, user->id, code);
  if (!method) {
    note_failure(own, user, user->username, "wrong code");
    throw base::Error{base::ErrorCode::unauthenticated, "the code is wrong, or was used before"};
  }
  return open_session(own, *user, *method);
}

SignIn::Opened SignIn::open_session(const auth::Act& act, const core::User& user,
                                    std::string_view method) {
  const auto now = clock_.now();
  base::Secret token{crypto::random_token(random_)};
  const auto by_user = [&] {
    auto own = act;
    own.by = user.username;
    return own;
  }();
  return database_.write(by_user, [&](db::Session& session) {
    storage::UserStore users{session};
    auto current = users.find(user.id);
    if (!current || !current->is_active) {
      refuse();
    }
    users.note_login(user.id, now);
    current = users.find(user.id);
    const core::Session opened{.id = users.new_session_id(),
                               .token_hash = master_.fingerprint(token.reveal(), session_context),
                               .user_id = user.id,
                               .created_at = now,
                               .last_seen_at = now,
                               .address = act.from,
                               .user_agent = act.agent,
                               .method = method_of_session(method)};
    users.insert(opened);
    users.trim_sessions_of(user.id, most_sessions);
    storage::SignInStore store{session};
    store.forget_failures(by_name(user.username));
    store.remove_pending_of(user.id);
    session.record("user", user.id, user.username, SignedIn{std::string{method}});
    return Opened{.user = *current, .session_id = opened.id, .token = token};
  });
}

std::optional<auth::Caller> SignIn::caller_of_session(std::string_view token) {
  if (token.size() < 20 || token.size() > 100) {
    return std::nullopt;
  }
  const auto now = clock_.now();
  const auto hash = master_.fingerprint(token, session_context);
  const std::chrono::seconds timeout{general_.get().session_timeout};
  std::optional<core::Session> found;
  std::optional<core::User> user;
  auth::Rights rights;
  database_.read([&](db::Session& session) {
    const storage::UserStore users{session};
    found = users.find_session(hash);
    if (found) {
      user = users.find(found->user_id);
    }
    if (user) {
      rights = service::rights_of(session, *user);
    }
  });
  if (!found || !user || !user->is_active || now > found->last_seen_at + timeout ||
      now > found->created_at + longest_session) {
    return std::nullopt;
  }
  if (now > found->last_seen_at + touch_after) {
    database_.write({.by = user->username, .action = "session.touch"}, [&](db::Session& session) {
      session.bookkeeping("when a session was last seen");
      storage::UserStore{session}.touch_session(found->id, now);
    });
  }
  auto caller = caller_of(*user, std::move(rights));
  caller.must_change_password = user->must_change_password;
  caller.session_id = found->id.to_number();
  caller.method = found->method;
  caller.must_enroll =
      found->method == "password" && must_have_second_factor(*user) &&
      database_.read([&](db::Session& session) { return factors_of(session, user->id).empty(); });
  return caller;
}

auth::Caller SignIn::caller_of_api_key(std::string_view key) {
  const auto hash = key.size() <= 100 ? master_.fingerprint(key, api_key_context) : std::string{};
  auto known = recent_callers_.find(hash);
  if (!known) {
    const auto version = recent_callers_.version();
    known = look_up_api_key(hash);
    if (known) {
      recent_callers_.keep(version, hash, *known);
    }
  }
  const bool works = known && (!known->expires_at || clock_.now() < *known->expires_at);
  if (!works) {
    throw base::Error{base::ErrorCode::unauthenticated,
                      "the API key is unknown, expired or switched off"};
  }
  return std::move(known->caller);
}

std::optional<RecentCallers::Known> SignIn::look_up_api_key(const std::string& hash) {
  const auto now = clock_.now();
  std::optional<core::ApiKey> found;
  std::optional<core::User> user;
  auth::Rights rights;
  database_.read([&](db::Session& session) {
    const storage::UserStore users{session};
    found = users.find_api_key(hash);
    if (found) {
      user = users.find(found->user_id);
    }
    if (user) {
      rights = service::rights_of(session, *user);
    }
  });
  if (!found || !user || !found->is_active || !user->is_active ||
      (found->expires_at && now >= *found->expires_at)) {
    return std::nullopt;
  }
  if (!found->last_used_at || now > *found->last_used_at + touch_after) {
    database_.write({.by = user->username, .action = "api_key.touch"}, [&](db::Session& session) {
      session.bookkeeping("when an API key was last used");
      storage::UserStore{session}.touch_api_key(found->id, now);
    });
  }
  auto caller = caller_of(*user, std::move(rights));
  caller.credential = auth::Credential::api_key;
  caller.api_key_id = found->id.to_number();
  caller.requests_per_minute = static_cast<int>(found->requests_per_minute.value_or(0));
  // The owner's rights at this moment bound the key, whatever it was made with.
  caller.rights = auth::rights_from_text(found->permissions).intersected_with(caller.rights);
  return RecentCallers::Known{std::move(caller), found->expires_at};
}

void SignIn::note_changes(std::span<const db::Entry> entries) {
  const auto touches_callers = [](const db::Entry& entry) {
    return entry.resource_type == "user" || entry.resource_type == "group" ||
           entry.resource_type == "role" || entry.resource_type == "api_key";
  };
  if (std::ranges::any_of(entries, touches_callers)) {
    recent_callers_.forget_all();
  }
}

std::string SignIn::csrf_token(std::string_view session_token) const {
  return master_.fingerprint(session_token, csrf_context);
}

bool SignIn::is_csrf_token(std::string_view session_token, std::string_view token) const {
  return crypto::equal_in_constant_time(csrf_token(session_token), token);
}

void SignIn::confirm_password(const auth::Act& act, const core::UserId& id,
                              const base::Secret& password) {
  const auto user =
      database_.read([&](db::Session& session) { return storage::UserStore{session}.find(id); });
  if (!user) {
    refuse();
  }
  refuse_while_locked(act, user->username);
  if (!passwords_.verify(user->password_hash, password)) {
    note_failure(act, user, user->username, "wrong password");
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{"current_password", "is wrong"}}};
  }
}

void SignIn::close(const auth::Act& act, const core::UserId& user, const core::SessionId& id) {
  database_.write(act, [&](db::Session& session) {
    if (!storage::UserStore{session}.remove_session(user, id)) {
      throw base::Error{base::ErrorCode::not_found, "no session of yours has this id"};
    }
    session.record("user", user, act.by, Closed{1});
  });
}

std::int64_t SignIn::close_others(const auth::Act& act, const core::UserId& user,
                                  std::int64_t except_session) {
  return database_.write(act, [&](db::Session& session) {
    const auto closed = storage::UserStore{session}.remove_sessions_of(user, except_session);
    session.record("user", user, act.by, Closed{closed});
    return closed;
  });
}

std::vector<core::Session> SignIn::sessions(const core::UserId& user) {
  return database_.read(
      [&](db::Session& session) { return storage::UserStore{session}.sessions_of(user); });
}

std::int64_t SignIn::remove_ended_sessions() {
  const auto now = clock_.now();
  const std::chrono::seconds timeout{general_.get().session_timeout};
  return database_.write({.by = "system", .action = "session.clean"}, [&](db::Session& session) {
    session.bookkeeping("sessions that ended by themselves");
    storage::SignInStore store{session};
    store.remove_pending_before(now - longest_pending);
    store.remove_failures_before(now - name_is_quiet);
    storage::PasskeyStore{session}.remove_challenges_before(now - longest_pending);
    return storage::UserStore{session}.remove_sessions_before(now - timeout, now - longest_session);
  });
}

auth::Rights SignIn::rights_of(const core::User& user) {
  return database_.read([&](db::Session& session) { return service::rights_of(session, user); });
}

bool SignIn::must_have_second_factor(const core::User& user) {
  const auto general = general_.get();
  return general.enforce_2fa ||
         std::ranges::find(general.enforce_2fa_roles, user.role) != general.enforce_2fa_roles.end();
}

void SignIn::refuse_while_locked(const auth::Act& act, std::string_view username) const {
  const auto now = clock_.now();
  const auto locked = database_.read([&](db::Session& session) {
    const storage::SignInStore store{session};
    return std::max(store.locked_until(by_name(username)).value_or(now),
                    store.locked_until(by_address(act.from)).value_or(now));
  });
  if (now < locked) {
    const auto left = static_cast<int>((locked - now).count());
    throw base::Error{base::ErrorCode::rate_limited,
                      "too many failed sign-ins: try again in " + std::to_string(left) + " seconds"}
        .retry_after(left);
  }
}

void SignIn::note_failure(const auth::Act& act, const std::optional<core::User>& user,
                          std::string_view username, std::string_view reason) {
  const auto now = clock_.now();
  database_.write(act, [&](db::Session& session) {
    storage::SignInStore store{session};
    const auto failures =
        username.empty() ? 0 : store.note_failure(by_name(username), now, now - name_is_quiet);
    const auto rest = core::lockout_after(failures);
    if (rest.count() > 0) {
      store.lock_until(by_name(username), now + rest);
    }
    const auto of_address =
        act.from.empty() || failures_of_address_ == 0
            ? 0
            : store.note_failure(by_address(act.from), now, now - address_is_quiet);
    if (const auto pause = core::address_lockout_after(of_address, failures_of_address_);
        pause.count() > 0) {
      store.lock_until(by_address(act.from), now + pause);
    }
    if (user) {
      // For those who look at the account; what counts is above.
      storage::UserStore users{session};
      users.note_failed_login(user->id);
      if (rest.count() > 0) {
        users.lock_until(user->id, now + rest);
      }
    }
    session.record_refusal("user", username, Failed{std::string{reason}, failures});
  });
}

}  // namespace service
