// The ACME server in one process: its routes, the services and a database in memory. Only the name
// server is a table, and the client is forty lines here.
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "core/acme/jwk.h"
#include "crypto/jws.h"
#include "db/migrations.h"
#include "http/router.h"
#include "protocol/acme/routes.h"
#include "storage/certificate_store.h"
#include "storage/migrations.h"
#include "x509/csr.h"

namespace protocol::acme {
namespace {

const std::string host = "ca.example:8443";
const std::string base = "https://" + host;

// Answers any TXT question with the records that were put here.
class TextResolver final : public net::Resolver {
 public:
  std::vector<std::string> texts_now;

  net::DnsAnswer<net::IpAddress> addresses(std::string_view, Milliseconds) override {
    return {.status = net::DnsStatus::nxdomain, .reason = "no such name (NXDOMAIN)"};
  }
  net::DnsAnswer<std::string> texts(std::string_view, Milliseconds) override {
    return {.status = net::DnsStatus::records, .records = texts_now};
  }
  net::DnsAnswer<core::acme::CaaRecord> caa(std::string_view, Milliseconds) override {
    return {.status = net::DnsStatus::nxdomain};
  }
};

std::string in_quotes(const std::string& text) {
  return "\"" + text + "\"";
}

std::string jwk_of(const crypto::PublicKey& key) {
  const auto point = key.ec_point().value();
  return R"({"kty":"EC","crv":"P-256","x":")" + base::to_base64url(point.x) + R"(","y":")" +
         base::to_base64url(point.y) + "\"}";
}

class AcmeServer : public testing::Test {
 protected:
  struct Reply {
    http::Response response;
    boost::json::value body;

    std::string header(std::string_view name) const {
      for (const auto& [key, value] : response.headers) {
        if (key == name) {
          return value;
        }
      }
      return {};
    }
    std::string text(std::string_view member) const {
      const auto* value = body.if_object() ? body.get_object().if_contains(member) : nullptr;
      return value != nullptr && value->is_string() ? std::string{value->get_string()} : "";
    }
    std::string problem() const {
      const auto type = text("type");
      return type.substr(std::min(type.rfind(':') + 1, type.size()));
    }
  };

  struct Client {
    crypto::PrivateKey key = crypto::PrivateKey::generate(crypto::KeyAlgorithm::ec_p256);
    std::string kid = {};
    std::string nonce = {};
  };

  AcmeServer() {
    db::migrate(*database, storage::migrations());
    x509::Name subject;
    static_cast<void>(subject.add("CN", "Test root"));
    const auto root = authorities.create(act, {.name = "root", .subject = subject});
    x509::Name issuing;
    static_cast<void>(issuing.add("CN", "Test issuing"));
    authorities.create(act, {.name = "issuing",
                             .subject = issuing,
                             .type = core::AuthorityType::intermediate,
                             .parent_id = root.id,
                             .key_algorithm = crypto::KeyAlgorithm::ec_p256,
                             .validity = std::chrono::days{1000}});
    router.add(acme_routes(acme));
    acme.validation.start();
  }

  Reply send(http::Method method, const std::string& url, const std::string& body = {},
             const std::string& content_type = "application/jose+json") {
    http::Request request{.method = method, .host = host, .id = "test"};
    request.target = url.substr(url.find('/', 8));
    request.path = request.target.substr(0, request.target.find('?'));
    request.body = body;
    request.secure = true;
    request.headers = {{"content-type", content_type}};
    http::Match match;
    router.find(method, request.path, match);
    if (match.route == nullptr) {
      return {{.status = 404}, nullptr};
    }
    const auth::Caller caller;
    const auto response = match.route->handle(
        {.caller = caller, .act = act, .now = clock.now(), .request = request}, match.values);
    boost::system::error_code error;
    auto json = boost::json::parse(response.body.empty() ? "null" : response.body, error);
    return {response, error ? boost::json::value{} : std::move(json)};
  }

