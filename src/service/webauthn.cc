#include "service/webauthn.h"

#include <algorithm>
#include <array>

#include "crypto/token.h"
#include "storage/passkey_store.h"
#include "storage/sign_in_store.h"
#include "storage/user_store.h"

namespace service {
namespace {

constexpr std::string_view cookie_context = "webauthn sign-in";
constexpr std::string_view registration = "register";
constexpr std::string_view passwordless = "sign in";
constexpr std::string_view second_factor = "second factor";
constexpr std::array<std::string_view, 6> known_transports{"usb",        "nfc",    "ble",
                                                           "smart-card", "hybrid", "internal"};

struct About {
  std::string passkey;
  std::string what;
};
BOOST_DESCRIBE_STRUCT(About, (), (passkey, what))

core::UserId self(const auth::Caller& caller) {
  return core::UserId::from_number(caller.user_id).value();
}

[[noreturn]] void refuse_answer(const std::string& reason) {
  throw base::Error{base::ErrorCode::invalid_request, {base::FieldError{"credential", reason}}};
}

std::string transports_of(const std::vector<std::string>& said) {
  std::string text;
  for (const auto transport : known_transports) {
    if (std::ranges::find(said, transport) != said.end()) {
      text += (text.empty() ? "" : " ") + std::string{transport};
    }
  }
  return text;
}

core::Passkey existing(storage::PasskeyStore& store, const auth::Caller& caller,
                       const core::PasskeyId& id) {
  auto passkey = store.find(self(caller), id);
  if (!passkey) {
    throw base::Error{base::ErrorCode::not_found, "no passkey of yours has this id"};
  }
  return *std::move(passkey);
}

// Recovery codes belong to the second factors: with the last of these they go.
void forget_codes_without_factor(db::Session& session, const core::UserId& user) {
  storage::SignInStore sign_in{session};
  if (!sign_in.has_totp(user) && !storage::PasskeyStore{session}.has_enabled(user)) {
    sign_in.put_recovery_codes(user, {});
  }
}

}  // namespace

core::webauthn::RelyingParty Webauthn::party() const {
  auto party = core::webauthn::RelyingParty::of(base_url_());
  if (!party) {
    throw base::Error{base::ErrorCode::unavailable, party.error().reason + " (Settings, base_url)"};
  }
  return *std::move(party);
}

std::optional<std::string> Webauthn::obstacle() const {
  const auto party = core::webauthn::RelyingParty::of(base_url_());
  return party ? std::nullopt : std::optional{party.error().reason};
}

std::string Webauthn::new_challenge() {
  return crypto::random_token(random_);
}

std::string Webauthn::owner_of(const auth::Caller& caller) const {
  return "session " + std::to_string(caller.session_id);
}

std::string Webauthn::owner_of(std::string_view cookie) const {
  return "cookie " + master_.fingerprint(cookie.substr(0, 100), cookie_context);
}

std::vector<core::Passkey> Webauthn::list(const core::UserId& user) {
  return database_.read(
      [&](db::Session& session) { return storage::PasskeyStore{session}.of_user(user); });
}

Webauthn::RegistrationOptions Webauthn::begin(const auth::Act& act, const auth::Caller& caller) {
  RegistrationOptions options{.party = party(),
                              .challenge = new_challenge(),
                              .user_handle = base::to_base64url(base::as_bytes(
                                  master_.fingerprint(std::to_string(caller.user_id), "handle"))),
                              .known = {}};
  database_.write(act, [&](db::Session& session) {
    session.bookkeeping("a challenge; the passkey that comes of it is recorded");
    storage::PasskeyStore store{session};
    options.known = store.of_user(self(caller));
    store.put({.owner = owner_of(caller),
               .challenge = options.challenge,
               .purpose = std::string{registration},
               .user_id = self(caller),
               .created_at = clock_.now()});
  });
  if (options.known.size() >= most_passkeys) {
    throw base::Error{base::ErrorCode::conflict, "you have twenty passkeys: remove one first"};
  }
  return options;
}

Webauthn::Registered Webauthn::finish(const auth::Act& act, const auth::Caller& caller,
                                      std::string_view name, const Registration& answer) {
  if (name.empty() || name.size() > 100) {
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{"name", "has 1 to 100 characters"}}};
  }
  const auto challenge = database_.write(act, [&](db::Session& session) {
    session.bookkeeping("a challenge is used up");
    return storage::PasskeyStore{session}.take(owner_of(caller));
  });
  if (!challenge || challenge->purpose != registration || challenge->user_id != self(caller) ||
      clock_.now() >= challenge->created_at + lifetime) {
    refuse_answer("comes without a question, or too late: ask for new options");
  }
  const auto data = core::webauthn::verify_registration(
      {.party = party(), .challenge = challenge->challenge, .user_verification = false},
      answer.client_data, answer.attestation_object);
  if (!data) {
    refuse_answer(data.error().reason);
  }
  const auto codes = totp_.make_codes();
  return database_.write(act, [&](db::Session& session) {
    storage::PasskeyStore store{session};
    const auto credential_id = base::to_base64url(data->credential->id);
    if (store.find(credential_id)) {
      throw base::Error{base::ErrorCode::conflict, "this authenticator is known already"};
    }
    Registered made{.passkey = {.id = store.new_id(),
                                .user_id = self(caller),
                                .credential_id = credential_id,
                                .name = std::string{name},
                                .public_key = base::to_bytes(data->credential->key.spki()),
                                .aaguid = data->credential->aaguid,
                                .transports = transports_of(answer.transports),
                                .is_backup_eligible = data->backup_eligible,
                                .is_backed_up = data->backed_up,
                                .user_verified = data->user_verified,
                                .is_enabled = true,
                                .sign_count = data->sign_count,
                                .created_at = clock_.now(),
                                .last_used_at = std::nullopt},
                    .recovery_codes = {}};
    storage::SignInStore sign_in{session};
    if (!sign_in.has_totp(self(caller)) && !store.has_enabled(self(caller))) {
      totp_.put_codes(session, self(caller), codes);
      made.recovery_codes = codes;
    }
    store.insert(made.passkey);
    session.record("user", self(caller), caller.username, About{made.passkey.name, "added"});
    return made;
  });
}

