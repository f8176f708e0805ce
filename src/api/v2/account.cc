#include "api/v2/account.h"

#include "api/v2/audit.h"
#include "api/v2/user_view.h"
#include "service/qr_code.h"
#include "storage/audit_store.h"

namespace api::v2 {
namespace {

struct ProfileBody {
  std::optional<std::string> full_name;
  std::optional<std::string> email;
};
BOOST_DESCRIBE_STRUCT(ProfileBody, (), (full_name, email))

struct PasswordBody {
  base::Secret current_password;
  base::Secret new_password;
};
BOOST_DESCRIBE_STRUCT(PasswordBody, (), (current_password, new_password))

struct ApiKeyView {
  core::ApiKeyId id;
  std::string name;
  std::string key_prefix;
  std::vector<std::string> permissions;
  bool is_active;
  bool is_expired;
  base::Time created_at;
  std::optional<base::Time> expires_at;
  std::optional<base::Time> last_used_at;
  std::optional<std::int64_t> requests_per_minute;  // nothing: what everybody may
};
BOOST_DESCRIBE_STRUCT(ApiKeyView, (),
                      (id, name, key_prefix, permissions, is_active, is_expired, created_at,
                       expires_at, last_used_at, requests_per_minute))

struct NewApiKeyView : ApiKeyView {
  std::string key;  // shown this once
};
BOOST_DESCRIBE_STRUCT(NewApiKeyView, (ApiKeyView), (key))

struct ApiKeyBody {
  static constexpr json::Alias aliases[] = {{"expires_in_days", "expires_days"}};
  std::string name;
  std::vector<std::string> permissions;
  std::optional<std::int64_t> expires_days;
  std::optional<std::int64_t> requests_per_minute;
};
BOOST_DESCRIBE_STRUCT(ApiKeyBody, (), (name, permissions, expires_days, requests_per_minute))

struct ApiKeyChanges {
  static constexpr json::Alias aliases[] = {{"is_active", "enabled"}};
  std::optional<std::string> name;
  std::optional<bool> enabled;
  std::optional<std::int64_t> requests_per_minute;  // 0: what everybody may
};
BOOST_DESCRIBE_STRUCT(ApiKeyChanges, (), (name, enabled, requests_per_minute))

struct SessionView {
  core::SessionId id;
  base::Time created_at;
  base::Time last_seen_at;
  std::string address;
  std::string user_agent;
  bool current;
  // The same under the contract's names.
  std::string ip_address;
  base::Time last_activity;
  bool is_current;
};
BOOST_DESCRIBE_STRUCT(SessionView, (),
                      (id, created_at, last_seen_at, address, user_agent, current, ip_address,
                       last_activity, is_current))

struct CodeBody {
  static constexpr json::Alias aliases[] = {{"backup_code", "code"}};
  std::string code;
};
BOOST_DESCRIBE_STRUCT(CodeBody, (), (code))

struct TotpOffer {
  std::string secret;
  std::string otpauth_uri;
  std::string qr_code;  // a data: URI of a PNG
};
BOOST_DESCRIBE_STRUCT(TotpOffer, (), (secret, otpauth_uri, qr_code))

struct BackupCodes {
  std::vector<std::string> backup_codes;  // shown this once
};
BOOST_DESCRIBE_STRUCT(BackupCodes, (), (backup_codes))

struct CodesLeft {
  std::vector<std::string> codes;  // never shown again
  std::int64_t count;
};
BOOST_DESCRIBE_STRUCT(CodesLeft, (), (codes, count))

struct ActivityQuery {
  int limit = 50;
};
BOOST_DESCRIBE_STRUCT(ActivityQuery, (), (limit))

struct Account {
  db::Database& database;
  service::Users& users;
  service::SignIn& sign_in;
  service::ApiKeys& api_keys;
  service::Totp& totp;
  service::StoredSettings<service::General>& general;

