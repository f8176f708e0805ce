#include "protocol/ocsp/routes.h"

#include "base/bytes.h"
#include "base/text.h"
#include "http/pipeline.h"
#include "http/serialize.h"
#include "protocol/http_date.h"
#include "x509/ocsp.h"

namespace protocol::ocsp {
namespace {

constexpr std::string_view content_type = "application/ocsp-response";
constexpr base::Seconds cached_for = std::chrono::hours{1};  // a fraction of the answer's own life
constexpr base::Seconds renewed_before = std::chrono::minutes{6};
constexpr std::size_t longest_get = 4096;

// How long an answer may be kept: never beyond its end.
base::Seconds keeping_of(const service::OcspReply& reply, base::Time now) {
  return std::min(cached_for, *reply.next_update - now);
}

http::Response response_of(const service::OcspReply& reply, base::Time now) {
  http::Response response{.status = 200, .content_type = std::string{content_type}};
  response.body = base::as_text(reply.der);
  if (reply.next_update) {
    // RFC 5019, section 6.2; max-age ends well before the answer does.
    const auto keeping = keeping_of(reply, now);
    response.headers.emplace_back("Cache-Control", "max-age=" + std::to_string(keeping.count()) +
                                                       ", public, no-transform, must-revalidate");
    response.headers.emplace_back("Last-Modified", http_date(*reply.this_update));
    response.headers.emplace_back("Expires", http_date(now + keeping));
  } else {
    response.headers.emplace_back("Cache-Control", "no-store");
  }
  return response;
}

// The request in the path of a GET: base64 as RFC 6960 says, with the URL alphabet understood too.
base::Bytes request_of_path(std::string text) {
  if (text.size() > longest_get) {
    return {};
  }
  for (char& c : text) {
    c = c == '-' ? '+' : c == '_' ? '/' : c;
  }
  text.append((4 - text.size() % 4) % 4, '=');
  return base::from_base64(text).value_or(base::Bytes{});
}

int digit_of(char c) {
  constexpr std::string_view digits = "0123456789abcdef";
  const auto at = digits.find(base::lower(c));
  return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

// The request in the query of a GET, which some clients send: alone, or as a parameter. Taken from
// the target as it was sent: in the query of a form, '+' would be a blank.
base::Bytes request_of_query(std::string_view target) {
  if (target.size() > longest_get) {
    return {};
  }
  auto text = target.substr(std::min(target.find('?'), target.size() - 1) + 1);
  for (const std::string_view name : {"request=", "ocsp=", "req="}) {
    if (text.starts_with(name)) {
      text.remove_prefix(name.size());
      break;
    }
  }
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_escape = text[i] == '%' && i + 2 < text.size() && digit_of(text[i + 1]) >= 0 &&
                           digit_of(text[i + 2]) >= 0;
    decoded +=
        is_escape ? static_cast<char>(digit_of(text[i + 1]) * 16 + digit_of(text[i + 2])) : text[i];
    i += is_escape ? 2 : 0;
  }
  while (decoded.ends_with('=')) {
    decoded.pop_back();
  }
  return request_of_path(std::move(decoded));
}

struct Responder {
  service::Ocsp& responder;
  ReplyCache& cache;
  const base::Clock& clock;

  // Nothing when it is work for a worker. `request` gives the octets that were sent.
  template <class Request>
  std::optional<http::Response> ready(std::string_view key, Request request) const {
    cache.count_request();
    if (auto message = cache.find(key, clock.now())) {
      return http::Response{.prepared = std::move(message)};
    }
    const auto generation = cache.generation();
    const auto reply = responder.answer_at_once(request());
    return reply ? std::optional{keep(*reply, key, generation)} : std::nullopt;
  }

  http::Response answer(base::ByteView request, std::string_view key) const {
    const auto generation = cache.generation();
    return keep(responder.answer(request), key, generation);
  }

  http::Response keep(const service::OcspReply& reply, std::string_view key,
                      std::uint64_t generation) const {
    const auto now = clock.now();
    auto response = response_of(reply, now);
    if (reply.next_update) {
      auto message = http::prepare(response, http::Hardening::machine);
      const auto until = now + keeping_of(reply, now);
      cache.put(key, message, reply.serials, until, generation, until - renewed_before);
      return {.prepared = std::move(message)};
    }
    return response;
  }
};

http::Response refuse(const base::Error& error, const http::Request& request) {
  // Requests that never reached the responder (too large, too many) are told so by HTTP.
  return http::plain_refusal(error, request);
}

}  // namespace

std::vector<http::Route> routes(service::Ocsp& responder, ReplyCache& cache,
                                const base::Clock& clock) {
  const Responder ocsp{responder, cache, clock};
  http::Description description{.kind = http::Answer::Kind::file,
                                .file_types = {std::string{content_type}}};

  http::Route by_get{.method = http::Method::get,
                     .path = "/ocsp/{request...}",
                     .summary = "Answer an OCSP request in the path (RFC 6960, appendix A.1)",
                     .tag = "Revocation status",
                     .access = auth::Access::to_anyone(),
                     .limit = http::Limit::unlimited,
                     .on_plain_http = true,
                     .description = description};
  by_get.description.path_parameters.emplace_back(
      "request", boost::json::object{{"type", "string"}, {"maxLength", longest_get}});
  by_get.at_once = [ocsp](const http::Request& request) {
    return ocsp.ready(request.path, [&] {
      return request_of_path(request.path.substr(std::string_view{"/ocsp/"}.size()));
    });
  };
  by_get.handle = [ocsp](const http::Call& call, const http::PathValues& values) {
    return ocsp.answer(request_of_path(values.at(0)), call.request.path);
  };
  by_get.refuse = refuse;

  http::Route by_query{.method = http::Method::get,
                       .path = "/ocsp",
                       .summary = "Answer an OCSP request in the query",
                       .tag = "Revocation status",
                       .access = auth::Access::to_anyone(),
                       .limit = http::Limit::unlimited,
                       .on_plain_http = true,
                       .description = description};
  by_query.description.query_schema = {
      {"type", "object"},
      {"properties", {{"request", {{"type", "string"}, {"maxLength", longest_get}}}}}};
  by_query.at_once = [ocsp](const http::Request& request) {
    return ocsp.ready(request.target, [&] { return request_of_query(request.target); });
  };
  by_query.handle = [ocsp](const http::Call& call, const http::PathValues& /*values*/) {
    return ocsp.answer(request_of_query(call.request.target), call.request.target);
  };
  by_query.refuse = refuse;

  http::Route by_post{.method = http::Method::post,
                      .path = "/ocsp",
                      .summary = "Answer an OCSP request (RFC 6960)",
                      .tag = "Revocation status",
                      .access = auth::Access::to_anyone(),
                      .limit = http::Limit::unlimited,
                      .body_limit = x509::OcspRequest::max_octets,
                      .on_plain_http = true,
                      .description = description};
  by_post.description.body_type = "application/ocsp-request";
  by_post.description.body_schema = {{"type", "string"}, {"format", "binary"}};
  by_post.at_once = [ocsp](const http::Request& request) {
    return ocsp.ready(request.body, [&] { return base::as_bytes(request.body); });
  };
  by_post.handle = [ocsp](const http::Call& call, const http::PathValues& /*values*/) {
    return ocsp.answer(base::as_bytes(call.request.body), call.request.body);
  };
  by_post.refuse = refuse;

  return {std::move(by_get), std::move(by_query), std::move(by_post)};
}

}  // namespace protocol::ocsp
