#pragma once

#include <vector>

#include "http/endpoint.h"
#include "service/authorities.h"

namespace protocol::aia {

// The certificates of the authorities, for clients that lack one of the chain (RFC 5280,
// section 4.2.2.1): /ca/{ca}.cer in DER, /ca/{ca}.pem in PEM, by refid or number, on both ports.
std::vector<http::Route> routes(service::Authorities& authorities);

}  // namespace protocol::aia
