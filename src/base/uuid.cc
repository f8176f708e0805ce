#include "base/uuid.h"

#include "base/bytes.h"

namespace base {
namespace {

constexpr std::size_t hyphens[] = {8, 13, 18, 23};

}  // namespace

std::expected<Uuid, ParseError> Uuid::parse(std::string_view text) {
  const auto refused = std::unexpected(ParseError{"not a UUID"});
  if (text.size() != 36) {
    return refused;
  }
  std::string digits;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool hyphen = std::ranges::find(hyphens, i) != std::end(hyphens);
    if (hyphen != (text[i] == '-')) {
      return refused;
    }
    if (!hyphen) {
      digits += text[i];
    }
  }
  const auto octets = from_hex(digits);
  if (!octets) {
    return refused;
  }
  auto lower = to_hex(*octets);
  for (const auto at : hyphens) {
    lower.insert(at, "-");
  }
  return Uuid{std::move(lower)};
}

Uuid Uuid::from_random(std::array<std::uint8_t, 16> octets) {
  octets[6] = static_cast<std::uint8_t>((octets[6] & 0x0f) | 0x40);
  octets[8] = static_cast<std::uint8_t>((octets[8] & 0x3f) | 0x80);
  auto text = to_hex(octets);
  for (const auto at : hyphens) {
    text.insert(at, "-");
  }
  return Uuid{std::move(text)};
}

}  // namespace base
