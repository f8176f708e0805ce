#include "api/acme_admin/surface.h"

#include "http/pipeline.h"
#include "http/serialize.h"

namespace api::acme_admin {
namespace {

struct Detail {
  std::string field;
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(Detail, (), (field, reason))

struct Problem {
  std::string type = "about:blank";
  std::string title;
  int status;
  std::string detail;
  std::string error;  // the reason phrase
  std::string message;
  std::string request_id;
  std::vector<Detail> details;
};
BOOST_DESCRIBE_STRUCT(Problem, (),
                      (type, title, status, detail, error, message, request_id, details))

http::Response dress(const http::Answer& answer) {
  http::Response response{.status = answer.status, .headers = answer.headers};
  switch (answer.kind) {
    case http::Answer::Kind::nothing:
      return response;
    case http::Answer::Kind::file:
      response.content_type = answer.content_type;
      response.parts = answer.parts;
      break;
    case http::Answer::Kind::data:
    case http::Answer::Kind::bare:
      response.content_type = "application/json";
      break;
  }
  response.body = answer.data;
  return response;
}

http::Response refuse(const base::Error& error, const http::Request& request) {
  const int status = http::status_of(error.code());
  const std::string phrase{http::reason_phrase(status)};
  Problem problem{.title = phrase,
                  .status = status,
                  .detail = error.what(),
                  .error = phrase,
                  .message = error.what(),
                  .request_id = request.id,
                  .details = {}};
  for (const auto& field : error.fields()) {
    problem.details.push_back({field.field, field.reason});
  }
  http::Response response{.status = status, .content_type = "application/problem+json"};
  response.body = json::to_text(problem);
  response.headers.emplace_back("Cache-Control", "no-store");
  if (error.code() == base::ErrorCode::unauthenticated) {
    response.headers.emplace_back("WWW-Authenticate", "Bearer");
  }
  if (error.retry_after() > 0) {
    response.headers.emplace_back("Retry-After", std::to_string(error.retry_after()));
  }
  return response;
}

}  // namespace

http::Surface surface() {
  return {.prefix = "/api",
          .unknown_fields = json::Unknown::refuse,
          .dress = dress,
          .refuse = refuse,
          .envelope = [](const http::Description& description) { return description.data_schema; },
          .routes = {},
          .error_schema = json::schema<Problem>()};
}

}  // namespace api::acme_admin
