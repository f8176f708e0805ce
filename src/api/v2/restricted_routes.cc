#include <algorithm>

#include "api/v2/restrictions.h"

namespace api::v2 {
namespace {

// How a route keeps within a restriction.
enum class Keeps {
  free,         // it is about the caller alone, or about nothing that is stored
  narrow,       // its handler asks `Restrictions` what it may show or use
  certificate,  // the first value of its path is a certificate,
  authority,    // an authority,
  made_by,      // a template
  refused,
};

struct Rule {
  std::string_view path;  // ending with '*': everything that begins so
  Keeps keeps;
  std::string_view methods = "GET";
};

// The first that fits counts. Whoever is restricted uses authorities and templates, and does not
// manage them.
constexpr Rule rules[] = {
    {"/api", Keeps::free},
    {"/api/me*", Keeps::free, "GET POST"},
    {"/api/auth/*", Keeps::free, "GET POST"},
    {"/api/v2/auth/*", Keeps::free, "GET POST"},
    {"/api/v2/account/mtls/certificates/create", Keeps::refused, "POST"},
    {"/api/v2/account/mtls/settings", Keeps::refused, "GET PUT"},
    {"/api/v2/account/mtls/certificates/all", Keeps::refused, "GET"},
    {"/api/v2/account/*", Keeps::free, "GET POST PUT PATCH DELETE"},
    {"/api/v2/webauthn/*", Keeps::free, "GET POST DELETE"},
    {"/api/v2/lints*", Keeps::free, "GET POST"},
    {"/api/v2/certificates/export", Keeps::narrow, "GET POST"},
    {"/api/v2/certificates/stats", Keeps::narrow},
    {"/api/v2/certificates/bulk/revoke", Keeps::narrow, "POST"},
    {"/api/v2/certificates/bulk/unhold", Keeps::narrow, "POST"},
    {"/api/v2/certificates/bulk/renew", Keeps::narrow, "POST"},
    {"/api/v2/certificates/bulk/delete", Keeps::narrow, "POST"},
    {"/api/v2/certificates/bulk/export", Keeps::narrow, "POST"},
    {"/api/v2/certificates/bulk/tags", Keeps::narrow, "POST"},
    {"/api/v2/tags", Keeps::narrow},
    {"/api/v2/certificates/queries*", Keeps::free, "GET POST PATCH DELETE"},
    {"/api/v2/certificates", Keeps::narrow, "GET POST"},
    {"/api/v2/certificates/{cert_id}", Keeps::certificate, "GET DELETE"},
    {"/api/v2/certificates/{cert_id}/export", Keeps::certificate, "GET POST"},
    {"/api/v2/certificates/{cert_id}/renew", Keeps::certificate, "POST"},
    {"/api/v2/certificates/{cert_id}/revoke", Keeps::certificate, "POST"},
    {"/api/v2/certificates/{cert_id}/unhold", Keeps::certificate, "POST"},
    {"/api/v2/certificates/{cert_id}/key", Keeps::certificate, "POST"},
    {"/api/v2/certificates/{cert_id}/tags", Keeps::certificate, "PUT"},
    {"/api/v2/certificates/{cert_id}/lint", Keeps::certificate},
    {"/api/v2/cas", Keeps::narrow},
    {"/api/v2/cas/tree", Keeps::narrow},
    {"/api/v2/cas/{ca_id}", Keeps::authority},
    {"/api/v2/cas/{ca_id}/certificates", Keeps::authority},
    {"/api/v2/cas/{ca_id}/export", Keeps::authority, "GET POST"},
    {"/api/v2/cas/{ca_id}/further-certificates", Keeps::authority},
    {"/api/v2/crl/{ca_id}", Keeps::authority},
    {"/api/v2/crl/{ca_id}/regenerate", Keeps::authority, "POST"},
    {"/api/v2/crl/{ca_id}/delta", Keeps::authority},
    {"/api/v2/crl/{ca_id}/delta/regenerate", Keeps::authority, "POST"},
    {"/api/v2/crl/{ca_id}/points", Keeps::authority},
    {"/api/v2/crl/{ca_id}/config", Keeps::authority},
    {"/api/v2/templates", Keeps::narrow},
    {"/api/v2/templates/{template_id}", Keeps::made_by},
    {"/api/v2/templates/{template_id}/export", Keeps::made_by},
    {"/api/v2/templates/{template_id}/versions", Keeps::made_by},
};

std::string_view word_of(http::Method method) {
  switch (method) {
    case http::Method::get:
      return "GET";
    case http::Method::post:
      return "POST";
    case http::Method::put:
      return "PUT";
    case http::Method::patch:
      return "PATCH";
    case http::Method::delete_:
      return "DELETE";
    default:
      return "none";
  }
}

bool fits(const Rule& rule, const http::Route& route) {
  const bool at_path = rule.path.ends_with('*')
                           ? route.path.starts_with(rule.path.substr(0, rule.path.size() - 1))
                           : route.path == rule.path;
  return at_path && rule.methods.find(word_of(route.method)) != std::string_view::npos;
}

Keeps kept_by(const http::Route& route) {
  const auto* const rule =
      std::ranges::find_if(rules, [&](const auto& each) { return fits(each, route); });
  return rule == std::end(rules) ? Keeps::refused : rule->keeps;
}

template <class Id>
void require(service::Restrictions& restrictions, const auth::Caller& caller,
             const http::PathValues& path) {
  const auto id = base::from_text<Id>(path.at(0));
  if (!id) {
    throw base::Error{base::ErrorCode::not_found, id.error().reason};
  }
  restrictions.require(caller, *id);
}

void check(service::Restrictions& restrictions, Keeps keeps, const auth::Caller& caller,
           const http::PathValues& path) {
  switch (keeps) {
    case Keeps::free:
    case Keeps::narrow:
      return;
    case Keeps::certificate:
      return require<core::CertificateId>(restrictions, caller, path);
    case Keeps::authority:
      return require<core::AuthorityId>(restrictions, caller, path);
    case Keeps::made_by:
      return require<core::TemplateId>(restrictions, caller, path);
    case Keeps::refused:
      break;
  }
  throw base::Error{
      base::ErrorCode::forbidden,
      "your account is restricted to some authorities, templates or tags, and this concerns "
      "others as well"};
}

}  // namespace

void restrict_routes(http::Surface& surface, service::Restrictions& restrictions) {
  for (auto& route : surface.routes) {
    const auto keeps = kept_by(route);
    if (route.access.to_strangers() || keeps == Keeps::free || keeps == Keeps::narrow) {
      continue;
    }
    route.handle = [carry_out = std::move(route.handle), &restrictions, keeps](
                       const http::Call& call, const http::PathValues& path) {
      if (!restrictions.reach_of(call.caller)->is_everything()) {
        check(restrictions, keeps, call.caller, path);
      }
      return carry_out(call, path);
    };
  }
}

}  // namespace api::v2
