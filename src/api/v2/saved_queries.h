#pragma once

#include "http/endpoint.h"
#include "service/saved_queries.h"

namespace api::v2 {

// Filters of the list of certificates that somebody keeps under a name.
void add_saved_queries(http::Surface& surface, service::SavedQueries& queries);

}  // namespace api::v2
