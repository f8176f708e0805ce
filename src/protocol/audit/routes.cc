#include "protocol/audit/routes.h"

#include "http/pipeline.h"

namespace protocol::audit {
namespace {

using Answering = std::function<http::Response(const http::PathValues&)>;

http::Route route(std::string path, std::string summary, std::string type, Answering answer) {
  http::Route route{.method = http::Method::get,
                    .path = std::move(path),
                    .summary = std::move(summary),
                    .tag = "Audit",
                    .access = auth::Access::to_anyone(),
                    .limit = http::Limit::protocol,
                    .on_plain_http = true,
                    .description = {.kind = http::Answer::Kind::file, .file_types = {type}}};
  route.handle = [type, answer = std::move(answer)](const http::Call& /*call*/,
                                                    const http::PathValues& values) {
    auto response = answer(values);
    response.content_type = type;
    return response;
  };
  route.refuse = http::plain_refusal;
  return route;
}

http::Response tile(service::AuditLog& log, const std::string& path) {
  const auto request = merkle::parse_tile_path(path);
  const auto hashes = request ? log.tile(*request) : std::nullopt;
  if (!hashes) {
    throw base::Error{base::ErrorCode::not_found, "the log has no such tile"};
  }
  // A tile never changes: one that grows has another name for each width.
  return {.headers = {{"Cache-Control", "public, max-age=31536000, immutable"}},
          .body = std::string{base::as_text(*hashes)}};
}

}  // namespace

std::vector<http::Route> routes(service::AuditLog& log) {
  std::vector<http::Route> all;
  all.push_back(route("/audit-log/checkpoint", "The latest signed checkpoint of the audit log",
                      "text/plain; charset=utf-8", [&log](const http::PathValues& /*values*/) {
                        return http::Response{.headers = {{"Cache-Control", "no-store"}},
                                              .body = log.checkpoint()};
                      }));
  all.push_back(route("/audit-log/key", "The key that checkpoints are verified by",
                      "text/plain; charset=utf-8", [&log](const http::PathValues& /*values*/) {
                        return http::Response{.body = log.verifier_key() + "\n"};
                      }));
  auto tiles = route("/audit-log/tile/{path...}", "Hashes of the audit log's tree",
                     "application/octet-stream",
                     [&log](const http::PathValues& values) { return tile(log, values.at(0)); });
  tiles.description.path_parameters.emplace_back("path", boost::json::object{{"type", "string"}});
  all.push_back(std::move(tiles));
  return all;
}

}  // namespace protocol::audit
