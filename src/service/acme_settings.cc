#include "service/acme_settings.h"

#include "x509/general_name.h"

namespace service {

std::vector<std::string> AcmeSettings::issuer_names() const {
  constexpr std::size_t most = 10;  // draft-ietf-acme-dns-persist, section 3.1
  std::vector<std::string> names;
  for (const auto& identity : caa_identities) {
    if (auto name = x509::normalize_dns_name(identity, false); name && names.size() < most) {
      names.push_back(*std::move(name));
    }
  }
  if (!names.empty()) {
    return names;
  }
  const auto& url = base_url.empty() ? own_url : base_url;
  const auto slashes = url.find("//");
  if (slashes == std::string::npos) {
    return names;
  }
  const auto rest = url.substr(slashes + 2);
  const auto host = rest.substr(0, rest.find_first_of(":/"));
  if (auto name = x509::normalize_dns_name(host, false); name && !x509::ip_from_text(host)) {
    names.push_back(*std::move(name));
  }
  return names;
}

}  // namespace service
