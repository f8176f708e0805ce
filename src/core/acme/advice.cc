#include "core/acme/advice.h"

#include "base/value.h"

namespace core::acme {
namespace {

std::string_view on_connection(ChallengeType challenge) {
  return challenge == ChallengeType::tls_alpn_01
             ? "Let this server reach port 443 of the host: look at firewalls, at forwarded ports, "
               "and whether the client still listens."
             : "Let this server reach port 80 of the host: look at firewalls, at forwarded ports, "
               "and whether the web server listens on the address in the DNS, IPv6 included.";
}

bool is_by_dns(ChallengeType challenge) {
  return challenge == ChallengeType::dns_01 || challenge == ChallengeType::dns_account_01 ||
         challenge == ChallengeType::dns_persist_01;
}

std::string_view on_unauthorized(ChallengeType challenge) {
  switch (challenge) {
    case ChallengeType::http_01:
      return "Another web server or virtual host answered, or the client wrote its file elsewhere: "
             "compare the client's webroot with the one that serves "
             "/.well-known/acme-challenge/.";
    case ChallengeType::dns_01:
      return "The record is from an earlier attempt or of another account: remove old "
             "_acme-challenge records and let the client write a new one.";
    case ChallengeType::dns_account_01:
      return "The record is from an earlier attempt or of another account: remove old records "
             "below _acme-challenge and let the client write a new one.";
    case ChallengeType::dns_persist_01:
      return "Compare the record at _validation-persist with the names of this CA and the account "
             "that orders: it names both, and a wildcard needs policy=wildcard.";
    case ChallengeType::tls_alpn_01:
      return "Something else answers on port 443, such as a proxy that ends TLS itself: pass "
             "connections with the protocol acme-tls/1 on to the client.";
  }
  return {};
}

}  // namespace

std::string_view advice(ProblemType problem, ChallengeType challenge) {
  switch (problem) {
    case ProblemType::dns:
      return is_by_dns(challenge)
                 ? "Create the TXT record in the zone that this server sees, and give secondary "
                   "servers the time to copy it before the challenge is answered."
                 : "Add an A or AAAA record for the name in the zone that this server sees.";
    case ProblemType::connection:
      return on_connection(challenge);
    case ProblemType::tls:
      return "The TLS handshake failed: see whether the client still runs and whether a proxy in "
             "between speaks TLS itself.";
    case ProblemType::unauthorized:
      return on_unauthorized(challenge);
    case ProblemType::incorrectResponse:
      return "The records that are there are not the one that is wanted: the client wrote into "
             "another zone, or its change has not reached all name servers.";
    case ProblemType::malformed:
      return "Write the TXT record anew: an issuer's name, then accounturi=, and each parameter "
             "once, with semicolons in between.";
    case ProblemType::caa:
      return "Name this CA in a CAA record of the name or of a parent, or remove the records that "
             "forbid it.";
    default:
      return "Look at the steps below, then let the client try again.";
  }
}

ProblemType problem_type_in(std::string_view urn) {
  auto type = ProblemType::serverInternal;
  const auto colon = urn.rfind(':');
  if (colon != std::string_view::npos) {
    boost::describe::enum_from_string(std::string{urn.substr(colon + 1)}.c_str(), type);
  }
  return type;
}

}  // namespace core::acme
