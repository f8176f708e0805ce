#include "service/sign_in.h"

#include <algorithm>
#include <cctype>

#include "crypto/token.h"
#include "storage/user_store.h"

namespace service {
namespace {

constexpr auto touch_after = std::chrono::minutes{1};  // a use is noted once a minute at most
constexpr std::string_view session_context = "session";
constexpr std::string_view csrf_context = "csrf";
constexpr std::string_view api_key_context = "api key";

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

// Cut to the length of the longest username, at the start of a character.
std::string lower(std::string_view text) {
  constexpr std::size_t longest = 64;
  if (text.size() > longest) {
    text = text.substr(0, longest);
    while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0x80) != 0) {
      text.remove_suffix(1);
    }
  }
  std::string out{text};
  std::ranges::transform(out, out.begin(), [](unsigned char c) { return std::tolower(c); });
  return out;
}

[[noreturn]] void refuse() {
  throw base::Error{base::ErrorCode::unauthenticated, "the username or the password is wrong"};
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    if (end > 0) {
      words.emplace_back(text.substr(0, end));
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

auth::Caller caller_of(const core::User& user) {
  return {.credential = auth::Credential::session,
          .user_id = user.id.to_number(),
          .username = user.username,
          .role = user.role,
          .rights = auth::rights_of_role(user.role)};
}

}  // namespace

SignIn::Opened SignIn::with_password(const auth::Act& act, std::string_view username,
                                     const base::Secret& password) {
  const auto name = lower(username);
  const auto user = database_.read(
      [&](db::Session& session) { return storage::UserStore{session}.find_by_name(name); });
  if (user) {
    refuse_while_locked(*user);
  }
  const bool may_sign_in = user && user->is_active;
  const bool matches = passwords_.verify(may_sign_in ? user->password_hash : "", password);
  if (!matches || !may_sign_in) {
    note_failure(act, user, name);
    refuse();
  }
  return open_session(act, *user);
}

SignIn::Opened SignIn::open_session(const auth::Act& act, const core::User& user) {
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
                               .user_agent = act.agent};
    users.insert(opened);
    users.trim_sessions_of(user.id, most_sessions);
    session.record("user", user.id, user.username, SignedIn{"password"});
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
  database_.read([&](db::Session& session) {
    const storage::UserStore users{session};
    found = users.find_session(hash);
    if (found) {
      user = users.find(found->user_id);
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
  auto caller = caller_of(*user);
  caller.must_change_password = user->must_change_password;
  caller.session_id = found->id.to_number();
  return caller;
}

auth::Caller SignIn::caller_of_api_key(std::string_view key) {
  const auto now = clock_.now();
  std::optional<core::ApiKey> found;
  std::optional<core::User> user;
  if (key.size() <= 100) {
    const auto hash = master_.fingerprint(key, api_key_context);
    database_.read([&](db::Session& session) {
      const storage::UserStore users{session};
      found = users.find_api_key(hash);
      if (found) {
        user = users.find(found->user_id);
      }
    });
  }
  const bool works = found && user && found->is_active && user->is_active &&
                     (!found->expires_at || now < *found->expires_at);
  if (!works) {
    throw base::Error{base::ErrorCode::unauthenticated,
                      "the API key is unknown, expired or switched off"};
  }
  if (!found->last_used_at || now > *found->last_used_at + touch_after) {
    database_.write({.by = user->username, .action = "api_key.touch"}, [&](db::Session& session) {
      session.bookkeeping("when an API key was last used");
      storage::UserStore{session}.touch_api_key(found->id, now);
    });
  }
  auto caller = caller_of(*user);
  caller.credential = auth::Credential::api_key;
  caller.api_key_id = found->id.to_number();
  // The owner's rights at this moment bound the key, whatever it was made with.
  caller.rights = auth::Rights{split(found->permissions)}.intersected_with(caller.rights);
  return caller;
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
  refuse_while_locked(*user);
  if (!passwords_.verify(user->password_hash, password)) {
    note_failure(act, user, user->username);
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
    return storage::UserStore{session}.remove_sessions_before(now - timeout, now - longest_session);
  });
}

void SignIn::refuse_while_locked(const core::User& user) const {
  const auto now = clock_.now();
  if (user.locked_until && now < *user.locked_until) {
    const auto left = static_cast<int>((*user.locked_until - now).count());
    throw base::Error{base::ErrorCode::rate_limited,
                      "too many wrong passwords: try again in " + std::to_string(left) + " seconds"}
        .retry_after(left);
  }
}

void SignIn::note_failure(const auth::Act& act, const std::optional<core::User>& user,
                          std::string_view username) {
  database_.write(act, [&](db::Session& session) {
    storage::UserStore users{session};
    const auto failures = user ? users.note_failed_login(user->id) : 0;
    if (const auto rest = core::lockout_after(failures); rest.count() > 0) {
      users.lock_until(user->id, clock_.now() + rest);
    }
    session.record_refusal("user", username, Failed{"wrong username or password", failures});
  });
}

}  // namespace service
