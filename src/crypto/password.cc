#include "crypto/password.h"

#include <argon2.h>

#include <array>
#include <charconv>
#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "base/error.h"
#include "crypto/token.h"

namespace crypto {
namespace {

// OWASP's first choice for Argon2id; RFC 9106's needs three times the memory of one sign-in.
constexpr std::uint32_t passes = 2;
constexpr std::uint32_t memory_kib = 19 * 1024;
constexpr std::uint32_t lanes = 1;
constexpr std::size_t salt_octets = 16;
constexpr std::size_t hash_octets = 32;

struct Parameters {
  std::uint32_t passes = 0;
  std::uint32_t memory_kib = 0;
  std::uint32_t lanes = 0;

  bool operator==(const Parameters&) const = default;
};

constexpr Parameters today{passes, memory_kib, lanes};

std::optional<std::uint32_t> take_number(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) {
    return std::nullopt;
  }
  text.remove_prefix(prefix.size());
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) {
    return std::nullopt;
  }
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

// $argon2id$v=19$m=19456,t=2,p=1$salt$hash
std::optional<Parameters> parameters_of(std::string_view hash) {
  const auto memory = take_number(hash, "$argon2id$v=19$m=");
  const auto time = memory ? take_number(hash, ",t=") : std::nullopt;
  const auto parallel = time ? take_number(hash, ",p=") : std::nullopt;
  if (!parallel || !hash.starts_with('$')) {
    return std::nullopt;
  }
  return Parameters{*time, *memory, *parallel};
}

}  // namespace

std::string hash_password(const base::Secret& password, Random& random) {
  std::array<std::uint8_t, salt_octets> salt;
  random.fill(salt);
  std::array<char, 128> encoded;
  const auto text = password.reveal();
  const int result =
      argon2id_hash_encoded(passes, memory_kib, lanes, text.data(), text.size(), salt.data(),
                            salt.size(), hash_octets, encoded.data(), encoded.size());
  if (result != ARGON2_OK) {
    throw base::Error{base::ErrorCode::internal,
                      std::string{"hashing a password: "} + argon2_error_message(result)};
  }
  return encoded.data();
}

bool verify_password(std::string_view hash, const base::Secret& password) {
  const auto parameters = parameters_of(hash);
  if (!parameters || hash.size() > 256 || parameters->memory_kib > 64 * 1024 ||
      parameters->passes > 16 || parameters->lanes > 4) {
    return false;
  }
  const auto text = password.reveal();
  return argon2id_verify(std::string{hash}.c_str(), text.data(), text.size()) == ARGON2_OK;
}

bool needs_rehash(std::string_view hash) {
  return parameters_of(hash) != today;
}

}  // namespace crypto
