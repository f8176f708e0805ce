#pragma once

#include <boost/json/fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "core/acme/account.h"
#include "core/acme/name_pattern.h"
#include "core/acme/problem.h"
#include "core/acme/service.h"
#include "crypto/jws.h"
#include "crypto/key.h"

namespace core::acme {

// What an administrator hands out so that an account can be opened (RFC 8555, section 7.3.4): a key
// identifier and a MAC key, and what whoever has them may order.
struct ExternalAccount {
  ExternalAccountId id;
  std::string kid;
  std::string description;
  base::Bytes wrapped_key;              // under the master key
  std::optional<ServiceId> service_id;  // the only one that takes it; nothing: all of them
  std::string allowed_names;            // JSON, of NamePattern; none: all
  bool pre_authorized;                  // those names need no challenge
  bool is_reusable;                     // opens more than one account
  std::int64_t used;                    // accounts opened with it
  std::optional<base::Time> last_used_at;
  std::optional<base::Time> expires_at;  // opens no accounts afterwards
  bool is_enabled;
  std::optional<base::Time> revoked_at;
  std::string created_by;
  base::Time created_at;
};
BOOST_DESCRIBE_STRUCT(ExternalAccount, (),
                      (id, kid, description, wrapped_key, service_id, allowed_names, pre_authorized,
                       is_reusable, used, last_used_at, expires_at, is_enabled, revoked_at,
                       created_by, created_at))

// What it is at that time, in one word. `used`: it was for one account, which exists.
BOOST_DEFINE_ENUM_CLASS(ExternalAccountStatus, active, used, expired, disabled, revoked)
ExternalAccountStatus status_at(const ExternalAccount& external, base::Time now);

// Why it opens no account at a service; nothing when it does.
std::optional<Problem> binding_obstacle(const ExternalAccount& external,
                                        const std::optional<ServiceId>& service, base::Time now);

// Why an account that is bound to it cannot order; nothing when it can. An account outlives the
// expiry of what opened it, but not its revocation.
std::optional<Problem> ordering_obstacle(const ExternalAccount& external);

// The JWS inside of a newAccount request, read but not yet verified.
struct ExternalBinding {
  crypto::JwsAlgorithm algorithm;
  std::string kid;
  std::string signing_input;
  base::Bytes mac;

  bool is_made_with(base::ByteView mac_key) const;
};

// The members of a flattened JWS.
struct BindingText {
  std::string protected_header;
  std::string payload;
  std::string signature;
};

// Checks all that section 7.3.4 demands but the MAC: a MAC algorithm, a kid, no nonce, the url of
// the outer request, and the account's key as its payload.
Result<ExternalBinding> read_binding(const BindingText& text, std::string_view url,
                                     const crypto::PublicKey& account_key);

}  // namespace core::acme
