#include "core/authority.h"

namespace core {

AuthorityAddresses addresses_of(const Authority& authority, const std::string& protocol_base) {
  const auto refid = authority.refid.to_string();
  return {.crl = protocol_base + "/crl/" + refid + ".crl",
          .ocsp = protocol_base + "/ocsp",
          .ca_issuers = protocol_base + "/ca/" + refid + ".cer"};
}

}  // namespace core
