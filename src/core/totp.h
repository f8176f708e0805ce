#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/clock.h"

namespace core {

inline constexpr std::chrono::seconds totp_step{30};
inline constexpr std::size_t totp_secret_octets = 20;

// RFC 6238 with SHA-1, six digits and steps of 30 seconds, which is what authenticator apps do.
std::string totp_code(base::ByteView secret, std::int64_t step);
std::int64_t totp_step_at(base::Time time);

// The step that the code is of: now, the one before or the one after (RFC 6238, section 5.2), and
// later than `last_step`, so that no code works twice. Nothing when it is none of them.
std::optional<std::int64_t> matching_totp_step(base::ByteView secret, std::string_view code,
                                               base::Time now, std::int64_t last_step);

// RFC 4648, section 6, without padding, as authenticator apps show secrets.
std::string to_base32(base::ByteView bytes);

// What an app reads from a QR code: otpauth://totp/Issuer:account?secret=...
std::string totp_uri(std::string_view issuer, std::string_view account, base::ByteView secret);

// "3F2A-91BC-77D0-E415" from eight octets, and the form in which it is compared.
std::string recovery_code(base::ByteView octets);
std::string plain_recovery_code(std::string_view text);

}  // namespace core
