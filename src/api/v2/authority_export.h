#pragma once

#include "http/endpoint.h"
#include "service/authorities.h"

namespace api::v2 {

// Downloads of authorities, one, several or all, and deleting several.
void add_authority_export(http::Surface& surface, service::Authorities& authorities);

}  // namespace api::v2
