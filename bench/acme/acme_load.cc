// Orders certificates over ACME on so many connections, and says what happened as one line of JSON.
// Usage: acme_load DIRECTORY_URL CONNECTIONS SECONDS HTTP01_PORT DNS_PORT
// Prints `ready` when it could begin, and begins when a line comes in.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <iostream>
#include <optional>
#include <stdexcept>
#include <thread>

#include "acme/answerers.h"
#include "acme/client.h"
#include "crypto/digest.h"
#include "crypto/jws.h"
#include "json/json.h"
#include "x509/csr.h"

namespace bench {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr std::size_t key_count = 512;  // of certificates, made beforehand

struct Directory {
  std::string newNonce;
  std::string newAccount;
  std::string newOrder;
};
BOOST_DESCRIBE_STRUCT(Directory, (), (newNonce, newAccount, newOrder))

struct Order {
  std::string status;
  std::optional<std::vector<std::string>> authorizations;
  std::string finalize;
  std::optional<std::string> certificate;
};
BOOST_DESCRIBE_STRUCT(Order, (), (status, authorizations, finalize, certificate))

struct Challenge {
  std::string type;
  std::string url;
  std::string token;
};
BOOST_DESCRIBE_STRUCT(Challenge, (), (type, url, token))

struct Authorization {
  std::string status;
  std::vector<Challenge> challenges;
};
BOOST_DESCRIBE_STRUCT(Authorization, (), (status, challenges))

template <class T>
T read(const Response& response) {
  return json::parse<T>(response.body, json::Unknown::ignore);
}

std::string in_base64url(std::string_view text) {
  return base::to_base64url(base::as_bytes(text));
}

std::string jwk_of(const crypto::PublicKey& key) {
  const auto point = key.ec_point().value();
  // The members in the order that RFC 7638 wants for a thumbprint.
  return R"({"crv":"P-256","kty":"EC","x":")" + base::to_base64url(point.x) + R"(","y":")" +
         base::to_base64url(point.y) + R"("})";
}

struct Account {
  crypto::PrivateKey key = crypto::PrivateKey::generate(crypto::KeyAlgorithm::ec_p256);
  std::string jwk = jwk_of(key.public_key());
  std::string url;  // empty: not registered yet

  std::string thumbprint() const { return base::to_base64url(crypto::sha256(base::as_bytes(jwk))); }
};

// What all connections share.
struct World {
  Directory directory;
  Account account;
  std::vector<crypto::PrivateKey> keys;
  ChallengeAnswerer& challenges;
  std::atomic<std::uint64_t> next_name{0};
  std::string run;  // so that no name is ordered twice
};

// A client on one connection.
class Client {
 public:
  Client(int port, World& world) : world_{world}, connection_{port} {
    nonce_ = connection_.send("HEAD", world_.directory.newNonce).nonce;
  }

  Response post(const std::string& url, std::string_view payload) {
    const auto& account = world_.account;
    const auto by =
        account.url.empty() ? R"("jwk":)" + account.jwk : R"("kid":")" + account.url + "\"";
    const auto head = in_base64url(R"({"alg":"ES256",)" + by + R"(,"nonce":")" + nonce_ +
                                   R"(","url":")" + url + "\"}");
    const auto content = in_base64url(payload);
    const auto signature = crypto::sign_jws(crypto::JwsAlgorithm::ES256, account.key,
                                            base::as_bytes(head + "." + content));
    auto response =
        connection_.send("POST", url,
                         R"({"protected":")" + head + R"(","payload":")" + content +
                             R"(","signature":")" + base::to_base64url(signature) + "\"}");
    ++requests;
    nonce_ = response.nonce;
    if (response.status >= 300) {
      throw std::runtime_error(url + ": " + std::to_string(response.status) + " " + response.body);
    }
    return response;
  }

  void order_one() {
    const auto number = world_.next_name++;
    const auto name = "n" + std::to_string(number) + "." + world_.run + ".bench.example";
    auto created = post(world_.directory.newOrder,
                        R"({"identifiers":[{"type":"dns","value":")" + name + "\"}]}");
    auto order = read<Order>(created);
    for (const auto& url : order.authorizations.value()) {
      authorize(url);
    }
    const auto csr = base::to_base64url(request_for(name, number));
    order = read<Order>(post(order.finalize, R"({"csr":")" + csr + "\"}"));
    for (auto pause = 1ms; order.status == "processing"; pause *= 2) {
      std::this_thread::sleep_for(pause);
      order = read<Order>(post(created.location, ""));
    }
    const auto chain = post(order.certificate.value(), "");
    if (chain.body.find("-----BEGIN CERTIFICATE-----") == std::string::npos) {
      throw std::runtime_error("not a certificate: " + chain.body);
    }
  }

  std::uint64_t requests = 0;

 private:
  void authorize(const std::string& url) {
    const auto authorization = read<Authorization>(post(url, ""));
    const auto challenge = std::ranges::find(authorization.challenges, "http-01", &Challenge::type);
    if (challenge == authorization.challenges.end()) {
      throw std::runtime_error("http-01 is not offered");
    }
    post(challenge->url, "{}");
    world_.challenges.wait_for(challenge->token, 5s);
    // The server has the answer now: whoever asks a moment later asks once.
    auto pause = 1ms;
    while (true) {
      std::this_thread::sleep_for(pause);
      const auto status = read<Authorization>(post(url, "")).status;
      if (status == "valid") {
        return;
      }
      if (status != "pending" && status != "processing") {
        throw std::runtime_error("an authorization became " + status);
      }
      pause *= 2;
    }
  }

  base::Bytes request_for(const std::string& name, std::uint64_t number) const {
    const std::vector names{x509::GeneralName::dns(name).value()};
    return x509::make_request({.subject = x509::Name{},
                               .extensions = {x509::subject_alternative_name(names)},
                               .challenge_password = {}},
                              crypto::KeySigner{world_.keys[number % key_count]});
  }

  World& world_;
  Connection connection_;
  std::string nonce_;
};

