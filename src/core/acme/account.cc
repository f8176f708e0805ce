#include "core/acme/account.h"

#include <algorithm>

#include "base/text.h"
#include "x509/general_name.h"

namespace core::acme {
namespace {

constexpr std::string_view mailto = "mailto:";
constexpr std::size_t longest_contact = 300;

bool is_printable(std::string_view text) {
  return std::ranges::all_of(text, [](unsigned char c) { return c > 0x20 && c < 0x7f; });
}

Result<void> check_contact(const std::string& contact) {
  if (contact.size() > longest_contact || !is_printable(contact)) {
    return refuse(ProblemType::invalidContact, "a contact is too long or has strange characters");
  }
  const auto scheme = contact.substr(0, std::min(contact.find(':'), contact.size()));
  if (scheme.size() == contact.size()) {
    return refuse(ProblemType::invalidContact, "the contact \"" + contact + "\" is not a URL");
  }
  if (base::lower(scheme) + ":" != mailto) {
    return refuse(ProblemType::unsupportedContact,
                  "contacts are mailto URLs; \"" + scheme + "\" is not supported");
  }
  const auto address = std::string_view{contact}.substr(mailto.size());
  if (address.find_first_of("?,%") != std::string_view::npos) {
    return refuse(ProblemType::invalidContact,
                  "the contact \"" + contact + "\" is more than one plain address");
  }
  if (const auto email = x509::GeneralName::email(address); !email) {
    return refuse(ProblemType::invalidContact,
                  "the contact \"" + contact + "\": " + email.error().reason);
  }
  return {};
}

}  // namespace

std::optional<Problem> account_obstacle(AccountStatus status) {
  // RFC 8555, section 7.3.6, asks for 401 here.
  constexpr int unauthenticated = 401;
  switch (status) {
    case AccountStatus::valid:
      return std::nullopt;
    case AccountStatus::deactivated:
      return Problem{.type = ProblemType::unauthorized,
                     .detail = "the account is deactivated",
                     .status = unauthenticated};
    case AccountStatus::revoked:
      return Problem{.type = ProblemType::unauthorized,
                     .detail = "the account was revoked by this server",
                     .status = unauthenticated};
  }
  return Problem{.type = ProblemType::unauthorized, .detail = "the account has no known status"};
}

Result<void> check_contacts(const std::vector<std::string>& contacts) {
  if (contacts.size() > most_contacts) {
    return refuse(ProblemType::invalidContact,
                  "an account has " + std::to_string(most_contacts) + " contacts at most");
  }
  for (const auto& contact : contacts) {
    ACME_CHECK(check_contact(contact));
  }
  return {};
}

}  // namespace core::acme
