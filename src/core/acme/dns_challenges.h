#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "core/acme/problem.h"

// Challenges by DNS beyond RFC 8555, section 8.4.
namespace core::acme {

// Where the TXT record of dns-account-01 is (draft-ietf-acme-dns-account-label, section 3.2): below
// a label of the account, so that several clients can prove one name at the same time.
std::string dns_account01_name(std::string_view name, std::string_view account_url);

// Where that of dns-persist-01 is (draft-ietf-acme-dns-persist, section 4).
std::string dns_persist01_name(std::string_view name);

// What hashed account URIs begin with ("https://ca.example/acme/account-hash/"), for an account or
// a directory at this address; nothing when it is no address of ours.
std::optional<std::string> account_hash_prefix(std::string_view url);

// An account's hashed URI for one name, or for all names as "*" (draft -02, section 4.1).
std::string hashed_account_uri(std::string_view prefix, std::string_view name,
                               std::string_view account_key_thumbprint,
                               std::string_view account_url);

struct PersistQuestion {
  std::string name;  // without the wildcard's label
  bool wildcard = false;
  std::vector<std::string> issuer_names = {};  // ours, lower case
  std::string account_url = {};
  std::string account_key_thumbprint = {};
  base::Time now = {};
};

// Whether one of the TXT records is that of dns-persist-01 for the account: until when it says so,
// when it says it. The account is named by its address (draft -01, which clients know) or by its
// hashed URI (draft -02).
Result<std::optional<base::Time>> read_persist01(const std::vector<std::string>& texts,
                                                 const PersistQuestion& question);

}  // namespace core::acme
