#include "api/v2/surface.h"

#include "http/pipeline.h"
#include "http/serialize.h"

namespace api::v2 {
namespace {

struct Detail {
  std::string field;
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(Detail, (), (field, reason))

// The superset of problem details and of the contract's own error object.
struct Problem {
  std::string type = "about:blank";
  std::string title;
  int status;
  std::string detail;
  std::string instance;
  bool error = true;
  int code;
  std::string message;
  std::string request_id;
  std::vector<Detail> details;
};
BOOST_DESCRIBE_STRUCT(Problem, (),
                      (type, title, status, detail, instance, error, code, message, request_id,
                       details))

http::Response dress(const http::Answer& answer) {
  http::Response response{.status = answer.status, .headers = answer.headers};
  switch (answer.kind) {
    case http::Answer::Kind::nothing:
      return response;
    case http::Answer::Kind::bare:
      response.content_type = "application/json";
      response.body = answer.data;
      return response;
    case http::Answer::Kind::file:
      response.content_type = answer.content_type;
      response.parts = answer.parts;
      response.body = answer.data;
      // The name is ours or was reduced to plain characters by whoever made the file.
      response.headers.emplace_back("Content-Disposition",
                                    "attachment; filename=\"" + answer.file_name + "\"");
      return response;
    case http::Answer::Kind::data:
      break;
  }
  response.content_type = "application/json";
  auto& body = response.body;
  body.reserve(answer.data.size() + answer.message.size() + answer.meta.size() + 40);
  body = "{";
  const auto add = [&](std::string_view name, std::string_view value) {
    body += body.size() > 1 ? ",\"" : "\"";
    body.append(name).append("\":").append(value);
  };
  if (!answer.data.empty()) {
    add("data", answer.data);
  }
  if (!answer.message.empty()) {
    add("message", json::to_text(answer.message));
  }
  if (!answer.meta.empty()) {
    add("meta", answer.meta);
  }
  body += "}";
  return response;
}

http::Response refuse(const base::Error& error, const http::Request& request) {
  const int status = http::status_of(error.code());
  Problem problem{.title = std::string{http::reason_phrase(status)},
                  .status = status,
                  .detail = error.what(),
                  .instance = request.path,
                  .code = status,
                  .message = error.what(),
                  .request_id = request.id,
                  .details = {}};
  for (const auto& field : error.fields()) {
    problem.details.push_back({field.field, field.reason});
  }
  http::Response response{.status = status, .content_type = "application/problem+json"};
  response.body = json::to_text(problem);
  if (error.retry_after() > 0) {
    response.headers.emplace_back("Retry-After", std::to_string(error.retry_after()));
  }
  return response;
}

boost::json::object envelope(const http::Description& description) {
  if (description.kind == http::Answer::Kind::bare) {
    return description.data_schema;
  }
  boost::json::object properties;
  boost::json::array required;
  if (!description.data_schema.empty()) {
    properties["data"] = description.data_schema;
    required.push_back("data");
  }
  properties["message"] = {{"type", "string"}};
  if (description.paged) {
    properties["meta"] = json::schema<http::detail::PageMeta>();
    required.push_back("meta");
  }
  boost::json::object result{{"type", "object"}, {"properties", std::move(properties)}};
  if (!required.empty()) {
    result["required"] = std::move(required);
  }
  return result;
}

}  // namespace

http::Surface surface() {
  return {.prefix = "/api/v2",
          .unknown_fields = json::Unknown::refuse,
          .dress = dress,
          .refuse = refuse,
          .envelope = envelope,
          .routes = {},
          .error_schema = json::schema<Problem>()};
}

}  // namespace api::v2
