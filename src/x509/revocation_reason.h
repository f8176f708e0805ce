#pragma once

#include <expected>
#include <string_view>

#include "base/value.h"

namespace x509 {

// The numbers of CRLReason (RFC 5280, section 5.3.1), under the names that the API gives them.
enum class RevocationReason {
  unspecified = 0,
  keyCompromise = 1,
  caCompromise = 2,
  affiliationChanged = 3,
  superseded = 4,
  cessationOfOperation = 5,
  certificateHold = 6,
  removeFromCRL = 8,
  privilegeWithdrawn = 9,
  aACompromise = 10,
};
BOOST_DESCRIBE_ENUM(RevocationReason, unspecified, keyCompromise, caCompromise, affiliationChanged,
                    superseded, cessationOfOperation, certificateHold, removeFromCRL,
                    privilegeWithdrawn, aACompromise)

// Reads the standard's spelling (cACompromise), and other products': KEY_COMPROMISE,
// key_compromise, key-compromise.
std::expected<RevocationReason, base::ParseError> parse_revocation_reason(std::string_view text);

// The number as ACME's revokeCert has it.
std::expected<RevocationReason, base::ParseError> revocation_reason(std::int64_t number);

}  // namespace x509
