#include "core/acme/notification.h"

#include "json/json.h"

namespace core::acme {

std::vector<std::string> mail_addresses_of(const Account& account) {
  constexpr std::string_view scheme = "mailto:";
  std::vector<std::string> addresses;
  for (const auto& contact :
       json::parse<std::vector<std::string>>(account.contacts, json::Unknown::ignore)) {
    // Contacts were checked when they came: one plain address each.
    if (contact.starts_with(scheme) && contact.find('%') == std::string::npos) {
      addresses.push_back(contact.substr(scheme.size()));
    }
  }
  return addresses;
}

std::optional<int> warning_due(base::Time not_before, base::Time not_after, base::Time now) {
  const auto life = not_after - not_before;
  std::optional<int> due;
  for (const int days : {30, 14, 7, 1}) {
    const std::chrono::days before{days};
    if (2 * before <= life && now < not_after && not_after - now <= before) {
      due = days;  // the last one that fits is the nearest to the end
    }
  }
  return due;
}

}  // namespace core::acme
