#include "http/pipeline.h"

#include <gtest/gtest.h>

namespace http {
namespace {

class FixedClock final : public base::Clock {
 public:
  base::Time now() const override { return base::Time{base::Seconds{1'780'000'000}}; }
};

Response in_words_of_v2(const base::Error& error, const Request&) {
  return {.status = error.code() == base::ErrorCode::conflict ? 400 : status_of(error.code()),
          .content_type = "application/json",
          .body = std::string{"v2: "} + error.what()};
}

std::string header(const Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) {
      return value;
    }
  }
  return "";
}

class PipelineTest : public testing::Test {
 protected:
  static Route route(Method method, std::string path, auth::Access access,
                     std::function<Response(const Call&, const PathValues&)> handle) {
    return {.method = method,
            .path = std::move(path),
            .access = std::move(access),
            .handle = std::move(handle),
            .refuse = in_words_of_v2};
  }

  PipelineTest() {
    auto echo = [this](const Call& call, const PathValues& values) {
      act = call.act;
      return Response{.body = "hello " + call.caller.username + (values.empty() ? "" : values[0])};
    };
    auto revoke = route(Method::post, "/api/v2/revoke/{id}", auth::write_certificates, echo);
    revoke.action = "certificate.revoke";
    revoke.limit = Limit::strict;
    revoke.description.body_schema = {{"type", "object"}};
    auto crl = route(Method::get, "/crl", auth::Access::to_anyone(), echo);
    crl.on_plain_http = true;
    auto once = route(Method::get, "/once", auth::write_cas, echo);
    once.at_once = [](const Request& request) -> std::optional<Response> {
      return request.query.contains("slow") ? std::nullopt : std::optional{Response{.body = "now"}};
    };
    auto ocsp = route(Method::get, "/ocsp/{rest...}", auth::Access::to_anyone(), echo);
    Router router;
    router.add({revoke, crl, once, ocsp,
                route(Method::get, "/api/v2/open", auth::Access::to_anyone(), echo),
                route(Method::get, "/api/v2/me", auth::Access::to_everyone_signed_in(), echo),
                route(Method::get, "/api/v2/fails", auth::Access::to_anyone(),
                      [](const Call&, const PathValues&) -> Response {
                        throw std::runtime_error{"SELECT password FROM users"};
                      }),
                route(Method::post, "/api/v2/conflict", auth::Access::to_anyone(),
                      [](const Call&, const PathValues&) -> Response {
                        throw base::Error{base::ErrorCode::conflict, "it is taken"}.retry_after(9);
                      })});
    pipeline.emplace(
        std::move(router),
        PipelineParts{
            .identify = [this](const Request&) { return identify(); },
            .record_refusal =
                [this](const auth::Act& by, const Route& at, int status, std::string_view reason) {
                  refusals.push_back(by.by + " " + by.action + " " + at.path + " " +
                                     std::to_string(status) + " " + std::string{reason});
                },
            .refusals = {{"/api", plain_refusal}, {"/api/v2", in_words_of_v2}},
            .page = [](const Request&) { return Response{.body = "page"}; },
            .clock = &clock,
            .limits = {.strict = {.per_minute = 60, .burst = 2}}});
    request.secure = true;
    request.address = "192.0.2.7";
    request.id = "req1";
  }

  auth::Caller identify() const {
    if (bad_key) {
      throw base::Error{base::ErrorCode::unauthenticated, "no such key"};
    }
    return caller;
  }

  void sign_in(std::vector<std::string> rights) {
    caller = {.credential = auth::Credential::session,
              .user_id = 3,
              .username = "ada",
              .rights = auth::Rights{std::move(rights)},
              .session_id = 12};
  }

  Response ask(Method method, std::string path) {
    request.method = method;
    request.path = std::move(path);
    Match match;
    if (!pipeline->find(request, request.path.find("%2F"), match)) {
      return pipeline->refuse(match, request, {base::ErrorCode::invalid_request, "slash"});
    }
    auto ready = pipeline->at_once(match, request);
    return ready ? *std::move(ready) : pipeline->run(match, request);
  }

