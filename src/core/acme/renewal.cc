#include "core/acme/renewal.h"

#include <algorithm>

namespace core::acme {
namespace {

std::unexpected<Problem> malformed() {
  return refuse(ProblemType::malformed,
                "a certificate is named by its authority key identifier and its serial number in "
                "base64url, with a dot between (RFC 9773, section 4.1)");
}

}  // namespace

Result<CertificateName> read_certificate_name(std::string_view text) {
  constexpr std::size_t longest = 200;
  const auto dot = text.find('.');
  if (text.size() > longest || dot == std::string_view::npos) {
    return malformed();
  }
  auto identifier = base::from_base64url(text.substr(0, dot));
  const auto octets = base::from_base64url(text.substr(dot + 1));
  if (!identifier || identifier->empty() || !octets || octets->empty()) {
    return malformed();
  }
  const auto serial = x509::SerialNumber::from_octets(*octets);
  if (!serial) {
    return malformed();
  }
  return CertificateName{.authority_key_identifier = *std::move(identifier),
                         .serial_number = *serial};
}

RenewalWindow renewal_window(base::Time not_before, base::Time not_after,
                             const std::optional<base::Time>& revoked_at) {
  if (revoked_at) {
    // RFC 9773, section 4.2: an end in the past asks for renewal now.
    return {.start = std::max(not_before, *revoked_at - std::chrono::hours{1}),
            .end = std::max(not_before + std::chrono::seconds{1}, *revoked_at)};
  }
  const auto life = not_after - not_before;
  const auto half = life / 50;
  const auto middle = not_after - life / 3;
  return {.start = middle - half, .end = middle + std::max(half, base::Seconds{1})};
}

}  // namespace core::acme
