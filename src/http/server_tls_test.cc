#include "http/server_for_test.h"

namespace http {
namespace {

TEST_F(TlsServerTest, ServesHttps) {
  start();
  const auto answer =
      s_client("-quiet -alpn h2,http/1.1",
               "GET /secret HTTP/1.1\\r\\nHost: a\\r\\nConnection: close\\r\\n\\r\\n");
  EXPECT_NE(answer.find("over TLS"), std::string::npos) << answer;
  EXPECT_EQ(count(answer, "Strict-Transport-Security: max-age=31536000"), 1U) << answer;
}

TEST_F(TlsServerTest, SpeaksOnlyCurrentVersionsAndProtocols) {
  start();
  EXPECT_NE(s_client("-tls1_2 -alpn http/1.1").find("ALPN protocol: http/1.1"), std::string::npos);
  EXPECT_NE(s_client("-tls1_3").find("TLS_AES_"), std::string::npos);
  EXPECT_NE(s_client("-tls1_1 -cipher ALL:@SECLEVEL=0").find("alert"), std::string::npos);
  EXPECT_NE(s_client("-tls1_2 -cipher AES128-SHA").find("handshake failure"), std::string::npos);
  EXPECT_NE(s_client("-alpn h2").find("no application protocol"), std::string::npos);
  EXPECT_TRUE(ask(get("/hot")).starts_with("HTTP/1.1 400 "));
}

TEST_F(TlsServerTest, ResumesSessionsEvenAfterTheCertificateWasReplaced) {
  start();
  const auto session = (directory / "session").string();
  const std::string request = "GET /hot HTTP/1.1\\r\\nHost: a\\r\\nConnection: close\\r\\n\\r\\n";
  for (const std::string version : {"-tls1_2", "-tls1_3"}) {
    const auto first = s_client(version + " -ign_eof -sess_out " + session, request);
    EXPECT_NE(first.find("New, TLSv1"), std::string::npos) << first;
    const auto again = s_client(version + " -ign_eof -sess_in " + session, request);
    EXPECT_NE(again.find("Reused, TLSv1"), std::string::npos) << again;
    const auto other = make_identity("other.example");
    server->set_certificate(other.chain_pem, other.key_pem);
    EXPECT_NE(s_client(version + " -ign_eof -sess_in " + session, request).find("Reused, TLSv1"),
              std::string::npos);
  }
}

TEST_F(TlsServerTest, ReplacesItsCertificateWhileItServes) {
  start();
  EXPECT_NE(s_client("").find("CN = first.example"), std::string::npos);
  const auto second = make_identity("second.example");
  server->set_certificate(second.chain_pem, second.key_pem);
  EXPECT_NE(s_client("").find("CN = second.example"), std::string::npos);
  const auto third = make_identity("third.example");
  EXPECT_THROW(server->set_certificate(third.chain_pem, second.key_pem), base::Error);
  EXPECT_THROW(server->set_certificate("rubbish", second.key_pem), base::Error);
  EXPECT_NE(s_client("").find("CN = second.example"), std::string::npos);
}

TEST_F(TlsServerTest, ChoosesACertificateByTheNameTheClientAsksFor) {
  start();
  server->set_certificate_for("ca.example", make_identity("ca.example"));
  server->set_certificate_for("*.est.example", make_identity("wild.example"));
  EXPECT_NE(s_client("-servername CA.example").find("CN = ca.example"), std::string::npos);
  EXPECT_NE(s_client("-servername a.est.example").find("CN = wild.example"), std::string::npos);
  EXPECT_NE(s_client("-servername else.example").find("CN = first.example"), std::string::npos);
  EXPECT_NE(s_client("-noservername").find("CN = first.example"), std::string::npos);
}

TEST_F(TlsServerTest, LetsAnIdentityBeChosenByProtocol) {
  options.choose_identity = [challenge = std::make_shared<const TlsIdentity>(
                                 make_identity("challenge.example"))](const ClientHello& hello) {
    return hello.protocols == std::vector<std::string>{"acme-tls/1"} ? challenge : nullptr;
  };
  start();
  const auto answer = s_client("-alpn acme-tls/1 -servername a.example");
  EXPECT_NE(answer.find("CN = challenge.example"), std::string::npos) << answer;
  EXPECT_NE(answer.find("ALPN protocol: acme-tls/1"), std::string::npos) << answer;
  EXPECT_NE(s_client("-alpn http/1.1").find("CN = first.example"), std::string::npos);
}

}  // namespace
}  // namespace http
