#pragma once

#include "http/endpoint.h"
#include "service/authorities.h"
#include "service/crls.h"
#include "service/ocsp_responders.h"
#include "service/revocation_points.h"

namespace api::v2 {

// What the responder counted since the start.
struct OcspCounts {
  std::int64_t total_requests;
  std::int64_t cache_hits;
};
BOOST_DESCRIBE_STRUCT(OcspCounts, (), (total_requests, cache_hits))

void add_revocation(http::Surface& surface, service::Authorities& authorities, service::Crls& crls,
                    service::OcspResponders& responders, service::RevocationPoints& points,
                    std::function<OcspCounts()> ocsp_counts);

}  // namespace api::v2
