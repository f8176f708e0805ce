#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "core/ids.h"

namespace core {

// A certificate that signs its user in.
struct SignInCertificate {
  SignInCertificateId id;
  UserId user_id;
  std::string fingerprint;  // SHA-256, lower-case hexadecimal
  std::string name;
  std::string pem;
  std::optional<CertificateId> certificate_id;  // when it was made here
  bool is_enabled;
  base::Time not_after;
  base::Time created_at;
  std::optional<base::Time> last_used_at;
};
BOOST_DESCRIBE_STRUCT(SignInCertificate, (),
                      (id, user_id, fingerprint, name, pem, certificate_id, is_enabled, not_after,
                       created_at, last_used_at))

}  // namespace core
