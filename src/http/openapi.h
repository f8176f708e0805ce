#pragma once

#include <boost/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "http/endpoint.h"

namespace http {

struct ApiInfo {
  std::string title = "Certwright";
  std::string version;
  std::string description;
  std::string server_url = "/";
  std::string session_cookie;  // the name of the session's cookie
};

// The OpenAPI 3.1 document of all described routes: those of the surfaces, in their envelopes, and
// `others`, which are protocols without one. The same routes give the same text.
boost::json::object openapi(const ApiInfo& info, std::span<const Surface* const> surfaces,
                            std::span<const Route> others = {});

}  // namespace http