struct Outcome {
  std::vector<double> milliseconds;  // of each order
  std::uint64_t requests = 0;
  std::uint64_t failures = 0;
};

Outcome order_until(Clock::time_point end, int port, World& world, std::optional<Client> client) {
  Outcome outcome;
  while (Clock::now() < end) {
    const auto start = Clock::now();
    try {
      client->order_one();
      outcome.milliseconds.push_back(
          std::chrono::duration<double, std::milli>(Clock::now() - start).count());
    } catch (const std::exception& error) {
      if (++outcome.failures > 20) {
        break;
      }
      std::fprintf(stderr, "%s\n", error.what());
      outcome.requests += client->requests;
      client.emplace(port, world);
    }
  }
  outcome.requests += client->requests;
  return outcome;
}

double percentile(const std::vector<double>& sorted, double part) {
  return sorted.empty() ? 0 : sorted[static_cast<std::size_t>(part * double(sorted.size() - 1))];
}

void report(const std::vector<Outcome>& outcomes, double seconds) {
  Outcome all;
  for (const auto& outcome : outcomes) {
    all.milliseconds.insert(all.milliseconds.end(), outcome.milliseconds.begin(),
                            outcome.milliseconds.end());
    all.requests += outcome.requests;
    all.failures += outcome.failures;
  }
  std::ranges::sort(all.milliseconds);
  std::printf(
      R"({"orders": %zu, "seconds": %f, "requests": %llu, "failures": %llu, "p50_ms": %f, "p99_ms": %f})"
      "\n",
      all.milliseconds.size(), seconds, static_cast<unsigned long long>(all.requests),
      static_cast<unsigned long long>(all.failures), percentile(all.milliseconds, 0.5),
      percentile(all.milliseconds, 0.99));
}

void measure(const std::string& url, int connections, double seconds, int http01_port,
             int dns_port) {
  const auto port = port_of(url);
  Account account;
  const DnsAnswerer dns{dns_port};
  ChallengeAnswerer challenges{http01_port, account.thumbprint()};
  World world{
      .directory = read<Directory>(Connection{port}.send("GET", url)),
      .account = account,
      .keys = {},
      .challenges = challenges,
      .run = "r" + std::to_string(std::chrono::system_clock::now().time_since_epoch().count())};
  for (std::size_t i = 0; i < key_count; ++i) {
    world.keys.push_back(crypto::PrivateKey::generate(crypto::KeyAlgorithm::ec_p256));
  }
  world.account.url = Client{port, world}
                          .post(world.directory.newAccount, R"({"termsOfServiceAgreed":true})")
                          .location;
  std::vector<Client> clients;
  for (int i = 0; i < connections; ++i) {
    clients.emplace_back(port, world);
  }
  std::puts("ready");
  std::fflush(stdout);
  std::string line;
  std::getline(std::cin, line);

  std::vector<Outcome> outcomes(clients.size());
  const auto start = Clock::now();
  const auto end =
      start + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < clients.size(); ++i) {
      threads.emplace_back(
          [&, i] { outcomes[i] = order_until(end, port, world, std::move(clients[i])); });
    }
  }
  report(outcomes, std::chrono::duration<double>(Clock::now() - start).count());
}

}  // namespace
}  // namespace bench

int main(int count, char** arguments) {
  if (count != 6) {
    std::fputs("Usage: acme_load DIRECTORY_URL CONNECTIONS SECONDS HTTP01_PORT DNS_PORT\n", stderr);
    return 2;
  }
  std::signal(SIGPIPE, SIG_IGN);
  try {
    bench::measure(arguments[1], std::atoi(arguments[2]), std::atof(arguments[3]),
                   std::atoi(arguments[4]), std::atoi(arguments[5]));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "acme_load: %s\n", error.what());
    return 1;
  }
}
