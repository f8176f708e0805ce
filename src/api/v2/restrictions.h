#pragma once

#include "http/endpoint.h"
#include "service/restrictions.h"

namespace api::v2 {

// Who is restricted to what.
void add_restrictions(http::Surface& surface, service::Restrictions& restrictions);

// Puts the check before every route of the surface that is there already: whoever is restricted
// reaches only what knows how to keep within a restriction. What is not named there is refused, so
// a new endpoint is closed to them until somebody has thought about it.
void restrict_routes(http::Surface& surface, service::Restrictions& restrictions);

}  // namespace api::v2
