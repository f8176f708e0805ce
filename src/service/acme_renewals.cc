#include "service/acme_renewals.h"

#include <algorithm>

#include "storage/certificate_store.h"

namespace service {

core::acme::Result<core::Certificate> AcmeRenewals::find(std::string_view name) {
  const auto certificate = ACME_TRY(core::acme::read_certificate_name(name));
  for (const auto& issuer : authorities_.issuers()) {
    if (!std::ranges::equal(issuer->certificate.subject_key_identifier(),
                            certificate.authority_key_identifier)) {
      continue;
    }
    auto record = database_.read([&](db::Session& session) {
      return storage::CertificateStore{session}.find_by_serial(issuer->authority.id,
                                                               certificate.serial_number);
    });
    if (record) {
      return *std::move(record);
    }
  }
  constexpr int not_found = 404;
  return core::acme::refuse(core::acme::ProblemType::malformed,
                            "no certificate of this server has this name", not_found);
}

core::acme::Result<core::acme::RenewalWindow> AcmeRenewals::window(std::string_view name) {
  const auto certificate = ACME_TRY(find(name));
  return core::acme::renewal_window(certificate.not_before, certificate.not_after,
                                    certificate.revoked_at);
}

}  // namespace service
