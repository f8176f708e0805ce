#pragma once

#include <functional>
#include <vector>

#include "core/ids.h"
#include "http/endpoint.h"
#include "service/issuance_idempotency.h"

namespace api::v2 {

// Lets the routes that issue one certificate take an Idempotency-Key. `shown` makes the data of an
// answer anew from its certificate, when a crash kept the first one from being sent.
void add_idempotency(
    http::Surface& surface, service::Idempotency& idempotency,
    std::function<std::string(const core::CertificateId&, const http::Call&)> shown);

}  // namespace api::v2
