#include "service/generated_password.h"

#include <array>
#include <string>

namespace service {

base::Secret generated_password(crypto::Random& random) {
  // Without those that look alike.
  constexpr std::string_view characters =
      "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";
  constexpr std::size_t length = 24;
  std::string password;
  while (password.size() < length) {
    std::array<std::uint8_t, 32> octets{};
    random.fill(octets);
    for (const auto octet : octets) {
      const std::size_t index = octet & 0x3f;
      if (index < characters.size() && password.size() < length) {
        password += characters[index];
      }
    }
  }
  return base::Secret{std::move(password)};
}

}  // namespace service
