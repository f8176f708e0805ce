#pragma once

#include <vector>

#include "http/endpoint.h"
#include "service/authorities.h"
#include "service/crls.h"

namespace protocol::crl {

// /crl/{ca}.crl and, for clients of the contract, /cdp/{ca}.crl (RFC 5280, section 5), on both
// ports. The CRL covers every revocation that was acknowledged before the request.
std::vector<http::Route> routes(service::Authorities& authorities, service::Crls& crls);

}  // namespace protocol::crl
