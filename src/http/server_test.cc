#include "http/server.h"

#include "base/error.h"
#include "http/server_for_test.h"
#include "http/trusted_proxies.h"

namespace http {
namespace {

TEST_F(ServerTest, AnswersWithTheHeadersThatHardenABrowser) {
  start();
  const auto answer = ask(get("/address", close_after));
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\nDate: ")) << answer;
  EXPECT_TRUE(answer.ends_with("\r\n\r\n127.0.0.1 ca.example")) << answer;
  for (const auto* field :
       {"X-Content-Type-Options: nosniff\r\n", "X-Frame-Options: DENY\r\n", "Referrer-Policy: ",
        "Permissions-Policy: ", "Content-Security-Policy: default-src 'self'; script-src 'self';",
        "Cache-Control: no-store\r\n", "X-Request-Id: ", "Content-Length: 20\r\n",
        "Connection: close\r\n"}) {
    EXPECT_EQ(count(answer, field), 1U) << field << answer;
  }
  EXPECT_EQ(count(answer, "Strict-Transport-Security"), 0U);
}

TEST_F(ServerTest, SendsAnswersInPartsWhileTheyAreMade) {
  start();
  const std::string chunk = "11\r\n" + std::string(17, 'a') + "\r\n";
  const auto answer = ask(get("/parts") + get("/address", close_after));
  EXPECT_EQ(count(answer, "Transfer-Encoding: chunked\r\n"), 1U) << answer;
  EXPECT_NE(answer.find("\r\n\r\n" + chunk + chunk + chunk + chunk + "0\r\n\r\nHTTP/1.1 200"),
            std::string::npos)
      << answer;
  EXPECT_EQ(count(answer, "Content-Length"), 1U) << answer;

  const auto old = ask("GET /parts HTTP/1.0\r\n" + std::string{host} + "\r\n");
  EXPECT_EQ(count(old, "Transfer-Encoding"), 0U) << old;
  EXPECT_TRUE(old.ends_with("\r\n\r\n" + std::string(4 * 17, 'a'))) << old;

  const auto head =
      ask("HEAD /parts HTTP/1.1\r\n" + std::string{host} + "\r\n" + get("/address", close_after));
  EXPECT_NE(head.find("\r\n\r\nHTTP/1.1 200"), std::string::npos) << head;
}

TEST_F(ServerTest, BreaksOffAnAnswerWhosePartsEndInAnError) {
  start();
  const auto answer = ask(get("/parts?break=1"));
  EXPECT_EQ(count(answer, std::string(17, 'a')), 2U) << answer;
  EXPECT_FALSE(answer.ends_with("0\r\n\r\n")) << answer;
}

TEST_F(ServerTest, AnswersAPipelineInItsOrder) {
  start();
  std::string requests;
  for (int i = 0; i < 50; ++i) {
    const auto body = std::to_string(i);
    requests += get("/hot") + "POST /echo HTTP/1.1\r\n" + std::string{host} +
                "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  }
  const auto answers = ask(requests + get("/address", close_after));
  EXPECT_EQ(count(answers, "HTTP/1.1 200 OK"), 101U);
  std::size_t at = 0;
  for (int i = 0; i < 50; ++i) {
    at = answers.find("\r\n\r\n" + std::to_string(i), at);
    ASSERT_NE(at, std::string::npos) << i;
  }
}

TEST_F(ServerTest, ReadsRequestsHoweverTheirBytesArrive) {
  start();
  const auto request =
      "POST /echo HTTP/1.1\r\n" + std::string{host} + std::string{close_after} +
      "Transfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n1\r\n!\r\n0\r\nX: y\r\n\r\n";
  EXPECT_TRUE(ask(request).ends_with("\r\n\r\nhello!"));
  Client client{port()};
  for (const char c : request) {
    client.send({&c, 1});
    std::this_thread::sleep_for(milliseconds{1});
  }
  EXPECT_TRUE(client.read_all().ends_with("\r\n\r\nhello!"));
  Client empty{port()};
  empty.send("POST /echo HTTP/1.1\r\n" + std::string{host} + std::string{close_after} +
             "Transfer-Encoding: chunked\r\n\r\n0\r\n");
  for (const auto* piece : {"\r", "\n"}) {
    std::this_thread::sleep_for(milliseconds{20});
    empty.send(piece);
  }
  EXPECT_TRUE(empty.read_all().starts_with("HTTP/1.1 200 "));
}

TEST_F(ServerTest, AnswersHeadWithoutContent) {
  start();
  for (const auto* path : {"/hot", "/address"}) {
    const auto answer = ask("HEAD " + std::string{path} + " HTTP/1.1\r\n" + std::string{host} +
                            "Connection: close\r\n\r\n");
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK")) << answer;
    EXPECT_TRUE(answer.ends_with("\r\n\r\n")) << answer;
    EXPECT_EQ(count(answer, "Content-Length: "), 1U) << answer;
  }
}

TEST_F(ServerTest, SpeaksToHttp10) {
  start();
  EXPECT_EQ(count(ask("GET /hot HTTP/1.0\r\n\r\n"), "Connection: close\r\n"), 1U);
  Client client{port()};
  client.send("GET /hot HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_EQ(count(client.read_until("prepared"), "Connection: keep-alive\r\n"), 1U);
  EXPECT_TRUE(client.send("GET /hot HTTP/1.0\r\n\r\n").read_all().ends_with("prepared"));
}

TEST_F(ServerTest, ClosesAfterAPreparedAnswerWhenAsked) {
  start();
  const auto answer = ask(get("/hot", close_after));
  EXPECT_EQ(count(answer, "Connection: close\r\n"), 1U);
  EXPECT_EQ(count(answer, "Date: "), 1U);
}

TEST_F(ServerTest, SendsLargeAnswersWhole) {
  start();
  const auto answer = ask(get("/large", close_after));
  EXPECT_EQ(answer.size() - answer.find("\r\n\r\n") - 4, 3'000'000U);
}

TEST_F(ServerTest, ServesPlainHttpOnlyWhatIsForIt) {
  start();
  EXPECT_TRUE(ask(get("/secret", close_after)).starts_with("HTTP/1.1 404 "));
}

TEST_F(ServerTest, RefusesMalformedRequestsAndCloses) {
  start();
  const struct {
    std::string bytes;
    int status;
  } cases[] = {
      {"rubbish\r\n\r\n", 400},
      {"GET /hot HTTP/1.1\r\n\r\n", 400},  // no Host
      {"GET /hot HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400},
      {"GET /hot HTTP/1.1\r\nHost: a b\r\n\r\n", 400},
      {"GET /hot HTTP/1.1\r\nHost : a\r\n\r\n", 400},
      {"GET  /hot HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET /hot HTTP/1.1\nHost: a\n\n" + std::string(20, '\n'), 505},
      {"GET /hot\x01 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET /hot HTTP/2.0\r\nHost: a\r\n\r\n", 505},
      {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
      {std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11) + "\r\n\r\n", 400},
  };
  for (const auto& [bytes, status] : cases) {
    const auto answer = ask(bytes + get("/hot"));
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 " + std::to_string(status))) << bytes << "\n"
                                                                          << answer;
    EXPECT_EQ(count(answer, "HTTP/1.1"), 1U + (status == 505 ? 1U : 0U)) << answer;
  }
}

TEST_F(ServerTest, RefusesWhatProxiesMayReadDifferently) {
  start();
  const std::string post = "POST /echo HTTP/1.1\r\n" + std::string{host};
  for (const std::string fields : {
           "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
           "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
           "Transfer-Encoding: xchunked\r\n",
           "Transfer-Encoding: gzip, chunked\r\n",
           "Transfer-Encoding: chunked, identity\r\n",
           "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
           "Transfer-Encoding : chunked\r\n",
           "Transfer-Encoding:\x0b"
           "chunked\r\n",
           "Content-Length: 4\r\nContent-Length: 5\r\n",
           "Content-Length: 4\r\nContent-Length: 4\r\n",
           "Content-Length: 4, 4\r\n",
           "Content-Length: +4\r\n",
           "Content-Length: -1\r\n",
           "Content-Length: 0x4\r\n",
           "Content-Length: 99999999999999999999999\r\n",
           "Content-Length:\r\n",
       }) {
    const auto answer = ask(post + fields + "\r\n0\r\n\r\n" + get("/hot"));
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 400 ")) << fields << answer;
    EXPECT_EQ(count(answer, "HTTP/1.1"), 1U) << fields << answer;
  }
  EXPECT_TRUE(ask("POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
                  .starts_with("HTTP/1.1 400 "));
  for (const std::string chunk : {"g\r\n", "5 \r\nhello\r\n", "5\nhello\n0\n\n", "-1\r\n",
                                  "5\r\nhelloX\r\n0\r\n\r\n", "fffffffffffffffff\r\n"}) {
    const auto answer = ask(post + "Transfer-Encoding: chunked\r\n\r\n" + chunk + get("/hot"));
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 4")) << chunk << answer;
    EXPECT_EQ(count(answer, "HTTP/1.1 "), 1U) << chunk << answer;
  }
}

TEST_F(ServerTest, RefusesHeadersAndBodiesThatAreTooLarge) {
  start();
  EXPECT_TRUE(
      ask(get("/hot", "X: " + std::string(17'000, 'x') + "\r\n")).starts_with("HTTP/1.1 431 "));
  EXPECT_TRUE(ask(get("/" + std::string(17'000, 'x'))).starts_with("HTTP/1.1 431 "));
  std::string fields;
  for (int i = 0; i < 101; ++i) {
    fields += "A: b\r\n";
  }
  EXPECT_TRUE(ask(get("/hot", fields)).starts_with("HTTP/1.1 431 "));
  const std::string post = "POST /echo HTTP/1.1\r\n" + std::string{host};
  EXPECT_TRUE(ask(post + "Content-Length: 100001\r\n\r\n").starts_with("HTTP/1.1 413 "));
  EXPECT_TRUE(ask(post + "Transfer-Encoding: chunked\r\n\r\n186a1\r\n" + std::string(50'000, 'x'))
                  .starts_with("HTTP/1.1 413 "));
  EXPECT_TRUE(ask(post + "Transfer-Encoding: chunked\r\n\r\n1;" + std::string(50'000, 'x'))
                  .starts_with("HTTP/1.1 4"));
  EXPECT_TRUE(
      ask("POST /nowhere HTTP/1.1\r\n" + std::string{host} + "Content-Length: 100000\r\n\r\n")
          .starts_with("HTTP/1.1 413 "));
  const std::string whole(100'000, 'x');
  EXPECT_TRUE(
      ask(post + "Connection: close\r\nContent-Length: 100000\r\n\r\n" + whole).ends_with(whole));
}

TEST_F(ServerTest, SaysContinueToThoseWhoWaitForIt) {
  start();
  Client client{port()};
  client.send("POST /echo HTTP/1.1\r\n" + std::string{host} +
              "Content-Length: 2\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_TRUE(client.send("ok").read_all().ends_with("\r\n\r\nok"));
  EXPECT_TRUE(ask("POST /echo HTTP/1.1\r\n" + std::string{host} +
                  "Content-Length: 1\r\nExpect: tea\r\n\r\n")
                  .starts_with("HTTP/1.1 417 "));
}

TEST_F(ServerTest, CutsOffThoseWhoAreSlow) {
  options.header_timeout = milliseconds{300};
  options.body_timeout = milliseconds{300};
  options.idle_timeout = milliseconds{300};
  start();
  const auto began = std::chrono::steady_clock::now();
  Client slow_header{port()};
  Client slow_body{port()};
  Client idle{port()};
  slow_header.send("GET /hot HTTP/1.1\r\nHos");
  slow_body.send("POST /echo HTTP/1.1\r\n" + std::string{host} + "Content-Length: 9\r\n\r\nx");
  EXPECT_EQ(slow_header.read_all(), "");
  EXPECT_EQ(slow_body.read_all(), "");
  EXPECT_EQ(idle.read_all(), "");
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds{5});
}

TEST_F(ServerTest, CutsOffThoseWhoDoNotReadTheirAnswers) {
  options.write_timeout = milliseconds{300};
  options.least_rate = 1'000'000'000;
  start();
  Client client{port()};
  for (int i = 0; i < 20; ++i) {
    client.send(get("/large"));
  }
  std::this_thread::sleep_for(milliseconds{1500});
  EXPECT_LT(client.read_all().size(), 20U * 3'000'000U);
}

TEST_F(ServerTest, RefusesToShareAPortWithAnotherServer) {
  start();
  options.listeners[0].port = port();
  Server other{options, *pipeline, metrics};
  EXPECT_THROW(other.start(), base::Error);
}

TEST_F(ServerTest, BelievesTrustedProxiesAboutTheClient) {
  start();
  const auto answer =
      ask(get("/address",
              "X-Forwarded-For: 203.0.113.9, 198.51.100.3\r\nX-Forwarded-For: 127.0.0.9\r\n"
              "Connection: close\r\n"));
  EXPECT_TRUE(answer.ends_with("\r\n\r\n198.51.100.3 ca.example")) << answer;
}

TEST(TrustedProxies, TakesTheNearestAddressThatIsNoProxy) {
  const TrustedProxies proxies{{"10.0.0.0/8", "2001:db8::/32"}};
  EXPECT_EQ(proxies.client("203.0.113.1", "1.2.3.4"), "203.0.113.1");
  EXPECT_EQ(proxies.client("10.1.1.1", "1.2.3.4, 5.6.7.8"), "5.6.7.8");
  EXPECT_EQ(proxies.client("10.1.1.1", "5.6.7.8, 2001:db8::7"), "5.6.7.8");
  EXPECT_EQ(proxies.client("10.1.1.1", "5.6.7.8, rubbish"), "10.1.1.1");
  EXPECT_EQ(proxies.client("10.1.1.1", ""), "10.1.1.1");
  EXPECT_THROW(TrustedProxies{{"10.0.0.0/99"}}, base::Error);
}

TEST_F(ServerTest, CountsRequestsByPatternAndClassOfStatus) {
  start();
  ask(get("/hot", close_after));
  ask(get("/nothing", close_after));
  const auto text = metrics.render();
  EXPECT_NE(
      text.find(
          "http_request_duration_seconds_count{method=\"GET\",path=\"/hot\",status=\"2xx\"} 1"),
      std::string::npos)
      << text;
  EXPECT_NE(text.find("path=\"unrouted\",status=\"4xx\"} 1"), std::string::npos) << text;
  EXPECT_NE(text.find("http_queue_length 0"), std::string::npos) << text;
}

}  // namespace
}  // namespace http
