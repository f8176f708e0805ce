#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "core/acme/problem.h"
#include "core/acme/reference.h"

namespace core::acme {

struct Account;
using AccountId = base::Id<Account>;
using AccountReference = Reference<AccountId>;
using ExternalAccountId = base::Id<struct ExternalAccount>;

// RFC 8555, section 7.1.6: both ends are final.
BOOST_DEFINE_ENUM_CLASS(AccountStatus, valid, deactivated, revoked)

struct Account {
  AccountId id;
  std::string secret;
  AccountStatus status;
  std::string contacts;  // JSON: a list of URLs
  bool terms_agreed;
  std::string key_thumbprint;  // RFC 7638, SHA-256
  std::string key_type;        // "EC P-256"
  base::Bytes key_spki;
  base::Time created_at;
  std::string created_from;                                // the address
  std::optional<ExternalAccountId> eab_id = std::nullopt;  // the external account it is bound to

  AccountReference reference() const { return {id, secret}; }
};
BOOST_DESCRIBE_STRUCT(Account, (),
                      (id, secret, status, contacts, terms_agreed, key_thumbprint, key_type,
                       key_spki, created_at, created_from, eab_id))

// Why an account may not act; nothing when it may.
std::optional<Problem> account_obstacle(AccountStatus status);

inline constexpr std::size_t most_contacts = 10;

// mailto URLs with one address each and no header fields (RFC 8555, section 7.3): the problem is
// unsupportedContact for other schemes, invalidContact for what is no address.
Result<void> check_contacts(const std::vector<std::string>& contacts);

}  // namespace core::acme
