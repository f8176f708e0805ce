#pragma once

#include <string>
#include <string_view>

#include "base/secret.h"
#include "crypto/random.h"

// Passwords as Argon2id (RFC 9106) in the PHC string form. Each call takes about 50 ms of a core
// and 19 MiB: the caller bounds how many run at once.
namespace crypto {

std::string hash_password(const base::Secret& password, Random& random);

// False for a wrong password, and for a text that is no hash or asks for more than 64 MiB.
bool verify_password(std::string_view hash, const base::Secret& password);

// The hash was made with other parameters than today's.
bool needs_rehash(std::string_view hash);

}  // namespace crypto
