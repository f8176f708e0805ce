#pragma once

#include "http/endpoint.h"
#include "service/authorities.h"
#include "service/restrictions.h"
#include "service/templates.h"

namespace api::v2 {

void add_templates(http::Surface& surface, service::Templates& templates,
                   service::Authorities& authorities, service::Restrictions& restrictions);

}  // namespace api::v2