core::Passkey Webauthn::set_enabled(const auth::Act& act, const auth::Caller& caller,
                                    const core::PasskeyId& id, std::optional<bool> is_enabled) {
  return database_.write(act, [&](db::Session& session) {
    storage::PasskeyStore store{session};
    auto passkey = existing(store, caller, id);
    passkey.is_enabled = is_enabled.value_or(!passkey.is_enabled);
    store.set_enabled(id, passkey.is_enabled);
    session.record("user", self(caller), caller.username,
                   About{passkey.name, passkey.is_enabled ? "switched on" : "switched off"});
    return passkey;
  });
}

void Webauthn::remove(const auth::Act& act, const auth::Caller& caller, const core::PasskeyId& id) {
  database_.write(act, [&](db::Session& session) {
    storage::PasskeyStore store{session};
    const auto passkey = existing(store, caller, id);
    store.remove(id);
    forget_codes_without_factor(session, self(caller));
    session.record("user", self(caller), caller.username, About{passkey.name, "removed"});
  });
}

void Webauthn::remove_all(const auth::Act& act, const core::User& user) {
  database_.write(act, [&](db::Session& session) {
    storage::PasskeyStore{session}.remove_of(user.id);
    forget_codes_without_factor(session, user.id);
    session.record("user", user.id, user.username, About{"", "all removed"});
  });
}

// Whoever has no passkeys, or does not exist, seems to have one: which one follows from the name.
std::vector<Webauthn::Allowed> Webauthn::allowed_for(const std::optional<core::User>& user,
                                                     std::string_view username) {
  std::vector<Allowed> allowed;
  if (user) {
    for (const auto& passkey : list(user->id)) {
      if (passkey.is_enabled) {
        allowed.push_back({passkey.credential_id, passkey.transports});
      }
    }
  }
  if (allowed.empty()) {
    const auto decoy =
        crypto::sha256(base::as_bytes(master_.fingerprint(username, "webauthn decoy")));
    constexpr std::array<std::size_t, 4> sizes{16, 20, 32, 32};
    allowed.push_back(
        {base::to_base64url(base::ByteView{decoy}.first(sizes[decoy[31] % sizes.size()])),
         "hybrid internal"});
  }
  return allowed;
}

