#include "http/router.h"

#include <gtest/gtest.h>

#include "http/pipeline.h"
#include "http/target.h"

namespace http {
namespace {

Route route(Method method, std::string path) {
  return {.method = method,
          .path = std::move(path),
          .access = auth::Access::to_anyone(),
          .handle = [](const Call&, const PathValues&) { return Response{}; },
          .refuse = plain_refusal};
}

Router sample() {
  Router router;
  router.add({route(Method::get, "/"), route(Method::get, "/api/v2/users"),
              route(Method::post, "/api/v2/users"), route(Method::get, "/api/v2/users/me"),
              route(Method::get, "/api/v2/users/{id}"), route(Method::put, "/api/v2/users/{id}"),
              route(Method::get, "/api/v2/users/{id}/keys/{key}"),
              route(Method::get, "/crl/{ca}.crl"), route(Method::get, "/ca/{ref}.cer"),
              route(Method::get, "/ca/{ref}.pem"), route(Method::get, "/ca/{ref}"),
              route(Method::get, "/ocsp/{rest...}"), route(Method::post, "/ocsp")});
  return router;
}

// "pattern a,b" or "- allowed".
std::string found(const Router& router, Method method, std::string_view path) {
  Match match;
  router.find(method, path, match);
  if (match.route == nullptr) {
    return "- " + match.allowed;
  }
  EXPECT_EQ(router.routes().at(match.index).get(), match.route);
  std::string text = match.route->path;
  for (const auto& value : match.values) {
    text += " " + value;
  }
  return text;
}

TEST(Router, FindsRoutesAndTheirValues) {
  const auto router = sample();
  const auto get = [&](std::string_view path) { return found(router, Method::get, path); };
  EXPECT_EQ(get("/"), "/");
  EXPECT_EQ(get("/api/v2/users/7"), "/api/v2/users/{id} 7");
  EXPECT_EQ(get("/api/v2/users/7/keys/a b"), "/api/v2/users/{id}/keys/{key} 7 a b");
  EXPECT_EQ(get("/crl/root.crl"), "/crl/{ca}.crl root");
  EXPECT_EQ(get("/ca/a.b.cer"), "/ca/{ref}.cer a.b");
  EXPECT_EQ(get("/ocsp/MFQ//+a=="), "/ocsp/{rest...} MFQ//+a==");
}

TEST(Router, PrefersWhatIsMoreExact) {
  const auto router = sample();
  EXPECT_EQ(found(router, Method::get, "/api/v2/users/me"), "/api/v2/users/me");
  EXPECT_EQ(found(router, Method::get, "/ca/x.pem"), "/ca/{ref}.pem x");
  EXPECT_EQ(found(router, Method::get, "/ca/x"), "/ca/{ref} x");
  // "me" has no PUT of its own.
  EXPECT_EQ(found(router, Method::put, "/api/v2/users/me"), "/api/v2/users/{id} me");
  EXPECT_EQ(found(router, Method::get, "/api/v2/users/me/keys/1"),
            "/api/v2/users/{id}/keys/{key} me 1");
}

TEST(Router, SaysWhichMethodsAPathHas) {
  const auto router = sample();
  EXPECT_EQ(found(router, Method::delete_, "/api/v2/users"), "- GET, HEAD, POST, OPTIONS");
  EXPECT_EQ(found(router, Method::get, "/ocsp"), "- POST, OPTIONS");
  EXPECT_EQ(found(router, Method::head, "/api/v2/users"), "/api/v2/users");
}

TEST(Router, FindsNothingForOtherPaths) {
  const auto router = sample();
  for (const auto* path :
       {"", "api", "/api", "/api/v2/users/", "/api/v2//users", "/crl/.crl", "/crl/x.cr", "/ca/",
        "/API/v2/users", "/api/v2/users/7/keys/", "/api/v2/users/7/keys/1/2"}) {
    EXPECT_EQ(found(router, Method::get, path), "- ") << path;
  }
  const std::string deep(5000, '/');
  EXPECT_EQ(found(router, Method::get, deep), "- ");
}

TEST(RouterDeathTest, StopsTheProgramForRoutesThatCannotBeRight) {
  const auto add = [](std::vector<Route> routes) {
    Router router;
    router.add(std::move(routes));
  };
  EXPECT_DEATH(add({route(Method::get, "/a/{x}"), route(Method::get, "/a/{y}")}), "another route");
  EXPECT_DEATH(add({route(Method::get, "a")}), "slash");
  EXPECT_DEATH(add({route(Method::get, "/{rest...}/b")}), "last segment");
  EXPECT_DEATH(add({route(Method::get, "/x{id}")}), "begins its segment");
  EXPECT_DEATH(add({route(Method::get, "/{}")}), "no name");
  EXPECT_DEATH(add({{.method = Method::get, .path = "/", .access = auth::Access::to_anyone()}}),
               "no handler");
}

TEST(RouterDeathTest, StopsTheProgramWhenPlaceholdersAndParametersDiffer) {
  detail::check_route(route(Method::get, "/a/{id}/{ref}.crl"), 2);
  EXPECT_DEATH(detail::check_route(route(Method::get, "/a/{id}"), 2), "1 placeholders");
}

Target parsed(std::string_view text) {
  Target target;
  const auto done = parse_target(text, target);
  EXPECT_TRUE(done) << text << ": " << (done ? "" : done.error().reason);
  return target;
}

TEST(Target, DecodesPathAndQueryOnce) {
  const auto target = parsed("/a%20b/%C3%A9/%2541?x=1+2&x=%2B&y&=z&&q=a=b");
  EXPECT_EQ(target.path, "/a b/é/%41");
  EXPECT_EQ(target.query,
            (json::Parameters{{"", {"z"}}, {"q", {"a=b"}}, {"x", {"1 2", "+"}}, {"y", {""}}}));
  EXPECT_EQ(target.first_encoded_slash, std::string::npos);
}

TEST(Target, TakesTheAbsoluteFormAndTheStar) {
  EXPECT_EQ(parsed("http://ca.example:8080/crl?x=1").path, "/crl");
  EXPECT_EQ(parsed("http://ca.example:8080/crl").host, "ca.example:8080");
  EXPECT_EQ(parsed("https://ca.example").path, "/");
  EXPECT_EQ(parsed("*").path, "*");
}

TEST(Target, RemembersWhereAnEncodedSlashIs) {
  EXPECT_EQ(parsed("/ocsp/ab%2Fcd").first_encoded_slash, 8U);
  EXPECT_EQ(parsed("/ocsp/ab%2fcd").path, "/ocsp/ab/cd");
}

TEST(Target, RefusesWhatHasTwoMeanings) {
  std::string many = "/?";
  for (int i = 0; i < 201; ++i) {
    many += "a&";
  }
  for (const std::string text : {"",
                                 "a",
                                 "/%",
                                 "/%4",
                                 "/%zz",
                                 "/%00",
                                 "/a%0d%0a",
                                 "/\x01",
                                 "/a\\b",
                                 "/a%5cb",
                                 "/..",
                                 "/a/../b",
                                 "/a/%2e%2E/b",
                                 "/./a",
                                 "/a/.",
                                 "/%ff",
                                 "/%c0%af",
                                 "/%ed%a0%80",
                                 "/a#b",
                                 "/?%00",
                                 "/?%ff=1",
                                 "/?a=%f",
                                 "http:///a",
                                 "http://user@host/",
                                 "ftp://host/",
                                 many.c_str()}) {
    Target target;
    EXPECT_FALSE(parse_target(text, target)) << text;
  }
}

}  // namespace
}  // namespace http