  std::string signed_body(Client& client, const std::string& url, const std::string& payload,
                          const std::string& nonce) {
    const auto signer = client.kid.empty() ? "\"jwk\":" + jwk_of(client.key.public_key())
                                           : "\"kid\":" + in_quotes(client.kid);
    const auto header = R"({"alg":"ES256",)" +
                        (nonce.empty() ? "" : "\"nonce\":" + in_quotes(nonce) + ",") +
                        "\"url\":" + in_quotes(url) + "," + signer + "}";
    const auto input = base::to_base64url(base::as_bytes(header)) + "." +
                       base::to_base64url(base::as_bytes(payload));
    const auto signature =
        crypto::sign_jws(crypto::JwsAlgorithm::ES256, client.key, base::as_bytes(input));
    const auto dot = input.find('.');
    return "{\"protected\":" + in_quotes(input.substr(0, dot)) +
           ",\"payload\":" + in_quotes(input.substr(dot + 1)) +
           ",\"signature\":" + in_quotes(base::to_base64url(signature)) + "}";
  }

  Reply post(Client& client, const std::string& url, const std::string& payload = {}) {
    if (client.nonce.empty()) {
      client.nonce = send(http::Method::head, base + "/acme/new-nonce").header("Replay-Nonce");
    }
    auto reply = send(http::Method::post, url, signed_body(client, url, payload, client.nonce));
    client.nonce = reply.header("Replay-Nonce");
    return reply;
  }

  Client registered() {
    Client client;
    const auto reply = post(client, base + "/acme/new-account",
                            R"({"contact":["mailto:a@example.com"],"termsOfServiceAgreed":true})");
    EXPECT_EQ(reply.response.status, 201) << reply.response.body;
    client.kid = reply.header("Location");
    return client;
  }

  Reply order(Client& client, const std::string& name) {
    return post(client, base + "/acme/new-order",
                R"({"identifiers":[{"type":"dns","value":)" + in_quotes(name) + "}]}");
  }

  // Fulfils dns-01 of all authorizations of an order.
  Reply authorize(Client& client, const Reply& order) {
    for (const auto& url : order.body.at("authorizations").as_array()) {
      const std::string authorization{url.as_string()};
      const auto reply = post(client, authorization);
      for (const auto& challenge : reply.body.at("challenges").as_array()) {
        if (challenge.at("type").as_string() == "dns-01") {
          resolver.texts_now = {core::acme::dns01_record(
              core::acme::key_authorization(std::string{challenge.at("token").as_string()},
                                            core::acme::thumbprint(client.key.public_key())))};
          post(client, std::string{challenge.at("url").as_string()}, "{}");
        }
      }
    }
    return post(client, order.header("Location"));
  }

  std::string csr_for(const std::string& name, const crypto::PrivateKey& key) {
    const std::vector names{x509::GeneralName::dns(name).value()};
    const auto der = x509::make_request({.subject = {},
                                         .extensions = {x509::subject_alternative_name(names)},
                                         .challenge_password = {}},
                                        crypto::KeySigner{key});
    return R"({"csr":")" + base::to_base64url(der) + "\"}";
  }

  Reply issued(Client& client, const std::string& name, const crypto::PrivateKey& key) {
    const auto ready = authorize(client, order(client, name));
    EXPECT_EQ(ready.text("status"), "ready") << ready.response.body;
    const auto reply = post(client, ready.text("finalize"), csr_for(name, key));
    EXPECT_EQ(reply.text("status"), "valid") << reply.response.body;
    return reply;
  }

  const auth::Act act{.by = "test", .action = "test"};
  base::SystemClock clock;
  crypto::SystemRandom random;
  std::unique_ptr<db::Database> database = db::open_sqlite({.path = ":memory:"}, clock);
  service::MasterKey master{base::Secret{std::string(32, 'k')}};
  service::Keys keys{master, random, clock};
  service::Intents intents{*database, random, clock, "test"};
  service::Authorities authorities{*database, keys,
                                   intents,   random,
                                   clock,     [] { return std::string{"http://ca.example:8080"}; }};
  service::Issuance issuance{*database, authorities, keys, intents, random, clock};
  service::Revocation revocation{*database, clock};
  TextResolver resolver;
  net::AcmeValidator validator{resolver, {}};
  service::AcmeSettings settings;
  service::Acme acme{{.database = *database,
                      .authorities = authorities,
                      .issuance = issuance,
                      .revocation = revocation,
                      .validator = validator,
                      .master = master,
                      .random = random,
                      .clock = clock,
                      .settings = [this] { return settings; }}};
  http::Router router;
  crypto::PrivateKey certificate_key = crypto::PrivateKey::generate(crypto::KeyAlgorithm::ec_p256);
};

