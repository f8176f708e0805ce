#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/ids.h"

namespace service {

// What administrators decide about the ACME server while it runs.
struct AcmeSettings {
  bool enabled = true;
  std::optional<core::AuthorityId> authority_id = std::nullopt;  // nothing: the default authority
  std::chrono::seconds validity = std::chrono::days{90};
  std::string terms_of_service = {};               // a URL; empty: none to agree to
  std::string website = {};                        // a URL
  std::vector<std::string> caa_identities = {};    // our names in CAA; none: CAA is not looked at
  std::vector<std::string> allowed_suffixes = {};  // public suffixes that are ours
  std::string base_url = {};  // "https://ca.example.com"; empty: as the client addressed us
};

// Asked once per request.
using AcmeSettingsSource = std::function<std::shared_ptr<const AcmeSettings>()>;

inline constexpr auto acme_order_lifetime = std::chrono::days{7};
inline constexpr auto acme_authorization_lifetime = std::chrono::days{7};

}  // namespace service