  core::User own_user(const http::Call& call) const;
  http::Done<TotpOffer> offer_totp(const http::Call& call) const;
  http::Done<BackupCodes> confirm_totp(const http::Call& call, const CodeBody& body) const;
  http::Message disable_totp(const http::Call& call, const CodeBody& body) const;
  CodesLeft recovery_codes(const http::Call& call) const;
  http::Done<BackupCodes> new_recovery_codes(const http::Call& call, const CodeBody& body) const;
  UserView profile(const http::Call& call) const;
  http::Done<UserView> update(const http::Call& call, const ProfileBody& body) const;
  http::Message change_password(const http::Call& call, const PasswordBody& body) const;
  std::vector<ApiKeyView> list_keys(const http::Call& call) const;
  http::Created<NewApiKeyView> create_key(const http::Call& call, const ApiKeyBody& body) const;
  ApiKeyView read_key(const http::Call& call, const core::ApiKeyId& id) const;
  http::Done<ApiKeyView> update_key(const http::Call& call, const core::ApiKeyId& id,
                                    const ApiKeyChanges& body) const;
  http::Created<NewApiKeyView> regenerate_key(const http::Call& call,
                                              const core::ApiKeyId& id) const;
  http::Message remove_key(const http::Call& call, const core::ApiKeyId& id) const;
  std::vector<SessionView> sessions(const http::Call& call) const;
  http::Message close_session(const http::Call& call, const core::SessionId& id) const;
  http::Message close_others(const http::Call& call) const;
  std::vector<AuditView> activity(const http::Call& call, const ActivityQuery& query) const;
};

}  // namespace

void add_account(http::Surface& surface, db::Database& database, service::Users& users,
                 service::SignIn& sign_in, service::ApiKeys& api_keys, service::Totp& totp,
                 service::StoredSettings<service::General>& general) {
  http::Resource account{surface, "Account",
                         Account{database, users, sign_in, api_keys, totp, general}};
  const auto signed_in = auth::Access::to_everyone_signed_in();

  account.add(http::Endpoint{.method = http::get,
                             .path = "/account/profile",
                             .summary = "Read your own account",
                             .access = signed_in,
                             .handler = &Account::profile});
  account.add(http::Endpoint{.method = http::patch,
                             .path = "/account/profile",
                             .summary = "Change your name or e-mail address",
                             .access = signed_in,
                             .action = "account.update",
                             .handler = &Account::update});
  account.add(http::Endpoint{.method = http::post,
                             .path = "/account/password",
                             .summary = "Change your password; other sessions end",
                             .access = signed_in,
                             .limit = http::Limit::sign_in,
                             .action = "account.password",
                             .handler = &Account::change_password});
  account.add(http::Endpoint{.method = http::post,
                             .path = "/account/2fa/enable",
                             .summary = "Get a secret for an authenticator app",
                             .access = signed_in,
                             .limit = http::Limit::strict,
                             .action = "account.2fa_offer",
                             .handler = &Account::offer_totp});
  account.add(http::Endpoint{.method = http::post,
                             .path = "/account/2fa/confirm",
                             .summary = "Switch the second factor on with a first code of it",
                             .access = signed_in,
                             .limit = http::Limit::sign_in,
                             .action = "account.2fa_on",
                             .handler = &Account::confirm_totp});
  account.add(http::Endpoint{.method = http::post,
                             .path = "/account/2fa/disable",
                             .summary = "Switch the second factor off with a code",
                             .access = signed_in,
                             .limit = http::Limit::sign_in,
                             .action = "account.2fa_off",
                             .handler = &Account::disable_totp});
  account.add(http::Endpoint{.method = http::get,
                             .path = "/account/2fa/recovery-codes",
                             .summary = "Count the recovery codes that are left",
                             .access = signed_in,
                             .handler = &Account::recovery_codes});
  account.add(http::Endpoint{.method = http::post,
                             .path = "/account/2fa/recovery-codes/regenerate",
                             .summary = "Replace the recovery codes",
                             .access = signed_in,
                             .limit = http::Limit::sign_in,
                             .action = "account.2fa_codes",
                             .handler = &Account::new_recovery_codes});
  account.add(http::Endpoint{.method = http::get,
                             .path = "/account/apikeys",
                             .summary = "List your API keys",
                             .access = signed_in,
                             .handler = &Account::list_keys});
  account.add(http::Endpoint{.method = http::post,
                             .path = "/account/apikeys",
                             .summary = "Make an API key; it is shown once",
                             .access = signed_in,
                             .limit = http::Limit::strict,
                             .action = "api_key.create",
                             .handler = &Account::create_key});
  account.add(http::Endpoint{.method = http::get,
                             .path = "/account/apikeys/{key_id}",
                             .summary = "Read one of your API keys",
                             .access = signed_in,
                             .handler = &Account::read_key});
  account.add(http::Endpoint{.method = http::patch,
                             .path = "/account/apikeys/{key_id}",
                             .summary = "Rename an API key, or switch it on and off",
                             .access = signed_in,
                             .action = "api_key.update",
                             .handler = &Account::update_key});
  account.add(http::Endpoint{.method = http::post,
                             .path = "/account/apikeys/{key_id}/regenerate",
                             .summary = "Replace the text of an API key; the old one stops working",
                             .access = signed_in,
                             .limit = http::Limit::strict,
                             .action = "api_key.regenerate",
                             .handler = &Account::regenerate_key});
  account.add(http::Endpoint{.method = http::delete_,
                             .path = "/account/apikeys/{key_id}",
                             .summary = "Delete an API key",
                             .access = signed_in,
                             .action = "api_key.delete",
                             .handler = &Account::remove_key});
  account.add(http::Endpoint{.method = http::get,
                             .path = "/account/sessions",
                             .summary = "List your sessions",
                             .access = signed_in,
                             .handler = &Account::sessions});
  account.add(http::Endpoint{.method = http::delete_,
                             .path = "/account/sessions/{session_id}",
                             .summary = "End one of your sessions",
                             .access = signed_in,
                             .action = "session.close",
                             .handler = &Account::close_session});
  account.add(http::Endpoint{.method = http::post,
                             .path = "/account/sessions/revoke-all",
                             .summary = "End all of your sessions but this one",
                             .access = signed_in,
                             .action = "session.close",
                             .handler = &Account::close_others});
  account.add(http::Endpoint{.method = http::get,
                             .path = "/account/activity",
                             .summary = "List what you did, the latest first",
                             .access = signed_in,
                             .handler = &Account::activity});
}

namespace {

core::UserId self(const http::Call& call) {
  return core::UserId::from_number(call.caller.user_id).value();
}

// Making keys with a key would let a stolen one outlive its removal.
void refuse_api_keys(const http::Call& call) {
  if (call.caller.credential == auth::Credential::api_key) {
    throw base::Error{base::ErrorCode::forbidden,
                      "API keys and passwords are managed by people: sign in for this"};
  }
}

ApiKeyView key_view(const core::ApiKey& key, base::Time now) {
  std::vector<std::string> permissions;
  for (std::string_view rest = key.permissions; !rest.empty();) {
    const auto end = std::min(rest.find(' '), rest.size());
    permissions.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return {.id = key.id,
          .name = key.name,
          .key_prefix = key.key_prefix,
          .permissions = std::move(permissions),
          .is_active = key.is_active,
          .is_expired = key.expires_at && *key.expires_at <= now,
          .created_at = key.created_at,
          .expires_at = key.expires_at,
          .last_used_at = key.last_used_at,
          .requests_per_minute = key.requests_per_minute};
}

core::User Account::own_user(const http::Call& call) const {
  const auto user = users.find(self(call));
  if (!user) {
    throw base::Error{base::ErrorCode::not_found, "this account does not exist any more"};
  }
  return *user;
}

http::Done<TotpOffer> Account::offer_totp(const http::Call& call) const {
  refuse_api_keys(call);
  const auto offer = totp.offer(call.act, own_user(call), general.get().site_name);
  return {.data = {offer.secret, offer.uri, service::qr_code_uri(offer.uri)},
          .message = "Scan the code with your app, then confirm with a code that it shows"};
}

http::Done<BackupCodes> Account::confirm_totp(const http::Call& call, const CodeBody& body) const {
  refuse_api_keys(call);
  return {.data = {totp.confirm(call.act, own_user(call), body.code)},
          .message = "Two-factor sign-in is on. Keep these codes: they are shown this once"};
}

http::Message Account::disable_totp(const http::Call& call, const CodeBody& body) const {
  refuse_api_keys(call);
  totp.disable(call.act, own_user(call), body.code);
  return {.message = "Two-factor sign-in is off"};
}

CodesLeft Account::recovery_codes(const http::Call& call) const {
  return {{}, totp.recovery_codes_left(self(call))};
}

http::Done<BackupCodes> Account::new_recovery_codes(const http::Call& call,
                                                    const CodeBody& body) const {
  refuse_api_keys(call);
  return {.data = {totp.new_recovery_codes(call.act, own_user(call), body.code)},
          .message = "The old recovery codes do not work any more"};
}

UserView Account::profile(const http::Call& call) const {
  const auto user = own_user(call);
  return view(user, !users.with_second_factor({user}).empty());
}

http::Done<UserView> Account::update(const http::Call& call, const ProfileBody& body) const {
  const auto user =
      users.update(call.act, self(call), {.email = body.email, .full_name = body.full_name});
  return {.data = view(user, !users.with_second_factor({user}).empty()),
          .message = "Profile updated"};
}

http::Message Account::change_password(const http::Call& call, const PasswordBody& body) const {
  refuse_api_keys(call);
  sign_in.confirm_password(call.act, self(call), body.current_password);
  users.set_password(call.act, self(call), body.new_password, false, call.caller.session_id);
  return {.message = "Password changed"};
}

std::vector<ApiKeyView> Account::list_keys(const http::Call& call) const {
  std::vector<ApiKeyView> views;
  for (const auto& key : api_keys.list(call.caller)) {
    views.push_back(key_view(key, call.now));
  }
  return views;
}

http::Created<NewApiKeyView> Account::create_key(const http::Call& call,
                                                 const ApiKeyBody& body) const {
  refuse_api_keys(call);
  const auto made = api_keys.create(call.act, call.caller, body.name, body.permissions,
                                    body.expires_days, body.requests_per_minute);
  return {.data = {key_view(made.key, call.now), std::string{made.text.reveal()}},
          .message = "API key created: it is shown this once"};
}

ApiKeyView Account::read_key(const http::Call& call, const core::ApiKeyId& id) const {
  return key_view(api_keys.find(call.caller, id), call.now);
}

http::Done<ApiKeyView> Account::update_key(const http::Call& call, const core::ApiKeyId& id,
                                           const ApiKeyChanges& body) const {
  refuse_api_keys(call);
  const auto key =
      api_keys.update(call.act, call.caller, id, body.name, body.enabled, body.requests_per_minute);
  return {.data = key_view(key, call.now), .message = "API key updated"};
}

http::Created<NewApiKeyView> Account::regenerate_key(const http::Call& call,
                                                     const core::ApiKeyId& id) const {
  refuse_api_keys(call);
  const auto made = api_keys.regenerate(call.act, call.caller, id);
  return {.data = {key_view(made.key, call.now), std::string{made.text.reveal()}},
          .message = "API key replaced: the new one is shown this once"};
}

http::Message Account::remove_key(const http::Call& call, const core::ApiKeyId& id) const {
  refuse_api_keys(call);
  api_keys.remove(call.act, call.caller, id);
  return {.message = "API key deleted"};
}

std::vector<SessionView> Account::sessions(const http::Call& call) const {
  std::vector<SessionView> views;
  for (const auto& session : sign_in.sessions(self(call))) {
    views.push_back({.id = session.id,
                     .created_at = session.created_at,
                     .last_seen_at = session.last_seen_at,
                     .address = session.address,
                     .user_agent = session.user_agent,
                     .current = session.id.to_number() == call.caller.session_id,
                     .ip_address = session.address,
                     .last_activity = session.last_seen_at,
                     .is_current = session.id.to_number() == call.caller.session_id});
  }
  return views;
}

http::Message Account::close_session(const http::Call& call, const core::SessionId& id) const {
  sign_in.close(call.act, self(call), id);
  return {.message = "Session ended"};
}

http::Message Account::close_others(const http::Call& call) const {
  const auto closed = sign_in.close_others(call.act, self(call), call.caller.session_id);
  return {.message = std::to_string(closed) + " sessions ended"};
}

std::vector<AuditView> Account::activity(const http::Call& call, const ActivityQuery& query) const {
  const storage::AuditFilter own{.username = call.caller.username};
  const auto entries = database.read([&](db::Session& session) {
    return storage::AuditStore{session}.list(own, 0, std::clamp(query.limit, 1, 100));
  });
  std::vector<AuditView> views;
  for (const auto& entry : entries) {
    views.push_back(view(entry));
  }
  return views;
}

}  // namespace
}  // namespace api::v2