  FixedClock clock;
  std::optional<Pipeline> pipeline;
  Request request;
  auth::Caller caller{.username = "anonymous"};
  bool bad_key = false;
  auth::Act act;
  std::vector<std::string> refusals;
};

TEST_F(PipelineTest, ServesStrangersOnlyWhatIsForAnyone) {
  EXPECT_EQ(ask(Method::get, "/api/v2/open").body, "hello anonymous");
  const auto refused = ask(Method::get, "/api/v2/me");
  EXPECT_EQ(refused.status, 401);
  EXPECT_EQ(refused.body, "v2: sign in to do this");
  EXPECT_TRUE(refusals.empty());  // reading is no act
}

TEST_F(PipelineTest, NamesAPermissionThatIsMissingAndRecordsTheAttempt) {
  sign_in({"read:*"});
  const auto refused = ask(Method::post, "/api/v2/revoke/5");
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(refused.body, "v2: this needs the permission write:certificates");
  ASSERT_EQ(refusals.size(), 1U);
  EXPECT_EQ(refusals[0],
            "ada certificate.revoke /api/v2/revoke/{id} 403 this needs the permission "
            "write:certificates");
}

TEST_F(PipelineTest, RecordsRefusedCredentials) {
  bad_key = true;
  EXPECT_EQ(ask(Method::post, "/api/v2/revoke/5").status, 401);
  EXPECT_EQ(ask(Method::get, "/api/v2/open").status, 401);  // a wrong key is never ignored
  EXPECT_EQ(refusals.size(), 1U);
}

TEST_F(PipelineTest, HandsTheActToTheHandler) {
  sign_in({"*"});
  request.headers = {{"user-agent", std::string(300, 'x')}};
  EXPECT_EQ(ask(Method::post, "/api/v2/revoke/5").body, "hello ada5");
  EXPECT_EQ(act.by, "ada");
  EXPECT_EQ(act.action, "certificate.revoke");
  EXPECT_EQ(act.from, "192.0.2.7");
  EXPECT_EQ(act.agent.size(), 200U);
  EXPECT_EQ(act.request_id, "req1");
  EXPECT_EQ(act.credential, "session 12");
}

TEST_F(PipelineTest, LimitsRatesPerUserAndSaysSo) {
  sign_in({"*"});
  const auto first = ask(Method::post, "/api/v2/revoke/1");
  EXPECT_EQ(header(first, "X-RateLimit-Limit"), "60");
  EXPECT_EQ(header(first, "X-RateLimit-Remaining"), "1");
  EXPECT_EQ(ask(Method::post, "/api/v2/revoke/1").status, 200);
  const auto refused = ask(Method::post, "/api/v2/revoke/1");
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(header(refused, "Retry-After"), "1");
  EXPECT_EQ(header(refused, "X-RateLimit-Remaining"), "0");
  EXPECT_EQ(header(refused, "X-RateLimit-Reset"), "2");
  EXPECT_EQ(refusals.size(), 1U);
  caller.user_id = 4;
  EXPECT_EQ(ask(Method::post, "/api/v2/revoke/1").status, 200);
}

TEST_F(PipelineTest, TakesJsonOnlyWhereJsonIsRead) {
  sign_in({"*"});
  request.body = "{}";
  request.headers = {{"content-type", "text/plain"}};
  EXPECT_EQ(ask(Method::post, "/api/v2/revoke/1").status, 415);
  request.headers = {{"content-type", "Application/JSON; charset=utf-8"}};
  EXPECT_EQ(ask(Method::post, "/api/v2/revoke/1").status, 200);
}

TEST_F(PipelineTest, KeepsTheTextOfUnexpectedErrorsToItself) {
  const auto failed = ask(Method::get, "/api/v2/fails");
  EXPECT_EQ(failed.status, 500);
  EXPECT_EQ(failed.body, "v2: something went wrong; reference req1");
}

TEST_F(PipelineTest, LetsTheSurfaceChooseTheStatusOfARefusal) {
  const auto refused = ask(Method::post, "/api/v2/conflict");
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(header(refused, "Retry-After"), "9");
}

TEST_F(PipelineTest, AnswersWhatHasNoRouteInTheWordsOfTheNearestPrefix) {
  EXPECT_EQ(ask(Method::get, "/api/v2/nothing").body, "v2: there is nothing at this address");
  EXPECT_EQ(ask(Method::get, "/api/nothing").body, "there is nothing at this address\n");
  EXPECT_EQ(ask(Method::get, "/api/v2x").body, "there is nothing at this address\n");
  const auto refused = ask(Method::delete_, "/api/v2/open");
  EXPECT_EQ(refused.status, 405);
  EXPECT_EQ(header(refused, "Allow"), "GET, HEAD, OPTIONS");
  const auto options = ask(Method::options, "/api/v2/open");
  EXPECT_EQ(options.status, 204);
  EXPECT_EQ(header(options, "Allow"), "GET, HEAD, OPTIONS");
}

TEST_F(PipelineTest, GivesThePageToBrowsersOnly) {
  EXPECT_EQ(ask(Method::get, "/certificates/7").status, 404);
  request.headers = {{"accept", "text/html,*/*"}};
  EXPECT_EQ(ask(Method::get, "/certificates/7").body, "page");
  EXPECT_EQ(ask(Method::get, "/api/nothing").status, 404);
  EXPECT_EQ(ask(Method::post, "/certificates/7").status, 404);
}

TEST_F(PipelineTest, ServesPlainHttpOnlyWhereARouteSaysSo) {
  request.secure = false;
  request.headers = {{"accept", "text/html"}};
  EXPECT_EQ(ask(Method::get, "/crl").status, 200);
  EXPECT_EQ(ask(Method::get, "/api/v2/open").status, 404);
  EXPECT_EQ(ask(Method::delete_, "/api/v2/open").status, 404);
  EXPECT_EQ(ask(Method::get, "/certificates").status, 404);
}

TEST_F(PipelineTest, AsksARouteForAnAnswerThatIsReadyFirst) {
  EXPECT_EQ(ask(Method::get, "/once").body, "now");
  request.query = {{"slow", {""}}};
  EXPECT_EQ(ask(Method::get, "/once").status, 401);
}

TEST_F(PipelineTest, AllowsEncodedSlashesInTheRestOnly) {
  EXPECT_EQ(ask(Method::get, "/ocsp/a%2Fb").status, 200);
  EXPECT_EQ(ask(Method::get, "/api%2Fv2/open").status, 400);
}

TEST_F(PipelineTest, ReadsCookies) {
  request.headers = {{"cookie", "a=1; session=\"x=y\";b=2"}, {"cookie", "c=3"}};
  EXPECT_EQ(request.cookie("session"), "x=y");
  EXPECT_EQ(request.cookie("a"), "1");
  EXPECT_EQ(request.cookie("b"), "2");
  EXPECT_EQ(request.cookie("c"), "3");
  EXPECT_EQ(request.cookie("ession"), std::nullopt);
}

}  // namespace
}  // namespace http