TEST_F(AcmeServer, TellsItsAddresses) {
  const auto reply = send(http::Method::get, base + "/acme/directory");
  EXPECT_EQ(reply.response.status, 200);
  EXPECT_EQ(reply.text("newOrder"), base + "/acme/new-order");
  EXPECT_FALSE(reply.body.at("meta").as_object().contains("termsOfService"));
  EXPECT_EQ(send(http::Method::head, base + "/acme/new-nonce").response.status, 200);
  EXPECT_EQ(send(http::Method::get, base + "/acme/new-nonce").response.status, 204);
}

TEST_F(AcmeServer, IssuesForWhoProvesControl) {
  auto client = registered();
  const auto pending = order(client, "a.example.com");
  EXPECT_EQ(pending.response.status, 201) << pending.response.body;
  EXPECT_EQ(pending.text("status"), "pending");
  EXPECT_FALSE(pending.body.as_object().contains("error"));
  EXPECT_NE(pending.header("Replay-Nonce"), "");

  EXPECT_EQ(
      post(client, pending.text("finalize"), csr_for("a.example.com", certificate_key)).problem(),
      "orderNotReady");
  const auto ready = authorize(client, pending);
  EXPECT_EQ(ready.text("status"), "ready");
  EXPECT_EQ(
      post(client, ready.text("finalize"), csr_for("b.example.com", certificate_key)).problem(),
      "badCSR");
  const auto valid =
      post(client, ready.text("finalize"), csr_for("a.example.com", certificate_key));
  EXPECT_EQ(valid.text("status"), "valid") << valid.response.body;
  const auto chain = post(client, valid.text("certificate"));
  EXPECT_EQ(chain.response.content_type, "application/pem-certificate-chain");
  EXPECT_TRUE(chain.response.body.starts_with("-----BEGIN CERTIFICATE-----"));
  // The leaf and the issuing authority; the root is left out.
  EXPECT_EQ(chain.response.body.find("BEGIN", chain.response.body.rfind("BEGIN") + 1),
            std::string::npos);
  EXPECT_NE(chain.response.body.find("BEGIN"), chain.response.body.rfind("BEGIN"));
  EXPECT_EQ(
      post(client, valid.text("finalize"), csr_for("a.example.com", certificate_key)).problem(),
      "orderNotReady");
}

TEST_F(AcmeServer, FailsAnOrderWhoseProofIsMissing) {
  auto client = registered();
  const auto pending = order(client, "a.example.com");
  const std::string url{pending.body.at("authorizations").at(0).as_string()};
  const auto authorization = post(client, url);
  EXPECT_EQ(authorization.body.at("challenges").as_array().size(), 3u);
  const std::string challenge{authorization.body.at("challenges").at(0).at("url").as_string()};
  const auto processing = post(client, challenge, "{}");  // http-01: the name does not resolve
  EXPECT_EQ(processing.text("status"), "processing") << processing.response.body;
  EXPECT_EQ(processing.header("Retry-After"), "1");
  EXPECT_EQ(post(client, url).text("status"), "pending");
  Reply after;
  for (int i = 0; i < 300 && after.text("status") != "invalid"; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds{100});
    after = post(client, url);
  }
  EXPECT_EQ(after.text("status"), "invalid");
  ASSERT_EQ(after.body.at("challenges").as_array().size(), 1u);
  EXPECT_TRUE(
      after.body.at("challenges").at(0).at("error").at("type").as_string().ends_with(":dns"));
  const auto invalid = post(client, pending.header("Location"));
  EXPECT_EQ(invalid.text("status"), "invalid");
  EXPECT_TRUE(invalid.body.as_object().contains("error"));
}

