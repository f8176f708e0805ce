#include "api/v2/webauthn.h"

#include "api/v2/auth.h"
#include "auth/permission.h"

namespace api::v2 {
namespace {

// What extensions of a browser answer: whatever it is, it is not looked at.
struct Anything {};

}  // namespace
}  // namespace api::v2

namespace json {

template <>
std::optional<api::v2::Anything> read(const boost::json::value& /*value*/, Reading& /*reading*/,
                                      const std::string& /*at*/) {
  return api::v2::Anything{};
}

template <>
boost::json::object schema<api::v2::Anything>() {
  return {};
}

}  // namespace json

// The names of the members are the standard's (WebAuthn Level 3, sections 5.1.8 to 5.1.10).
namespace api::v2 {
namespace {

constexpr std::string_view sign_in_cookie = "webauthn";
constexpr int timeout_ms = 300'000;

struct Available {
  bool available;
  std::string reason;  // why not
  std::string rp_id;
};
BOOST_DESCRIBE_STRUCT(Available, (), (available, reason, rp_id))

struct PasskeyView {
  core::PasskeyId id;
  core::UserId user_id;
  std::string credential_id;
  std::string name;
  std::string aaguid;
  std::vector<std::string> transports;
  bool is_backup_eligible;
  bool is_backup_device;
  bool user_verified;
  bool enabled;
  std::int64_t sign_count;
  base::Time created_at;
  std::optional<base::Time> last_used_at;
};
BOOST_DESCRIBE_STRUCT(PasskeyView, (),
                      (id, user_id, credential_id, name, aaguid, transports, is_backup_eligible,
                       is_backup_device, user_verified, enabled, sign_count, created_at,
                       last_used_at))

struct NewPasskeyView : PasskeyView {
  std::vector<std::string> backup_codes;  // of the first second factor; shown this once
};
BOOST_DESCRIBE_STRUCT(NewPasskeyView, (PasskeyView), (backup_codes))

struct Party {
  std::string id;
  std::string name;
};
BOOST_DESCRIBE_STRUCT(Party, (), (id, name))

struct Person {
  std::string id;
  std::string name;
  std::string displayName;
};
BOOST_DESCRIBE_STRUCT(Person, (), (id, name, displayName))

struct Parameters {
  std::string type;
  int alg;
};
BOOST_DESCRIBE_STRUCT(Parameters, (), (type, alg))

struct Descriptor {
  std::string type;
  std::string id;
  std::vector<std::string> transports;
};
BOOST_DESCRIBE_STRUCT(Descriptor, (), (type, id, transports))

struct Selection {
  std::string residentKey;
  bool requireResidentKey;
  std::string userVerification;
};
BOOST_DESCRIBE_STRUCT(Selection, (), (residentKey, requireResidentKey, userVerification))

struct CreationOptions {
  Party rp;
  Person user;
  std::string challenge;
  std::vector<Parameters> pubKeyCredParams;
  std::vector<Descriptor> excludeCredentials;
  Selection authenticatorSelection;
  std::string attestation;
  int timeout;
};
BOOST_DESCRIBE_STRUCT(CreationOptions, (),
                      (rp, user, challenge, pubKeyCredParams, excludeCredentials,
                       authenticatorSelection, attestation, timeout))

struct RequestOptions {
  std::string challenge;
  std::string rpId;
  std::vector<Descriptor> allowCredentials;
  std::string userVerification;
  int timeout;
};
BOOST_DESCRIBE_STRUCT(RequestOptions, (),
                      (challenge, rpId, allowCredentials, userVerification, timeout))

struct Started {
  RequestOptions options;
  std::string username;
};
BOOST_DESCRIBE_STRUCT(Started, (), (options, username))

struct StartBody {
  std::optional<std::string> username;  // left out: the passkey says who it is
};
BOOST_DESCRIBE_STRUCT(StartBody, (), (username))

// What a browser's toJSON() gives, whole.
struct AttestationResponse {
  std::string clientDataJSON;
  std::string attestationObject;
  std::optional<std::vector<std::string>> transports;
  std::optional<std::string> authenticatorData;
  std::optional<std::string> publicKey;
  std::optional<std::int64_t> publicKeyAlgorithm;
};
BOOST_DESCRIBE_STRUCT(AttestationResponse, (),
                      (clientDataJSON, attestationObject, transports, authenticatorData, publicKey,
                       publicKeyAlgorithm))

struct NewCredential {
  std::optional<std::string> id;
  std::optional<std::string> rawId;
  std::optional<std::string> type;
  std::optional<std::string> authenticatorAttachment;
  std::optional<Anything> clientExtensionResults;
  AttestationResponse response;
};
BOOST_DESCRIBE_STRUCT(NewCredential, (),
                      (id, rawId, type, authenticatorAttachment, clientExtensionResults, response))

struct RegisterBody {
  static constexpr json::Alias aliases[] = {{"response", "credential"}};
  std::optional<std::string> name;
  NewCredential credential;
};
BOOST_DESCRIBE_STRUCT(RegisterBody, (), (name, credential))

struct AssertionResponse {
  std::string clientDataJSON;
  std::string authenticatorData;
  std::string signature;
  std::optional<std::string> userHandle;
};
BOOST_DESCRIBE_STRUCT(AssertionResponse, (),
                      (clientDataJSON, authenticatorData, signature, userHandle))

struct Credential {
  std::string id;
  std::optional<std::string> rawId;
  std::optional<std::string> type;
  std::optional<std::string> authenticatorAttachment;
  std::optional<Anything> clientExtensionResults;
  AssertionResponse response;
};
BOOST_DESCRIBE_STRUCT(Credential, (),
                      (id, rawId, type, authenticatorAttachment, clientExtensionResults, response))

struct VerifyBody {
  static constexpr json::Alias aliases[] = {{"credential", "response"}};
  std::optional<std::string> username;
  Credential response;
};
BOOST_DESCRIBE_STRUCT(VerifyBody, (), (username, response))

struct ToggleBody {
  std::optional<bool> enabled;  // left out: the other way round
};
BOOST_DESCRIBE_STRUCT(ToggleBody, (), (enabled))

struct Webauthn {
  service::Webauthn& webauthn;
  service::SignIn& sign_in;
  service::StoredSettings<service::General>& general;

