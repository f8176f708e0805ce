#pragma once

#include <vector>

#include "base/clock.h"
#include "http/endpoint.h"
#include "protocol/ocsp/reply_cache.h"
#include "service/ocsp.h"

namespace protocol::ocsp {

// POST /ocsp, GET /ocsp/{base64} (RFC 6960, appendix A; RFC 5019) and GET /ocsp?request={base64},
// on both ports. Answers that were given before come ready from the cache, on the thread that read
// the request.
std::vector<http::Route> routes(service::Ocsp& responder, ReplyCache& cache,
                                const base::Clock& clock);

}  // namespace protocol::ocsp
