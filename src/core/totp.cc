#include "core/totp.h"

#include <cctype>

#include "crypto/digest.h"

namespace core {
namespace {

constexpr std::string_view base32_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
constexpr std::uint32_t million = 1'000'000;

std::string percent_encoded(std::string_view text) {
  static constexpr std::string_view hex = "0123456789ABCDEF";
  std::string out;
  for (const unsigned char c : text) {
    if (std::isalnum(c) != 0 || c == '-' || c == '.' || c == '_' || c == '~') {
      out += static_cast<char>(c);
    } else {
      out += {'%', hex[c >> 4], hex[c & 15]};
    }
  }
  return out;
}

bool same(std::string_view a, std::string_view b) {
  // As long for a wrong digit here as there.
  unsigned difference = a.size() == b.size() ? 0 : 1;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    difference |= static_cast<unsigned>(a[i] ^ b[i]);
  }
  return difference == 0;
}

}  // namespace

std::string totp_code(base::ByteView secret, std::int64_t step) {
  base::Bytes counter(8);
  for (std::size_t i = 0; i < counter.size(); ++i) {
    counter[7 - i] = static_cast<std::uint8_t>(step >> (8 * i));
  }
  const auto mac = crypto::hmac(crypto::DigestAlgorithm::sha1, secret, counter);
  // RFC 4226, section 5.3.
  const std::size_t offset = mac.back() & 0x0f;
  const auto number = (std::uint32_t{mac[offset]} & 0x7f) << 24 |
                      std::uint32_t{mac[offset + 1]} << 16 | std::uint32_t{mac[offset + 2]} << 8 |
                      std::uint32_t{mac[offset + 3]};
  const auto digits = std::to_string(number % million);
  return std::string(6 - digits.size(), '0') + digits;
}

std::int64_t totp_step_at(base::Time time) {
  return time.time_since_epoch() / totp_step;
}

std::optional<std::int64_t> matching_totp_step(base::ByteView secret, std::string_view code,
                                               base::Time now, std::int64_t last_step) {
  std::optional<std::int64_t> found;
  for (const auto shift : {-1, 0, 1}) {
    const auto step = totp_step_at(now) + shift;
    if (same(totp_code(secret, step), code) && step > last_step && !found) {
      found = step;
    }
  }
  return found;
}

std::string to_base32(base::ByteView bytes) {
  std::string text;
  std::uint32_t bits = 0;
  int held = 0;
  for (const auto byte : bytes) {
    bits = bits << 8 | byte;
    for (held += 8; held >= 5; held -= 5) {
      text += base32_digits[bits >> (held - 5) & 31];
    }
  }
  if (held > 0) {
    text += base32_digits[bits << (5 - held) & 31];
  }
  return text;
}

std::string totp_uri(std::string_view issuer, std::string_view account, base::ByteView secret) {
  const auto name = percent_encoded(issuer);
  return "otpauth://totp/" + name + ":" + percent_encoded(account) +
         "?secret=" + to_base32(secret) + "&issuer=" + name + "&algorithm=SHA1&digits=6&period=30";
}

std::string recovery_code(base::ByteView octets) {
  auto digits = base::to_hex(octets);
  std::string code;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    code += i % 4 == 0 && i > 0 ? "-" : "";
    code += static_cast<char>(std::toupper(static_cast<unsigned char>(digits[i])));
  }
  return code;
}

std::string plain_recovery_code(std::string_view text) {
  std::string plain;
  for (const unsigned char c : text) {
    if (std::isxdigit(c) != 0) {
      plain += static_cast<char>(std::toupper(c));
    } else if (c != '-' && c != ' ') {
      return {};
    }
  }
  return plain.size() == 16 ? plain : std::string{};
}

}  // namespace core
