#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/clock.h"
#include "core/acme/problem.h"
#include "x509/serial_number.h"

// ACME renewal information (RFC 9773).
namespace core::acme {

// How a client names a certificate (section 4.1): the issuer's key identifier and the serial.
struct CertificateName {
  base::Bytes authority_key_identifier;
  x509::SerialNumber serial_number;
};
Result<CertificateName> read_certificate_name(std::string_view text);

struct RenewalWindow {
  base::Time start;
  base::Time end;
};

// When to renew (section 4.2): around two thirds of the life, in a window wide enough to spread a
// fleet. What is revoked is to be renewed at once: its window lies in the past.
RenewalWindow renewal_window(base::Time not_before, base::Time not_after,
                             const std::optional<base::Time>& revoked_at);

// How long a client may rely on the window; a revocation is heard of after that time at the latest.
inline constexpr auto renewal_info_lasts = std::chrono::hours{6};

}  // namespace core::acme
