#pragma once

#include "base/id.h"

// What identifies the things of the product; an id of one is not accepted for another.
namespace core {

using AuthorityId = base::Id<struct Authority>;
using CertificateId = base::Id<struct Certificate>;
using KeyId = base::Id<struct StoredKey>;
using IntentId = base::Id<struct Intent>;
using UserId = base::Id<struct User>;
using SessionId = base::Id<struct Session>;
using ApiKeyId = base::Id<struct ApiKey>;

}  // namespace core