Webauthn::AssertionOptions Webauthn::begin_sign_in(const auth::Act& act, std::string_view username,
                                                   std::string_view pending) {
  const auto name = SignIn::plain_name(username);
  AssertionOptions options{.party = party(),
                           .challenge = new_challenge(),
                           .allowed = {},
                           .user_verification = true,
                           .cookie = base::Secret{crypto::random_token(random_)}};
  auto user = sign_in_.pending_user(pending);
  const bool has_password = user && (name.empty() || user->username == name);
  options.user_verification = !has_password;
  if (!has_password) {
    user = database_.read(
        [&](db::Session& session) { return storage::UserStore{session}.find_by_name(name); });
  }
  if (user && !user->is_active) {
    user.reset();
  }
  if (!name.empty() || has_password) {
    options.allowed = allowed_for(user, name);
  }
  database_.write(act, [&](db::Session& session) {
    session.bookkeeping("a challenge; the sign-in that comes of it is recorded");
    storage::PasskeyStore store{session};
    store.remove_challenges_before(clock_.now() - lifetime);
    store.put({.owner = owner_of(options.cookie.reveal()),
               .challenge = options.challenge,
               .purpose = std::string{has_password ? second_factor : passwordless},
               .user_id = user ? std::optional{user->id} : std::nullopt,
               .created_at = clock_.now()});
  });
  return options;
}

void Webauthn::refuse(const auth::Act& act, const std::optional<core::User>& user,
                      std::string_view reason) {
  sign_in_.note_failure(act, user, user ? user->username : "", reason);
  throw base::Error{base::ErrorCode::unauthenticated, "the passkey was not accepted"};
}

Webauthn::SignedIn Webauthn::finish_sign_in(const auth::Act& act, std::string_view cookie,
                                            std::string_view pending, const Assertion& answer) {
  sign_in_.refuse_while_locked(act, "");
  std::optional<storage::WebauthnChallenge> challenge;
  std::optional<core::Passkey> passkey;
  std::optional<core::User> user;
  database_.write(act, [&](db::Session& session) {
    session.bookkeeping("a challenge is used up");
    storage::PasskeyStore store{session};
    challenge = store.take(owner_of(cookie));
    passkey = store.find(std::string_view{answer.credential_id});
    user = passkey ? storage::UserStore{session}.find(passkey->user_id) : std::nullopt;
  });
  auto own = act;
  if (user) {
    own.by = user->username;
    sign_in_.refuse_while_locked(act, user->username);
  }
  if (!challenge || clock_.now() >= challenge->created_at + lifetime) {
    refuse(own, user, "an answer without a question, or too late");
  }
  if (!passkey || !passkey->is_enabled || !user || !user->is_active ||
      (challenge->user_id && challenge->user_id != user->id)) {
    refuse(own, user, "unknown passkey, or not of this user");
  }
  const bool has_password = challenge->purpose == second_factor;
  if (has_password) {
    const auto waiting = sign_in_.pending_user(pending);
    if (!waiting || waiting->id != user->id) {
      refuse(own, user, "the password was not given, or too long ago");
    }
  } else if (challenge->purpose != passwordless) {
    refuse(own, user, "an answer to another question");
  }
  const auto data = core::webauthn::verify_assertion(
      {.party = party(), .challenge = challenge->challenge, .user_verification = !has_password},
      answer.client_data, answer.authenticator_data, answer.signature,
      crypto::PublicKey::from_spki(passkey->public_key).value());
  if (!data) {
    refuse(own, user, data.error().reason);
  }
  const bool advanced = core::webauthn::may_follow(passkey->sign_count, data->sign_count) &&
                        database_.write(own, [&](db::Session& session) {
                          session.bookkeeping("when a passkey was last used");
                          return storage::PasskeyStore{session}.use(passkey->id, data->sign_count,
                                                                    data->backed_up, clock_.now());
                        });
  if (!advanced) {
    refuse(own, user, "the passkey's counter went back: it may have been copied");
  }
  const std::string method = has_password ? "password+webauthn" : "webauthn";
  return {.opened = sign_in_.open_session(own, *user, method), .method = method};
}

}  // namespace service
