#include "http/openapi.h"

#include <gtest/gtest.h>

#include <fstream>

#include "base/id.h"
#include "http/pipeline.h"

namespace http {
namespace {

BOOST_DEFINE_ENUM_CLASS(Kind, root, intermediate)

struct Key {
  std::string algorithm;
  std::optional<int> size;
};
BOOST_DESCRIBE_STRUCT(Key, (), (algorithm, size))

struct ThingView {
  std::int64_t id;
  Kind kind;
  Key key;
  std::optional<Key> spare_key;
};
BOOST_DESCRIBE_STRUCT(ThingView, (), (id, kind, key, spare_key))

struct ThingQuery {
  std::optional<Kind> kind;
  std::vector<std::string> names;
  int page = 1;
};
BOOST_DESCRIBE_STRUCT(ThingQuery, (), (kind, names, page))

struct ThingBody {
  std::string name;
  std::optional<std::string> note;
};
BOOST_DESCRIBE_STRUCT(ThingBody, (), (name, note))

namespace other {
struct ThingBody {
  std::int64_t other;
};
BOOST_DESCRIBE_STRUCT(ThingBody, (), (other))
}  // namespace other

struct Problem {
  std::string message;
};
BOOST_DESCRIBE_STRUCT(Problem, (), (message))

using ThingId = base::Id<struct ThingTag>;

struct Things {
  Page<ThingView> list(const Call&, const ThingQuery&) const { return {}; }
  ThingView find(const Call&, const ThingId&) const { return {}; }
  Created<ThingView> create(const Call&, const ThingBody&) const { return {}; }
  Message change(const Call&, const ThingId&, const other::ThingBody&) const { return {}; }
  void remove(const Call&, const ThingId&) const {}
  File download(const Call&, const ThingId&) const { return {}; }
};

Surface surface() {
  Surface made{.prefix = "/api/v2",
               .dress = [](const Answer&) { return Response{}; },
               .refuse = plain_refusal,
               .envelope =
                   [](const Description& description) {
                     boost::json::object properties{{"data", description.data_schema}};
                     return boost::json::object{{"type", "object"}, {"properties", properties}};
                   },
               .error_schema = json::schema<Problem>()};
  Resource<Things> things{made, "Things", {}};
  things.add(Endpoint{.method = get,
                      .path = "/things",
                      .summary = "All things",
                      .access = auth::read_cas,
                      .handler = &Things::list});
  things.add(Endpoint{.method = get,
                      .path = "/things/{id}",
                      .summary = "One thing",
                      .access = auth::Access::to_anyone(),
                      .limit = Limit::unlimited,
                      .handler = &Things::find});
  things.add(Endpoint{.method = post,
                      .path = "/things",
                      .summary = "Make a thing",
                      .access = {auth::write_cas, auth::read_cas},
                      .limit = Limit::strict,
                      .action = "thing.create",
                      .handler = &Things::create});
  things.add(Endpoint{.method = put,
                      .path = "/things/{id}",
                      .summary = "Change a thing",
                      .access = auth::write_cas,
                      .handler = &Things::change});
  things.add(Endpoint{.method = delete_,
                      .path = "/things/{id}",
                      .summary = "Remove a thing",
                      .access = auth::delete_cas,
                      .handler = &Things::remove});
  things.add(Endpoint{.method = get,
                      .path = "/things/{id}/file",
                      .summary = "Download a thing",
                      .access = auth::read_cas,
                      .file_types = {"application/x-pem-file"},
                      .handler = &Things::download});
  return made;
}

boost::json::value document() {
  const auto v2 = surface();
  const Surface* const all[] = {&v2};
  const Route others[] = {
      {.method = Method::get,
       .path = "/ocsp/{request...}",
       .summary = "Status of a certificate",
       .tag = "OCSP",
       .access = auth::Access::to_anyone(),
       .limit = Limit::unlimited,
       .description = {.kind = Answer::Kind::file, .file_types = {"application/ocsp-response"}}},
      {.method = Method::get,
       .path = "/hidden",
       .access = auth::Access::to_anyone(),
       .described = false}};
  return openapi({.version = "1.2.3", .description = "All of it.", .session_cookie = "sid"}, all,
                 others);
}

std::string at(const boost::json::value& value, std::string_view pointer) {
  boost::system::error_code error;
  const auto* found = value.find_pointer(pointer, error);
  return found == nullptr ? "(nothing)" : boost::json::serialize(*found);
}

TEST(OpenApi, DescribesOperations) {
  const auto text = document();
  EXPECT_EQ(at(text, "/openapi"), R"("3.1.0")");
  EXPECT_EQ(at(text, "/paths/~1api~1v2~1things/get/operationId"), R"("get_v2_things")");
  EXPECT_EQ(at(text, "/paths/~1api~1v2~1things~1{id}/put/operationId"), R"("put_v2_things_id")");
  EXPECT_EQ(at(text, "/paths/~1api~1v2~1things/get/x-permission"), R"("read:cas")");
  EXPECT_EQ(at(text, "/paths/~1api~1v2~1things/post/x-permission"), R"(["write:cas","read:cas"])");
  EXPECT_EQ(at(text, "/paths/~1api~1v2~1things/post/x-rate-limit-class"), R"("strict")");
  EXPECT_EQ(at(text, "/paths/~1ocsp~1{request}/get/tags/0"), R"("OCSP")");
  EXPECT_EQ(at(text, "/paths/~1hidden"), "(nothing)");
}

TEST(OpenApi, DescribesParameters) {
  const auto text = document();
  const std::string parameters = "/paths/~1api~1v2~1things/get/parameters";
  EXPECT_EQ(
      at(text, parameters + "/0"),
      R"({"name":"kind","in":"query","required":false,"schema":{"type":"string","enum":["root","intermediate"]}})");
  EXPECT_EQ(at(text, parameters + "/1/schema/type"), R"("array")");
  EXPECT_EQ(
      at(text, "/paths/~1api~1v2~1things~1{id}/get/parameters/0"),
      R"({"name":"id","in":"path","required":true,"schema":{"type":"integer","minimum":1,"maximum":9223372036854775807}})");
  EXPECT_EQ(at(text, "/paths/~1ocsp~1{request}/get/parameters/0/schema/type"), R"("string")");
}

TEST(OpenApi, KeepsEachSchemaOnce) {
  const auto text = document();
  EXPECT_EQ(
      at(text, "/paths/~1api~1v2~1things~1{id}/get/responses/200/content/application~1json/schema"),
      R"({"type":"object","properties":{"data":{"$ref":"#/components/schemas/ThingView"}}})");
  EXPECT_EQ(at(text, "/components/schemas/ThingView/properties/key/$ref"),
            R"("#/components/schemas/Key")");
  EXPECT_EQ(at(text, "/components/schemas/ThingView/properties/spare_key"),
            R"({"anyOf":[{"$ref":"#/components/schemas/Key"},{"type":"null"}]})");
  EXPECT_EQ(
      at(text, "/paths/~1api~1v2~1things/post/requestBody/content/application~1json/schema/$ref"),
      R"("#/components/schemas/ThingBody")");
  EXPECT_EQ(
      at(text,
         "/paths/~1api~1v2~1things~1{id}/put/requestBody/content/application~1json/schema/$ref"),
      R"("#/components/schemas/ThingBody2")");
}

TEST(OpenApi, NamesTheRefusalsThatApply) {
  const auto text = document();
  const auto statuses = [&](const std::string& pointer) {
    std::string all;
    for (const auto& [status, response] : text.at_pointer(pointer + "/responses").as_object()) {
      all += (all.empty() ? "" : " ") + std::string{status};
    }
    return all;
  };
  EXPECT_EQ(statuses("/paths/~1api~1v2~1things/post"), "201 400 401 403 404 409 413 429 500 503");
  EXPECT_EQ(statuses("/paths/~1api~1v2~1things~1{id}/get"), "200 400 404 500 503");
  EXPECT_EQ(statuses("/paths/~1api~1v2~1things~1{id}/delete"),
            "204 400 401 403 404 409 429 500 503");
  EXPECT_EQ(
      at(text, "/components/responses/NotFound/content/application~1problem+json/schema/$ref"),
      R"("#/components/schemas/Problem")");
}

TEST(OpenApi, SaysHowToSignIn) {
  const auto text = document();
  EXPECT_EQ(at(text, "/paths/~1api~1v2~1things/get/security"),
            R"([{"session":[]},{"api_key":[]},{"bearer":[]}])");
  EXPECT_EQ(at(text, "/paths/~1api~1v2~1things/post/security"),
            R"([{"session":[],"csrf":[]},{"api_key":[]},{"bearer":[]}])");
  EXPECT_EQ(at(text, "/paths/~1api~1v2~1things~1{id}/get/security"), "[]");
  EXPECT_EQ(at(text, "/components/securitySchemes/session/name"), R"("sid")");
}

TEST(OpenApi, IsTheSameEachTime) {
  EXPECT_EQ(boost::json::serialize(document()), boost::json::serialize(document()));
  if (const auto* path = std::getenv("OPENAPI_OUT")) {
    std::ofstream{path} << boost::json::serialize(document());  // for a linter
  }
}

}  // namespace
}  // namespace http
