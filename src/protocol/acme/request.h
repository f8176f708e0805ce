#pragma once

#include <optional>
#include <string>

#include "core/acme/jws.h"
#include "core/acme/problem.h"
#include "http/endpoint.h"
#include "json/json.h"
#include "service/acme.h"

namespace protocol::acme {

// Which key a request may be signed with (RFC 8555, section 6.2).
enum class SignedBy { jwk, account, either };

// Who asks for what, proven: the signature is right, the nonce was good and is used, the url is
// this one, and the account, when there is one, may act.
struct SignedRequest {
  const http::Call& call;
  service::Acme& acme;
  std::shared_ptr<const service::AcmeSettings> settings;
  std::string base;  // "https://ca.example.com:8443"
  const http::PathValues& path;
  core::acme::Jws jws;
  service::AcmeAccountPointer account;  // nothing when a jwk signed

  bool is_post_as_get() const { return jws.payload.empty(); }
  // Of this service: url("/new-order").
  std::string url(std::string_view path_of_ours) const {
    return base + settings->prefix + std::string{path_of_ours};
  }

  // The account as the client knows it: its kid. One account may have several addresses, of the
  // server's names and services, and the client has only this one to go by.
  std::string account_url() const;

  // The payload as JSON; what is missing or of a wrong type is malformed. Unknown members are
  // ignored (section 6.7 wants servers to, so that extensions can be sent to anyone).
  template <class Payload>
  core::acme::Result<Payload> payload() const {
    const auto value = ACME_TRY(payload_value());
    json::Reading reading{.unknown = json::Unknown::ignore};
    auto read = json::read<Payload>(value, reading, {});
    if (!read || !reading.errors.empty()) {
      const auto& first = reading.errors.front();
      return core::acme::refuse(core::acme::ProblemType::malformed,
                                "the payload is refused: " +
                                    (first.field.empty() ? "" : first.field + ": ") + first.reason);
    }
    return *std::move(read);
  }

 private:
  core::acme::Result<boost::json::value> payload_value() const;
};

// "https://" and the host that the client used, unless the settings have an address.
std::string base_url(const http::Request& request, const service::AcmeSettings& settings);

// Checks a request as section 6 demands, cheapest checks first.
core::acme::Result<SignedRequest> read_request(
    const http::Call& call, service::Acme& acme,
    std::shared_ptr<const service::AcmeSettings> settings, const http::PathValues& path,
    SignedBy signed_by);

}  // namespace protocol::acme
