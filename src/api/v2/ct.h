#pragma once

#include "http/endpoint.h"
#include "service/ct_submission.h"

namespace api::v2 {

// Which certificates are submitted to logs of Certificate Transparency.
void add_ct(http::Surface& surface, service::CtSubmission& submission);

}  // namespace api::v2