TEST_F(AcmeServer, TakesEachNonceOnce) {
  auto client = registered();
  const auto body = signed_body(client, client.kid, "", client.nonce);
  EXPECT_EQ(send(http::Method::post, client.kid, body).response.status, 200);
  const auto replay = send(http::Method::post, client.kid, body);
  EXPECT_EQ(replay.problem(), "badNonce");
  EXPECT_NE(replay.header("Replay-Nonce"), "");
}

TEST_F(AcmeServer, RefusesWhatIsNotSignedForThisAddress) {
  auto client = registered();
  const auto nonce = client.nonce;
  auto body = signed_body(client, base + "/acme/new-order", "", nonce);
  EXPECT_EQ(send(http::Method::post, client.kid, body).problem(), "unauthorized");
  body = signed_body(client, client.kid, "", nonce);
  EXPECT_EQ(send(http::Method::post, client.kid, body, "application/json").response.status, 415);
  EXPECT_EQ(send(http::Method::post, client.kid, body, "Application/JOSE+json; charset=utf-8")
                .response.status,
            200);
}

TEST_F(AcmeServer, WantsTheRightKindOfKeyForEachAddress) {
  auto client = registered();
  EXPECT_EQ(post(client, base + "/acme/new-account", "{}").problem(), "malformed");
  Client bare;
  EXPECT_EQ(post(bare, base + "/acme/new-order",
                 R"({"identifiers":[{"type":"dns","value":"a.example.com"}]})")
                .problem(),
            "malformed");
  Client thief;
  thief.kid = client.kid;
  EXPECT_EQ(post(thief, client.kid).problem(), "malformed");
  Client nobody;
  nobody.kid = base + "/acme/acct/AAAAAAABAAAAAAAAAAAAAAAA";
  EXPECT_EQ(post(nobody, base + "/acme/new-order", "{}").problem(), "accountDoesNotExist");
}

TEST_F(AcmeServer, KeepsAccountsApart) {
  auto owner = registered();
  auto other = registered();
  const auto issued_order = issued(owner, "a.example.com", certificate_key);
  const auto pending = order(owner, "b.example.com");
  const std::string authorization{pending.body.at("authorizations").at(0).as_string()};
  const std::string challenge{
      post(owner, authorization).body.at("challenges").at(1).at("url").as_string()};
  for (const auto& url : {issued_order.header("Location"), issued_order.text("certificate"),
                          authorization, challenge, pending.header("Location")}) {
    EXPECT_EQ(post(owner, url).response.status, 200) << url;
    EXPECT_EQ(post(other, url).response.status, 404) << url;
  }
  EXPECT_EQ(post(other, challenge, "{}").response.status, 404);
  EXPECT_EQ(post(other, authorization, R"({"status":"deactivated"})").response.status, 404);
  EXPECT_EQ(post(other, pending.text("finalize"), csr_for("b.example.com", certificate_key))
                .response.status,
            404);
  EXPECT_EQ(post(other, owner.kid).problem(), "unauthorized");
  EXPECT_EQ(post(other, owner.kid + "/orders").problem(), "unauthorized");
  const auto mine = post(owner, owner.kid + "/orders");
  EXPECT_EQ(mine.body.at("orders").as_array().size(), 2u);
}

TEST_F(AcmeServer, ForgetsADeactivatedAccount) {
  auto client = registered();
  const auto pending = authorize(client, order(client, "a.example.com"));
  EXPECT_EQ(post(client, client.kid, R"({"status":"deactivated"})").text("status"), "deactivated");
  const auto refused = post(client, base + "/acme/new-order",
                            R"({"identifiers":[{"type":"dns","value":"a.example.com"}]})");
  EXPECT_EQ(refused.problem(), "unauthorized");
  EXPECT_EQ(refused.response.status, 401);
  EXPECT_EQ(
      post(client, pending.text("finalize"), csr_for("a.example.com", certificate_key)).problem(),
      "unauthorized");
  Client again{.key = client.key};
  EXPECT_EQ(post(again, base + "/acme/new-account", "{}").problem(), "unauthorized");
}

