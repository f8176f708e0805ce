#include "x509/revocation_reason.h"

#include <optional>
#include <string>

#include "base/text.h"

namespace x509 {
namespace {

std::string plain(std::string_view text) {
  auto lower = base::lower(text);
  std::erase_if(lower, [](char c) { return c == '_' || c == '-' || c == ' '; });
  return lower;
}

template <class Wanted>
std::optional<RevocationReason> find_reason(Wanted wanted) {
  std::optional<RevocationReason> found;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<RevocationReason>>(
      [&](auto enumerator) {
        if (wanted(enumerator)) {
          found = enumerator.value;
        }
      });
  return found;
}

}  // namespace

std::expected<RevocationReason, base::ParseError> parse_revocation_reason(std::string_view text) {
  const auto wanted = plain(text);
  const auto found = find_reason([&](auto enumerator) { return plain(enumerator.name) == wanted; });
  if (!found) {
    return std::unexpected(base::ParseError{"not one of " + base::names_of<RevocationReason>()});
  }
  return *found;
}

std::expected<RevocationReason, base::ParseError> revocation_reason(std::int64_t number) {
  const auto found = find_reason(
      [&](auto enumerator) { return static_cast<std::int64_t>(enumerator.value) == number; });
  if (!found) {
    return std::unexpected(base::ParseError{"not the number of a revocation reason"});
  }
  return *found;
}

}  // namespace x509
