#include "protocol/crl/routes.h"

#include "http/pipeline.h"

namespace protocol::crl {
namespace {

http::Route route(std::string path, service::Authorities& authorities, service::Crls& crls) {
  http::Route route{
      .method = http::Method::get,
      .path = std::move(path),
      .summary = "Download the CRL of an authority (DER)",
      .tag = "Revocation status",
      .access = auth::Access::to_anyone(),
      .limit = http::Limit::unlimited,
      .on_plain_http = true,
      .description = {.kind = http::Answer::Kind::file, .file_types = {"application/pkix-crl"}}};
  route.description.path_parameters.emplace_back("ca", boost::json::object{{"type", "string"}});
  route.handle = [&](const http::Call& call, const http::PathValues& values) {
    const auto issuer = authorities.issuer_of_reference(values.at(0));
    if (!issuer) {
      throw base::Error{base::ErrorCode::not_found, "no authority has this name"};
    }
    const auto crl = crls.current(issuer->authority.id);
    const auto etag = "\"" + std::to_string(crl->number) + "-" +
                      std::to_string(crl->this_update.time_since_epoch().count()) + "\"";
    http::Response response{.status = 200, .content_type = "application/pkix-crl"};
    response.headers = {{"ETag", etag},
                        // Short: a revocation is in the list at once, and should be seen soon.
                        {"Cache-Control", "public, max-age=300"}};
    if (call.request.header("if-none-match") == etag) {
      response.status = 304;
      return response;
    }
    response.headers.emplace_back("Content-Disposition",
                                  "inline; filename=\"" + values.at(0) + ".crl\"");
    response.body = base::as_text(crl->der);
    return response;
  };
  route.refuse = http::plain_refusal;
  return route;
}

}  // namespace

std::vector<http::Route> routes(service::Authorities& authorities, service::Crls& crls) {
  return {route("/crl/{ca}.crl", authorities, crls), route("/cdp/{ca}.crl", authorities, crls)};
}

}  // namespace protocol::crl
