#include "http/live.h"

#include "http/server_for_test.h"

namespace http {
namespace {

// A client of the live events, over the openssl command, which passes bytes through.
class LiveServerTest : public TlsServerTest {
 protected:
  static std::string handshake(std::string_view origin, std::string_view cookie) {
    return "GET /live HTTP/1.1\\r\\nHost: ca.example:8443\\r\\nUpgrade: websocket\\r\\n"
           "Connection: keep-alive, Upgrade\\r\\nSec-WebSocket-Version: 13\\r\\n"
           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\\r\\nOrigin: " +
           std::string{origin} + "\\r\\nCookie: session=" + std::string{cookie} + "\\r\\n\\r\\n";
  }
};

TEST_F(LiveServerTest, SendsEventsToThoseWhoMaySeeThem) {
  live.add("/live", auth::Access::to_everyone_signed_in());
  start();
  std::thread publisher{[&] {
    for (int i = 0; i < 1000 && live.clients() == 0; ++i) {
      std::this_thread::sleep_for(milliseconds{10});
    }
    live.publish("for others", "read:audit");
    live.publish("certificate issued", "read:certificates");
    std::this_thread::sleep_for(milliseconds{100});
    server->stop();
  }};
  const auto answer = s_client("-quiet", handshake("https://ca.example:8443", "good"));
  publisher.join();
  EXPECT_NE(answer.find("HTTP/1.1 101 Switching Protocols"), std::string::npos) << answer;
  EXPECT_NE(answer.find("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), std::string::npos);
  EXPECT_NE(answer.find("\x81\x12"
                        "certificate issued"),
            std::string::npos)
      << answer;
  EXPECT_EQ(answer.find("for others"), std::string::npos);
  EXPECT_NE(answer.find("\x88\x02\x03\xe9"), std::string::npos);  // going away
  EXPECT_EQ(live.clients(), 0U);
}

TEST_F(LiveServerTest, RefusesStrangersAndOtherOrigins) {
  live.add("/live", auth::Access::to_everyone_signed_in());
  live.add("/audit", auth::read_audit);
  start();
  const auto ask_live = [&](std::string_view origin, std::string_view cookie) {
    return s_client("-quiet", handshake(origin, cookie));
  };
  EXPECT_NE(ask_live("https://ca.example:8443", "bad").find("HTTP/1.1 401 "), std::string::npos);
  EXPECT_NE(ask_live("https://evil.example", "good").find("HTTP/1.1 403 "), std::string::npos);
  EXPECT_NE(ask_live("null", "good").find("HTTP/1.1 403 "), std::string::npos);
  EXPECT_NE(s_client("-quiet", "GET /live HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n").find("HTTP/1.1 400 "),
            std::string::npos);
}

}  // namespace
}  // namespace http
