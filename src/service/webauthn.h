#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "auth/caller.h"
#include "base/clock.h"
#include "core/webauthn/ceremony.h"
#include "core/webauthn/passkey.h"
#include "crypto/random.h"
#include "db/database.h"
#include "service/keys.h"
#include "service/sign_in.h"
#include "service/totp.h"

namespace service {

// Passkeys and security keys: making them known, and signing in with them, instead of a password or
// after it. A challenge belongs to the session or the browser that asked for it, and works once.
class Webauthn {
 public:
  static constexpr auto lifetime = std::chrono::minutes{5};
  static constexpr std::size_t most_passkeys = 20;  // of one user

  struct RegistrationOptions {
    core::webauthn::RelyingParty party;
    std::string challenge;
    std::string user_handle;  // base64url
    std::vector<core::Passkey> known;
  };
  // What the browser gives back, decoded.
  struct Registration {
    base::Bytes client_data;
    base::Bytes attestation_object;
    std::vector<std::string> transports;
  };
  struct Registered {
    core::Passkey passkey;
    std::vector<std::string> recovery_codes;  // of the first second factor; shown this once
  };

  struct Allowed {
    std::string credential_id;
    std::string transports;  // separated by blanks
  };
  struct AssertionOptions {
    core::webauthn::RelyingParty party;
    std::string challenge;
    std::vector<Allowed> allowed;
    bool user_verification;  // whoever brings no password must prove who they are
    base::Secret cookie;
  };
  struct Assertion {
    std::string credential_id;
    base::Bytes client_data;
    base::Bytes authenticator_data;
    base::Bytes signature;
    base::Bytes user_handle;  // empty: not sent
  };
  struct SignedIn {
    SignIn::Opened opened;
    std::string method;
  };

  Webauthn(db::Database& database, SignIn& sign_in, Totp& totp, const MasterKey& master,
           crypto::Random& random, const base::Clock& clock, std::function<std::string()> base_url)
      : database_{database},
        sign_in_{sign_in},
        totp_{totp},
        master_{master},
        random_{random},
        clock_{clock},
        base_url_{std::move(base_url)} {}

  // Throws unavailable when the console's address cannot have passkeys.
  core::webauthn::RelyingParty party() const;
  // Why passkeys cannot be used here; nothing when they can.
  std::optional<std::string> obstacle() const;

  std::vector<core::Passkey> list(const core::UserId& user);
  RegistrationOptions begin(const auth::Act& act, const auth::Caller& caller);
  Registered finish(const auth::Act& act, const auth::Caller& caller, std::string_view name,
                    const Registration& answer);
  core::Passkey set_enabled(const auth::Act& act, const auth::Caller& caller,
                            const core::PasskeyId& id, std::optional<bool> is_enabled);
  void remove(const auth::Act& act, const auth::Caller& caller, const core::PasskeyId& id);
  // For administrators: the devices are lost.
  void remove_all(const auth::Act& act, const core::User& user);

  // `username` empty: the authenticator knows who it is. `pending`: of who gave a password already.
  // Unknown names get options as well, the same each time.
  AssertionOptions begin_sign_in(const auth::Act& act, std::string_view username,
                                 std::string_view pending);
  SignedIn finish_sign_in(const auth::Act& act, std::string_view cookie, std::string_view pending,
                          const Assertion& answer);

 private:
  std::vector<Allowed> allowed_for(const std::optional<core::User>& user,
                                   std::string_view username);
  std::string new_challenge();
  std::string owner_of(const auth::Caller& caller) const;
  std::string owner_of(std::string_view cookie) const;
  [[noreturn]] void refuse(const auth::Act& act, const std::optional<core::User>& user,
                           std::string_view reason);

  db::Database& database_;
  SignIn& sign_in_;
  Totp& totp_;
  const MasterKey& master_;
  crypto::Random& random_;
  const base::Clock& clock_;
  std::function<std::string()> base_url_;
};

}  // namespace service
