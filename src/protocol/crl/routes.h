#pragma once

#include <vector>

#include "base/clock.h"
#include "http/endpoint.h"
#include "service/authorities.h"
#include "service/crls.h"

namespace protocol::crl {

// /crl/{ca}.crl and, for clients of the contract, /cdp/{ca}.crl (RFC 5280, section 5), on both
// ports; -delta.crl the same way, and {ca}-3of16.crl for shards. A list covers every revocation
// that was acknowledged before the request, or, when it is a long one, within seconds.
std::vector<http::Route> routes(service::Authorities& authorities, service::Crls& crls,
                                const base::Clock& clock);

}  // namespace protocol::crl
