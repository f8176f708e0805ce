#include "protocol/aia/routes.h"

#include "http/pipeline.h"

namespace protocol::aia {
namespace {

http::Route route(service::Authorities& authorities, const std::string& ending,
                  std::string content_type,
                  std::function<std::string(const x509::Certificate&)> write) {
  http::Route route{
      .method = http::Method::get,
      .path = "/ca/{ca}" + ending,
      .summary = "Download the certificate of an authority (" +
                 std::string{ending == ".cer" ? "DER" : "PEM"} + ")",
      .tag = "Revocation status",
      .access = auth::Access::to_anyone(),
      .limit = http::Limit::unlimited,
      .on_plain_http = true,
      .description = {.kind = http::Answer::Kind::file, .file_types = {content_type}}};
  route.description.path_parameters.emplace_back("ca", boost::json::object{{"type", "string"}});
  route.handle = [&authorities, ending, content_type, write = std::move(write)](
                     const http::Call& /*call*/, const http::PathValues& values) {
    const auto issuer = authorities.issuer_of_reference(values.at(0));
    if (!issuer) {
      throw base::Error{base::ErrorCode::not_found, "no authority has this name"};
    }
    http::Response response{.status = 200, .content_type = content_type};
    response.headers = {
        {"Cache-Control", "public, max-age=86400"},
        {"Content-Disposition", "inline; filename=\"" + values.at(0) + ending + "\""}};
    response.body = write(issuer->certificate);
    return response;
  };
  route.refuse = http::plain_refusal;
  return route;
}

}  // namespace

std::vector<http::Route> routes(service::Authorities& authorities) {
  return {route(authorities, ".cer", "application/pkix-cert",
                [](const x509::Certificate& certificate) {
                  return std::string{base::as_text(certificate.der())};
                }),
          route(authorities, ".pem", "application/x-pem-file",
                [](const x509::Certificate& certificate) { return certificate.pem(); })};
}

}  // namespace protocol::aia
