#pragma once

#include <functional>
#include <vector>

#include "http/endpoint.h"
#include "service/authorities.h"
#include "service/issuance_idempotency.h"

namespace api::v2 {

// Lets the routes that issue one certificate, or make an authority or what belongs to one, take an
// Idempotency-Key. `shown` makes the data of an answer anew from what was made, when a crash kept
// the first one from being sent.
void add_idempotency(
    http::Surface& surface, service::Idempotency& idempotency,
    std::function<std::string(const storage::IdempotencyKey&, const http::Call&)> shown);

// JSON of what the request made, as the API shows it; "null" when it was deleted meanwhile.
std::string shown_again(db::Database& database, service::Authorities& authorities,
                        const storage::IdempotencyKey& key, base::Time now);

}  // namespace api::v2
