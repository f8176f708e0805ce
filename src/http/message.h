#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "json/json.h"

namespace http {

// `other` is what HTTP has and no route takes: TRACE, PROPFIND.
BOOST_DEFINE_ENUM_CLASS(Method, get, head, post, put, patch, delete_, options, other)

using Header = std::pair<std::string, std::string>;

// A request, whole and in memory. Views live as long as the request.
struct Request {
  Method method = Method::get;
  std::string target;  // as sent: "/api/v2/certificates?page=2"
  std::string path;    // percent-decoded, without query
  json::Parameters query;
  std::vector<Header> headers;  // names in lower case
  std::string body;
  std::string address;  // of the client: the peer, or what a trusted proxy says
  bool secure = false;  // came over TLS
  std::string host;     // as the client addressed us: "ca.example:8443"
  std::string id;       // a random id for logs, audit and error messages
  base::Time received;
  std::string peer_certificate = {};  // DER, when the client showed one

  // The first value, or empty. `name` in lower case.
  std::string_view header(std::string_view name) const {
    for (const auto& [key, value] : headers) {
      if (key == name) {
        return value;
      }
    }
    return {};
  }

  std::optional<std::string> cookie(std::string_view name) const;
};

// Makes the next part of a long body, appended to `part`, and says whether more may follow.
using Parts = std::function<bool(std::string& part)>;

struct Response {
  int status = 200;
  std::string content_type = {};
  std::vector<Header> headers = {};
  std::string body = {};

  // An answer that was serialized once, status line, headers and all, for keep-alive connections:
  // when set, it goes out as it stands and the rest is ignored (the pipeline's headers are in it).
  std::shared_ptr<const std::string> prepared = nullptr;

  // Instead of `body`: it is made while it goes out, each part on a worker once the one before was
  // taken, and never is in memory as a whole. What it throws breaks the connection off, so that
  // nobody takes half an answer for a whole one.
  Parts parts = nullptr;
};

}  // namespace http
