#pragma once

#include "http/endpoint.h"
#include "service/authorities.h"
#include "service/crls.h"

namespace api::v2 {

// What the responder counted since the start.
struct OcspCounts {
  std::int64_t total_requests;
  std::int64_t cache_hits;
};
BOOST_DESCRIBE_STRUCT(OcspCounts, (), (total_requests, cache_hits))

void add_revocation(http::Surface& surface, service::Authorities& authorities, service::Crls& crls,
                    std::function<OcspCounts()> ocsp_counts);

}  // namespace api::v2