TEST_F(AcmeServer, ChangesTheKeyOfAnAccount) {
  auto client = registered();
  auto other = registered();
  const auto url = base + "/acme/key-change";
  const auto change = [&](Client& to) {
    const auto payload = "{\"account\":" + in_quotes(client.kid) +
                         ",\"oldKey\":" + jwk_of(client.key.public_key()) + "}";
    Client inner{.key = to.key};
    return post(client, url, signed_body(inner, url, payload, ""));
  };
  const auto taken = change(other);
  EXPECT_EQ(taken.response.status, 409);
  EXPECT_EQ(taken.header("Location"), other.kid);
  Client fresh;
  EXPECT_EQ(change(fresh).response.status, 200);
  EXPECT_EQ(post(client, client.kid).problem(), "malformed");  // the old key signs no more
  client.key = fresh.key;
  EXPECT_EQ(post(client, client.kid).response.status, 200);
}

TEST_F(AcmeServer, GivesAuthorizationsBack) {
  auto client = registered();
  const auto ready = authorize(client, order(client, "a.example.com"));
  const std::string url{ready.body.at("authorizations").at(0).as_string()};
  EXPECT_EQ(post(client, url, R"({"status":"deactivated"})").text("status"), "deactivated");
  EXPECT_EQ(post(client, ready.header("Location")).text("status"), "invalid");
  EXPECT_EQ(
      post(client, ready.text("finalize"), csr_for("a.example.com", certificate_key)).problem(),
      "orderNotReady");
}

TEST_F(AcmeServer, RevokesForTheAccountTheKeyAndWhoHoldsTheNames) {
  const auto revoke = [&](Client& client, const Reply& order, Client& reader,
                          const std::string& more = "") {
    const auto pem = post(reader, order.text("certificate")).response.body;
    const auto end = pem.find("-----END");
    auto der = base::from_base64(pem.substr(28, end - 28)).value();
    return post(client, base + "/acme/revoke-cert",
                R"({"certificate":")" + base::to_base64url(der) + "\"" + more + "}");
  };
  auto owner = registered();
  auto other = registered();
  Client stranger;
  Client holder{.key = certificate_key};
  const auto first = issued(owner, "a.example.com", certificate_key);
  EXPECT_EQ(revoke(other, first, owner).problem(), "unauthorized");
  EXPECT_EQ(revoke(stranger, first, owner).problem(), "unauthorized");
  EXPECT_EQ(revoke(owner, first, owner, R"(,"reason":6)").problem(), "badRevocationReason");
  EXPECT_EQ(revoke(owner, first, owner, R"(,"reason":1)").response.status, 200);
  EXPECT_EQ(revoke(owner, first, owner).problem(), "alreadyRevoked");

  const auto second = issued(owner, "a.example.com", certificate_key);
  EXPECT_EQ(revoke(holder, second, owner).response.status, 200);

  const auto third = issued(owner, "a.example.com", certificate_key);
  authorize(other, order(other, "a.example.com"));
  EXPECT_EQ(revoke(other, third, owner).response.status, 200);
}

TEST_F(AcmeServer, MakesOneCertificateOfRequestsAtTheSameTime) {
  auto client = registered();
  const auto ready = authorize(client, order(client, "a.example.com"));
  const auto url = ready.text("finalize");
  const auto csr = csr_for("a.example.com", certificate_key);
  std::vector<std::string> bodies;
  for (int i = 0; i < 6; ++i) {
    const auto nonce = send(http::Method::head, base + "/acme/new-nonce").header("Replay-Nonce");
    bodies.push_back(signed_body(client, url, csr, nonce));
  }
  std::atomic<int> valid = 0;
  std::vector<std::thread> threads;
  for (const auto& body : bodies) {
    threads.emplace_back([&] {
      const auto reply = send(http::Method::post, url, body);
      valid += reply.text("status") == "valid" ? 1 : 0;
    });
  }
  for (auto& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(valid, 1);
  EXPECT_EQ(database
                ->read([&](db::Session& session) {
                  return storage::CertificateStore{session}.totals(clock.now());
                })
                .total,
            1);
}

TEST_F(AcmeServer, IsSwitchedOff) {
  settings.enabled = false;
  EXPECT_EQ(send(http::Method::get, base + "/acme/directory").response.status, 503);
}

}  // namespace
}  // namespace protocol::acme
