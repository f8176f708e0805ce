#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "crypto/peers_for_test.h"
#include "crypto/pem.h"
#include "service/api_keys.h"
#include "service/authorities.h"
#include "service/crls.h"
#include "service/general_settings.h"
#include "service/inventory.h"
#include "service/issuance.h"
#include "service/keys.h"
#include "service/ocsp.h"
#include "service/passwords.h"
#include "service/revocation.h"
#include "service/server_certificate.h"
#include "service/setup.h"
#include "service/sign_in.h"
#include "service/users.h"
#include "storage/certificate_store.h"
#include "storage/databases_for_test.h"

// For tests: all services on one database, as the application wires them.
namespace service {

inline const auth::Act test_act{.by = "alice", .action = "test.act", .from = "192.0.2.1"};

// The services of one node.
struct Node {
  Node(db::Database& shared, storage::TestClock& time, std::string name)
      : database{shared}, clock{time}, node{std::move(name)} {}

  db::Database& database;
  storage::TestClock& clock;
  std::string node;
  crypto::SystemRandom random;
  MasterKey master{base::Secret{std::string(32, 'k')}};
  Keys keys{master, random, clock};
  Intents intents{database, random, clock, node, 1};
  Authorities authorities{database, keys,
                          intents,  random,
                          clock,    [] { return std::string{"http://ca.example.com:8080"}; }};
  Issuance issuance{database, authorities, keys, intents, random, clock};
  Revocation revocation{database, clock};
  Crls crls{database, authorities, clock};
  OcspResponders responders{database, authorities, issuance, keys, clock};
  Ocsp ocsp{database, authorities, responders, clock};
  Inventory inventory{database, keys, clock};
  StoredSettings<General> general{database, clock, "general"};
  Passwords passwords{random};
  Users users{database, passwords, clock};
  SignIn sign_in{database, passwords, master, random, clock, general};
  ApiKeys api_keys{database, master, random, clock};
  Setup setup{database, authorities, users, master, random, clock, general};
};

// The error that a work ends with; nothing when it ends well.
template <class Work>
std::optional<base::Error> error_of(Work work) {
  try {
    work();
  } catch (const base::Error& error) {
    return error;
  }
  return std::nullopt;
}
template <class Work>
std::optional<base::ErrorCode> code_of(Work work) {
  const auto error = error_of(work);
  return error ? std::optional{error->code()} : std::nullopt;
}

using Trace = std::vector<std::string>;

template <class Server>
class World : public testing::Test {
 protected:
  World() {
    clock.set(base::SystemClock{}.now());
    database->on_commit(
        [this](std::span<const db::Entry> entries) { node.sign_in.note_changes(entries); });
  }

  core::Authority make_root(const std::string& name = "Test Root",
                            std::optional<int> path_length = std::nullopt) {
    return node.authorities.create(
        test_act, {.name = {},
                   .subject = x509::Name::parse("CN=" + name + ",O=Example").value(),
                   .type = core::AuthorityType::root,
                   .parent_id = std::nullopt,
                   .key_algorithm = crypto::KeyAlgorithm::ec_p256,
                   .validity = std::chrono::days{3650},
                   .path_length = path_length});
  }
  core::Authority make_below(const core::Authority& parent, const std::string& name = "Issuing",
                             std::optional<int> path_length = std::nullopt,
                             crypto::KeyAlgorithm key = crypto::KeyAlgorithm::ec_p256) {
    return node.authorities.create(
        test_act, {.name = {},
                   .subject = x509::Name::parse("CN=" + name + ",O=Example").value(),
                   .type = core::AuthorityType::intermediate,
                   .parent_id = parent.id,
                   .key_algorithm = key,
                   .validity = std::chrono::days{1000},
                   .path_length = path_length});
  }

  // An order for a server, whose key is kept.
  Issuance::Request order(const core::AuthorityId& authority, const std::string& name) {
    const auto key = crypto::PrivateKey::generate(crypto::KeyAlgorithm::ec_p256);
    return {.authority_id = authority,
            .order = {.profile = "server",
                      .subject = x509::Name::parse("CN=" + name).value(),
                      .names = {x509::GeneralName::guess(name).value()},
                      .key = key.public_key(),
                      .validity = std::nullopt,
                      .not_before = std::nullopt,
                      .not_after = std::nullopt},
            .source = core::Source::manual,
            .description = "",
            .private_key = key};
  }
  core::Certificate issue(const core::AuthorityId& authority,
                          const std::string& name = "www.example.com") {
    return node.issuance.issue(test_act, order(authority, name));
  }
  core::Certificate revoke(const core::Certificate& certificate) {
    return node.revocation.revoke(test_act, certificate.id, x509::RevocationReason::keyCompromise);
  }

  std::int64_t count(const std::string& from) { return storage::count_rows(*database, from); }

  // What the audit log says that a work did: "user action" each, with "refused" behind attempts.
  template <class Work>
  Trace traced(Work work) {
    const auto before = count("audit_log");
    work();
    const auto entries = storage::audit_entries(*database);
    Trace trace;
    for (std::size_t i = static_cast<std::size_t>(before); i < entries.size(); ++i) {
      trace.push_back(entries[i].username + " " + entries[i].action +
                      (entries[i].success ? "" : " refused"));
    }
    return trace;
  }

  void put_pem(const std::string& file, base::ByteView der) {
    shop.put(file, crypto::to_pem("CERTIFICATE", der));
  }

  // Arguments that let openssl judge at the time of the test's clock.
  std::string at_time() const {
    return " -attime " + std::to_string(clock.now().time_since_epoch().count()) + " ";
  }

  storage::TestClock clock;
  Server server;
  std::unique_ptr<db::Database> database = server.open(clock);
  Node node{*database, clock, "node-1"};
  crypto::Workshop shop;
};

}  // namespace service
