#include "api/v2/idempotency.h"

#include <algorithm>

#include "api/v2/authority_view.h"
#include "api/v2/certificate_view.h"
#include "crypto/digest.h"
#include "storage/authority_certificate_store.h"
#include "storage/authority_store.h"
#include "storage/certificate_store.h"

namespace api::v2 {
namespace {

using Shown = std::function<std::string(const storage::IdempotencyKey&, const http::Call&)>;

constexpr std::size_t longest_name = 255;

bool makes_one(const http::Route& route) {
  static constexpr std::string_view actions[] = {
      "certificate.issue", "certificate.renew", "csr.sign",   "ca.create",
      "ca.renew",          "ca.cross_sign",     "ca.request", "ca.import"};
  return std::ranges::find(actions, route.action) != std::end(actions) &&
         route.path.find("/bulk/") == std::string::npos;
}

// What separates the parts of a form is drawn anew each time that the form is sent.
void add_body(crypto::Sha256& asked, const http::Request& request) {
  const std::string_view type = request.header("content-type");
  const auto at = type.find("boundary=");
  auto boundary = at == std::string_view::npos ? std::string_view{} : type.substr(at + 9);
  boundary = boundary.substr(0, boundary.find(';'));
  if (boundary.size() > 2 && boundary.starts_with('"') && boundary.ends_with('"')) {
    boundary = boundary.substr(1, boundary.size() - 2);
  }
  std::string_view rest = request.body;
  while (!boundary.empty() && !rest.empty()) {
    const auto found = rest.find(boundary);
    if (found == std::string_view::npos) {
      break;
    }
    asked.add(base::as_bytes(rest.substr(0, found))).add(base::as_bytes("--"));
    rest.remove_prefix(found + boundary.size());
  }
  asked.add(base::as_bytes(rest));
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
  add_body(asked, call.request);
  return {.caller = "user " + std::to_string(call.caller.user_id),
          .name = std::string{name},
          .fingerprint = base::to_hex(asked.value())};
}

template <class Id>
std::optional<Id> number_in(std::string_view made, std::string_view kind) {
  if (!made.starts_with(kind)) {
    return std::nullopt;
  }
  const auto id = base::from_text<Id>(made.substr(kind.size()));
  return id ? std::optional{*id} : std::nullopt;
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
    if (!makes_one(route)) {
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
      if (claim.certificate_id || !claim.made.empty()) {
        auto answer = dress({.status = status, .data = shown(claim, call)});
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

std::string shown_again(db::Database& database, service::Authorities& authorities,
                        const storage::IdempotencyKey& key, base::Time now) {
  const auto found = [](const auto& thing, const auto& shown) {
    return thing ? json::to_text(shown(*thing)) : std::string{"null"};
  };
  const auto read = [&](auto work) {
    return database.read([&](db::Session& session) { return work(session); });
  };
  if (key.certificate_id) {
    return found(
        read([&](auto& session) {
          return storage::CertificateStore{session}.find(*key.certificate_id);
        }),
        [&](const auto& each) { return views(database, {each}, authorities, now).front(); });
  }
  if (const auto id = number_in<core::AuthorityCertificateId>(key.made, "ca_certificate ")) {
    return found(
        read([&](auto& session) { return storage::AuthorityCertificateStore{session}.find(*id); }),
        [&](const auto& each) { return further_view(each, now); });
  }
  if (const auto id = number_in<core::AuthorityRequestId>(key.made, "ca_request ")) {
    return found(
        read([&](auto& session) { return storage::AuthorityCertificateStore{session}.find(*id); }),
        [&](const auto& each) { return request_view(each); });
  }
  const auto id = number_in<core::AuthorityId>(key.made, "ca ");
  const auto authority = read([&](auto& session) {
    return id ? storage::AuthorityStore{session}.find(*id) : std::nullopt;
  });
  return found(authority, [&](const auto& each) {
    const auto issued =
        read([&](auto& session) { return storage::CertificateStore{session}.issued_by(each.id); });
    return made_view(*authorities.issuer(each.id), issued, now);
  });
}

}  // namespace api::v2
