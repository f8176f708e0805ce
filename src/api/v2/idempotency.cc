#include "api/v2/idempotency.h"

#include <algorithm>

#include "crypto/digest.h"

namespace api::v2 {
namespace {

using Shown = std::function<std::string(const core::CertificateId&, const http::Call&)>;

constexpr std::size_t longest_name = 255;

bool issues_one(const http::Route& route) {
  static constexpr std::string_view actions[] = {"certificate.issue", "certificate.renew",
                                                 "csr.sign",          "ca.create",
                                                 "ca.renew",          "ca.cross_sign"};
  return std::ranges::find(actions, route.action) != std::end(actions) &&
         route.path.find("/bulk/") == std::string::npos;
}

service::Idempotency::Request named(const http::Call& call, std::string_view name) {
  const bool is_plain =
      std::ranges::all_of(name, [](unsigned char c) { return c > 0x20 && c < 0x7f; });
  if (name.size() > longest_name || !is_plain) {
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{"Idempotency-Key", "has not 1 to 255 plain characters"}}};
  }
  crypto::Sha256 asked;
  asked.add(base::as_bytes(call.request.path)).add(base::as_bytes("\n"));
  asked.add(base::as_bytes(call.request.body));
  return {.caller = "user " + std::to_string(call.caller.user_id),
          .name = std::string{name},
          .fingerprint = base::to_hex(asked.value())};
}

http::Response again(int status, std::string body) {
  return {.status = status,
          .content_type = "application/json",
          .headers = {{"Idempotency-Replayed", "true"}},
          .body = std::move(body)};
}

}  // namespace

void add_idempotency(http::Surface& surface, service::Idempotency& idempotency, Shown shown) {
  for (auto& route : surface.routes) {
    if (!issues_one(route)) {
      continue;
    }
    route.handle = [carry_out = std::move(route.handle), &idempotency, shown, dress = surface.dress,
                    status = route.description.status](const http::Call& call,
                                                       const http::PathValues& path) {
      const auto name = call.request.header("idempotency-key");
      if (name.empty()) {
        return carry_out(call, path);
      }
      const auto claim = idempotency.claim(call.act, named(call, name));
      if (claim.status != 0) {
        return again(claim.status, claim.answer);
      }
      if (claim.certificate_id) {
        auto answer = dress({.status = status, .data = shown(*claim.certificate_id, call)});
        idempotency.keep(call.act, claim, answer.status, answer.body);
        return again(answer.status, std::move(answer.body));
      }
      try {
        auto response = carry_out(call, path);
        idempotency.keep(call.act, claim, response.status, response.body);
        return response;
      } catch (...) {
        idempotency.release(call.act, claim);
        throw;
      }
    };
  }
}

}  // namespace api::v2