  Available available(const http::Call& call) const;
  std::vector<PasskeyView> list(const http::Call& call) const;
  http::Done<CreationOptions> options(const http::Call& call) const;
  http::Done<NewPasskeyView> add(const http::Call& call, const RegisterBody& body) const;
  http::Done<PasskeyView> toggle(const http::Call& call, const core::PasskeyId& id,
                                 const ToggleBody& body) const;
  http::Message remove(const http::Call& call, const core::PasskeyId& id) const;
  http::Done<Started> start(const http::Call& call, const StartBody& body) const;
  http::Done<SignedIn> verify(const http::Call& call, const VerifyBody& body) const;
};

template <class Resource>
void add_own(Resource& resource, const std::string& below) {
  const auto signed_in = auth::Access::to_everyone_signed_in();
  const auto credentials = below + "/credentials";
  const auto one = credentials + "/{credential_id}";
  const auto toggle = one + "/toggle";
  const auto options = below + "/register/options";
  const auto verify = below + "/register/verify";
  resource.add(http::Endpoint{.method = http::get,
                              .path = credentials,
                              .summary = "List your passkeys",
                              .access = signed_in,
                              .handler = &Webauthn::list});
  resource.add(http::Endpoint{.method = http::post,
                              .path = options,
                              .summary = "Get what a browser needs to make a passkey",
                              .access = signed_in,
                              .limit = http::Limit::strict,
                              .action = "passkey.offer",
                              .handler = &Webauthn::options});
  resource.add(http::Endpoint{.method = http::post,
                              .path = verify,
                              .summary = "Add the passkey that the browser made",
                              .access = signed_in,
                              .limit = http::Limit::strict,
                              .action = "passkey.create",
                              .handler = &Webauthn::add});
  resource.add(http::Endpoint{.method = http::post,
                              .path = toggle,
                              .summary = "Switch one of your passkeys off, or on again",
                              .access = signed_in,
                              .limit = http::Limit::strict,
                              .action = "passkey.update",
                              .handler = &Webauthn::toggle});
  resource.add(http::Endpoint{.method = http::delete_,
                              .path = one,
                              .summary = "Delete one of your passkeys",
                              .access = signed_in,
                              .limit = http::Limit::strict,
                              .action = "passkey.delete",
                              .handler = &Webauthn::remove});
}

}  // namespace

void add_webauthn(http::Surface& surface, service::Webauthn& webauthn, service::SignIn& sign_in,
                  service::StoredSettings<service::General>& general) {
  http::Resource own{surface, "Passkeys", Webauthn{webauthn, sign_in, general}};
  own.add(http::Endpoint{.method = http::get,
                         .path = "/account/webauthn/available",
                         .summary = "Say whether passkeys can be used here, or why not",
                         .access = auth::Access::to_everyone_signed_in(),
                         .handler = &Webauthn::available});
  add_own(own, "/account/webauthn");
  add_own(own, "/webauthn");

  http::Resource resource{surface, "Authentication", Webauthn{webauthn, sign_in, general}};
  resource.add(http::Endpoint{.method = http::post,
                              .path = "/auth/login/webauthn/start",
                              .summary = "Begin a sign-in with a passkey",
                              .access = auth::Access::to_anyone(),
                              .limit = http::Limit::sign_in,
                              .action = "auth.login_offer",
                              .handler = &Webauthn::start});
  resource.add(http::Endpoint{.method = http::post,
                              .path = "/auth/login/webauthn/verify",
                              .summary = "Sign in with a passkey, alone or after the password",
                              .access = auth::Access::to_anyone(),
                              .limit = http::Limit::sign_in,
                              .action = "auth.login",
                              .handler = &Webauthn::verify});
}

namespace {

// A passkey belongs to a person at a browser, and its challenge to their session.
void require_session(const http::Call& call) {
  if (call.caller.session_id == 0) {
    throw base::Error{base::ErrorCode::forbidden, "passkeys are managed by people: sign in"};
  }
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    parts.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

base::Bytes decoded(const char* field, std::string_view text) {
  auto octets = base::from_base64url(text);
  if (!octets) {
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{field, "not base64url: " + octets.error().reason}}};
  }
  return *std::move(octets);
}

PasskeyView view(const core::Passkey& passkey) {
  return {.id = passkey.id,
          .user_id = passkey.user_id,
          .credential_id = passkey.credential_id,
          .name = passkey.name,
          .aaguid = passkey.aaguid,
          .transports = split(passkey.transports),
          .is_backup_eligible = passkey.is_backup_eligible,
          .is_backup_device = passkey.is_backed_up,
          .user_verified = passkey.user_verified,
          .enabled = passkey.is_enabled,
          .sign_count = passkey.sign_count,
          .created_at = passkey.created_at,
          .last_used_at = passkey.last_used_at};
}

Available Webauthn::available(const http::Call& /*call*/) const {
  const auto obstacle = webauthn.obstacle();
  return {!obstacle, obstacle.value_or(""), obstacle ? "" : webauthn.party().id};
}

std::vector<PasskeyView> Webauthn::list(const http::Call& call) const {
  std::vector<PasskeyView> views;
  for (const auto& passkey :
       webauthn.list(core::UserId::from_number(call.caller.user_id).value())) {
    views.push_back(view(passkey));
  }
  return views;
}

http::Done<CreationOptions> Webauthn::options(const http::Call& call) const {
  require_session(call);
  const auto made = webauthn.begin(call.act, call.caller);
  CreationOptions options{.rp = {made.party.id, general.get().site_name},
                          .user = {made.user_handle, call.caller.username, call.caller.username},
                          .challenge = made.challenge,
                          .pubKeyCredParams = {},
                          .excludeCredentials = {},
                          .authenticatorSelection = {"preferred", false, "preferred"},
                          .attestation = "none",
                          .timeout = timeout_ms};
  for (const int algorithm : core::webauthn::algorithms) {
    options.pubKeyCredParams.push_back({"public-key", algorithm});
  }
  for (const auto& passkey : made.known) {
    options.excludeCredentials.push_back(
        {"public-key", passkey.credential_id, split(passkey.transports)});
  }
  return {.data = std::move(options), .message = "Touch your authenticator"};
}

http::Done<NewPasskeyView> Webauthn::add(const http::Call& call, const RegisterBody& body) const {
  require_session(call);
  const auto& answer = body.credential.response;
  const auto made = webauthn.finish(
      call.act, call.caller, body.name.value_or("Passkey"),
      {.client_data = decoded("credential.response.clientDataJSON", answer.clientDataJSON),
       .attestation_object =
           decoded("credential.response.attestationObject", answer.attestationObject),
       .transports = answer.transports.value_or(std::vector<std::string>{})});
  return {.data = {view(made.passkey), made.recovery_codes},
          .message = made.recovery_codes.empty()
                         ? "Passkey added"
                         : "Passkey added. Keep the recovery codes: they are shown this once"};
}

http::Done<PasskeyView> Webauthn::toggle(const http::Call& call, const core::PasskeyId& id,
                                         const ToggleBody& body) const {
  require_session(call);
  const auto passkey = webauthn.set_enabled(call.act, call.caller, id, body.enabled);
  return {.data = view(passkey),
          .message = passkey.is_enabled ? "Passkey switched on" : "Passkey switched off"};
}

http::Message Webauthn::remove(const http::Call& call, const core::PasskeyId& id) const {
  require_session(call);
  webauthn.remove(call.act, call.caller, id);
  return {.message = "Passkey deleted"};
}

http::Header cookie_of(std::string_view token, std::chrono::seconds age) {
  return {"Set-Cookie", std::string{sign_in_cookie} + "=" + std::string{token} +
                            "; Path=/api/v2/auth; HttpOnly; Secure; SameSite=Strict; Max-Age=" +
                            std::to_string(age.count())};
}

http::Done<Started> Webauthn::start(const http::Call& call, const StartBody& body) const {
  const auto username = body.username.value_or("").substr(0, 255);
  const auto made =
      webauthn.begin_sign_in(call.act, username, call.request.cookie(session_cookie).value_or(""));
  RequestOptions options{.challenge = made.challenge,
                         .rpId = made.party.id,
                         .allowCredentials = {},
                         .userVerification = made.user_verification ? "required" : "preferred",
                         .timeout = timeout_ms};
  for (const auto& each : made.allowed) {
    options.allowCredentials.push_back({"public-key", each.credential_id, split(each.transports)});
  }
  return {.data = {std::move(options), username},
          .message = "Touch your authenticator",
          .headers = {cookie_of(made.cookie.reveal(), service::Webauthn::lifetime)}};
}

http::Done<SignedIn> Webauthn::verify(const http::Call& call, const VerifyBody& body) const {
  const auto& answer = body.response.response;
  const auto done = webauthn.finish_sign_in(
      call.act, call.request.cookie(sign_in_cookie).value_or(""),
      call.request.cookie(session_cookie).value_or(""),
      {.credential_id = body.response.id,
       .client_data = decoded("response.response.clientDataJSON", answer.clientDataJSON),
       .authenticator_data =
           decoded("response.response.authenticatorData", answer.authenticatorData),
       .signature = decoded("response.response.signature", answer.signature),
       .user_handle = decoded("response.response.userHandle", answer.userHandle.value_or(""))});
  auto said = signed_in(done.opened, sign_in, done.method);
  said.headers.push_back(cookie_of("", std::chrono::seconds{0}));
  return said;
}

}  // namespace
}  // namespace api::v2
