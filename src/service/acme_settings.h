#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/acme/account.h"
#include "core/acme/quota.h"
#include "core/acme/service.h"
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
  std::string base_url = {};          // "https://ca.example.com"; empty: as the client addressed us
  std::string own_url = {};           // as the server knows itself, where no client says it
  bool allowlists_enforced = false;   // accounts order what was assigned to them, nothing else
  bool csr_profile_required = false;  // an account without one gets no certificate
  bool approval_required = false;     // by a person, of each finalized order
  struct Quotas {
    core::acme::Quota account = {};
    core::acme::Quota external_account = {};
    core::acme::Quota identifier = {};
  } quotas = {};

  // Which of the services this is.
  std::string prefix = "/acme";                                    // of its addresses
  std::optional<core::acme::ServiceId> service_id = std::nullopt;  // nothing: the default one
  std::shared_ptr<const core::acme::ServicePolicy> policy =
      std::make_shared<const core::acme::ServicePolicy>();

  // Ours in the TXT records of dns-persist-01: those of CAA, or else the host that we are known by.
  // None when that is an address.
  std::vector<std::string> issuer_names() const;

  std::string account_url(const std::string& base, const core::acme::AccountReference& of) const {
    return base + prefix + "/acct/" + of.to_string();
  }
};

// What all services have in common, as it is now; asked once per request.
using AcmeSettingsSource = std::function<AcmeSettings()>;

inline constexpr auto acme_order_lifetime = std::chrono::days{7};
inline constexpr auto acme_authorization_lifetime = std::chrono::days{7};
// A proof is used again while it lasts for so long at least.
inline constexpr auto acme_reuse_margin = std::chrono::hours{1};
// How old a look at CAA may be when the certificate is issued.
inline constexpr auto acme_caa_lifetime = std::chrono::hours{8};

}  // namespace service
