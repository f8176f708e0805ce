#pragma once

#include "base/id.h"

// What identifies the things of the product; an id of one is not accepted for another.
namespace core {

using AuthorityId = base::Id<struct Authority>;
using CertificateId = base::Id<struct Certificate>;
using AuthorityCertificateId = base::Id<struct AuthorityCertificate>;
using AuthorityRequestId = base::Id<struct AuthorityRequest>;
using KeyId = base::Id<struct StoredKey>;
using IntentId = base::Id<struct Intent>;
using UserId = base::Id<struct User>;
using SessionId = base::Id<struct Session>;
using ApiKeyId = base::Id<struct ApiKey>;
using PasskeyId = base::Id<struct Passkey>;
using SignInCertificateId = base::Id<struct SignInCertificate>;
using MailId = base::Id<struct Mail>;

}  // namespace core
