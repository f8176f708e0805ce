#include "core/user.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>

#include "base/text.h"

namespace core {
namespace {

constexpr std::int64_t free_failures = 4;
constexpr std::chrono::seconds first_lockout{30};
constexpr std::chrono::seconds longest_lockout{3600};
constexpr std::size_t least_length = 12;
constexpr std::size_t most_length = 128;

// Roots of the passwords that guessers try first; a password made of one and some digits is theirs.
constexpr std::array<std::string_view, 24> well_known{
    "password", "passwort", "changeme", "administrator", "admin",    "certwright",
    "qwerty",   "letmein",  "welcome",  "iloveyou",      "123456",   "abc123",
    "monkey",   "dragon",   "secret",   "master",        "trustno1", "football",
    "baseball", "sunshine", "princess", "superman",      "qwertz",   "test"};

// What is left of a password when well-known words and the digits and signs around them are gone.
std::size_t unknown_letters(std::string text) {
  for (const auto word : well_known) {
    for (auto at = text.find(word); at != std::string::npos; at = text.find(word)) {
      text.erase(at, word.size());
    }
  }
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](unsigned char c) { return std::isalpha(c) != 0 || c >= 0x80; }));
}

// Nothing before the first, then half a minute, doubling up to an hour.
std::chrono::seconds back_off(std::int64_t failures) {
  if (failures <= 0) {
    return std::chrono::seconds{0};
  }
  const auto doublings = std::min<std::int64_t>(failures - 1, 7);
  return std::min(longest_lockout, first_lockout * (1 << doublings));
}

bool contains_well_known(std::string_view text) {
  return std::ranges::any_of(well_known,
                             [&](auto word) { return text.find(word) != std::string_view::npos; });
}

}  // namespace

std::chrono::seconds lockout_after(std::int64_t failures) {
  return back_off(failures - free_failures);
}

std::chrono::seconds address_lockout_after(std::int64_t failures, std::int64_t free_of_charge) {
  return back_off(failures - free_of_charge);
}

std::string own_network(std::string_view address) {
  if (address.find(':') == std::string_view::npos || address.find('.') != std::string_view::npos) {
    return std::string{address};
  }
  std::size_t end = 0;
  for (int groups = 0; groups < 4 && end < address.size(); ++groups) {
    const auto colon = address.find(':', end);
    if (colon == std::string_view::npos || address.substr(colon).starts_with("::")) {
      return std::string{address.substr(0, colon)};
    }
    end = colon + 1;
  }
  return std::string{address.substr(0, end)};
}

std::optional<std::string> password_weakness(const base::Secret& password,
                                             std::string_view username) {
  const auto text = base::lower(password.reveal());
  if (text.size() < least_length) {
    return "a password has at least 12 characters";
  }
  if (text.size() > most_length) {
    return "a password has at most 128 characters";
  }
  if (username.size() > 3 && text.find(base::lower(username)) != std::string::npos) {
    return "a password does not contain the username";
  }
  if (std::set<char>(text.begin(), text.end()).size() < 5) {
    return "a password has at least five different characters";
  }
  if ((text + text).find(text, 1) < text.size()) {
    return "a password is not one pattern repeated";
  }
  if (contains_well_known(text) && unknown_letters(text) < 4) {
    return "this password is among the first that are tried";
  }
  return std::nullopt;
}

std::optional<std::string> username_problem(std::string_view username) {
  if (username.size() < 2 || username.size() > 64) {
    return "a username has 2 to 64 characters";
  }
  const auto allowed = [](unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_' ||
           c == '@';
  };
  if (!std::ranges::all_of(username, allowed)) {
    return "a username has lower-case letters, digits, '.', '-', '_' and '@' only";
  }
  return std::nullopt;
}

std::optional<std::string> email_problem(std::string_view email) {
  const auto at = email.find('@');
  const bool plausible =
      email.size() <= 254 && at != std::string_view::npos && at > 0 && at == email.rfind('@') &&
      at + 1 < email.size() &&
      std::ranges::all_of(email, [](unsigned char c) { return c > 0x20 && c != 0x7f; }) &&
      email.find_first_of("<>,;\"") == std::string_view::npos;
  return plausible ? std::nullopt : std::optional<std::string>{"not an e-mail address"};
}

}  // namespace core
