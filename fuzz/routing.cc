#include <cstdint>
#include <string>

#include "http/pipeline.h"
#include "http/router.h"
#include "http/target.h"
#include "input.h"

namespace {

http::Router build() {
  http::Router router;
  std::vector<http::Route> routes;
  for (const auto* path : {"/", "/api/v2/users", "/api/v2/users/me", "/api/v2/users/{id}",
                           "/api/v2/users/{id}/keys/{key}", "/crl/{ca}.crl", "/ca/{ref}.cer",
                           "/ca/{ref}.pem", "/ca/{ref}", "/ocsp/{rest...}", "/a/{b}/{c...}"}) {
    for (const auto method : {http::Method::get, http::Method::post}) {
      routes.push_back(
          {.method = method,
           .path = path,
           .access = auth::Access::to_anyone(),
           .handle = [](const http::Call&, const http::PathValues&) { return http::Response{}; },
           .refuse = http::plain_refusal});
    }
  }
  router.add(std::move(routes));
  return router;
}

// The pattern with the values in their places.
std::string filled(const http::Match& match) {
  std::string out;
  std::size_t value = 0;
  const auto& pattern = match.route->path;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '{') {
      out += match.values.at(value++);
      i = pattern.find('}', i);
    } else {
      out += pattern[i];
    }
  }
  REQUIRE(value == match.values.size());
  return out;
}

}  // namespace

// A target that is taken has one meaning: its path is clean, and what matches it gives it back.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto router = build();
  http::Target target;
  if (!http::parse_target({reinterpret_cast<const char*>(data), size}, target)) {
    return 0;
  }
  const auto& path = target.path;
  REQUIRE(json::is_storable(path));
  REQUIRE(path == "*" || path.starts_with('/'));
  REQUIRE(("/" + path + "/").find("/../") == std::string::npos);
  REQUIRE(path.find('\\') == std::string::npos);
  for (const auto& [name, values] : target.query) {
    REQUIRE(json::is_storable(name) && !values.empty());
  }
  http::Match match;
  for (const auto method : {http::Method::get, http::Method::head, http::Method::put}) {
    router.find(method, path, match);
    if (match.route != nullptr) {
      REQUIRE(method != http::Method::put);
      REQUIRE(filled(match) == path);
      REQUIRE(match.rest_begins == std::string::npos || match.rest_begins <= path.size());
    }
  }
  return 0;
}
