#include "api/acme_admin/uid.h"

#include <charconv>

namespace api::acme_admin {
namespace {

constexpr std::string_view start = "63657274-7772-8";  // "certwr", version 8
constexpr std::size_t kind_digits = 3;
constexpr std::size_t number_digits = 15;
constexpr std::int64_t nothing = (std::int64_t{1} << 60) - 1;

std::string hex(std::int64_t number, std::size_t digits) {
  std::string text(digits, '0');
  for (auto at = digits; at-- > 0; number >>= 4) {
    text[at] = "0123456789abcdef"[number & 0xf];
  }
  return text;
}

}  // namespace

std::string uid_text(int kind, std::int64_t number) {
  const auto digits = hex(number, number_digits);
  return std::string{start} + hex(kind, kind_digits) + "-8" + digits.substr(0, 3) + "-" +
         digits.substr(3);
}

std::expected<std::int64_t, base::ParseError> uid_number(int kind, std::string_view text) {
  const auto uuid = base::Uuid::parse(text);
  if (!uuid) {
    return std::unexpected(uuid.error());
  }
  const auto normal = uuid->to_string();
  const auto digits = normal.substr(20, 3) + normal.substr(24);
  std::int64_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number, 16);
  return number > 0 && uid_text(kind, number) == normal ? number : nothing;
}

}  // namespace api::acme_admin
