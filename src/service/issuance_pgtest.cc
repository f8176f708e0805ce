#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <thread>

#include "service/issuance.h"
#include "service/world_for_test.h"
#include "storage/intent_store.h"

namespace service {
namespace {

using std::chrono::days;

// Draws the same serial always.
class FixedRandom final : public crypto::Random {
 public:
  void fill(std::span<std::uint8_t> out) override { std::ranges::fill(out, std::uint8_t{0x5a}); }
};

template <class Server>
class IssuanceTest : public World<Server> {
 protected:
  void SetUp() override {
    root = this->make_root();
    issuing = this->make_below(*root);
  }

  std::optional<core::Certificate> stored(const core::CertificateId& id) {
    return this->database->read(
        [&](db::Session& session) { return storage::CertificateStore{session}.find(id); });
  }

  std::optional<core::Authority> root;
  std::optional<core::Authority> issuing;
};
TYPED_TEST_SUITE(IssuanceTest, storage::Databases, storage::DatabaseName);

TYPED_TEST(IssuanceTest, MakesWhatOpenSslVerifiesAndLeavesOneEntry) {
  std::optional<core::Certificate> made;
  EXPECT_EQ(this->traced([&] { made = this->issue(this->issuing->id); }), Trace{"alice test.act"});
  this->put_pem("root.pem", this->root->der);
  this->put_pem("issuing.pem", this->issuing->der);
  this->put_pem("leaf.pem", made->der);
  const auto judged = this->shop.run(
      "openssl verify -x509_strict -purpose sslserver -verify_hostname www.example.com" +
      this->at_time() + "-CAfile root.pem -untrusted issuing.pem leaf.pem");
  EXPECT_EQ(judged.status, 0) << judged.output;
  const auto facts = this->shop.run(
      "openssl x509 -in leaf.pem -noout -serial -fingerprint -sha256 -ext "
      "authorityInfoAccess,crlDistributionPoints");
  auto serial = made->serial_number.to_string();
  std::ranges::transform(serial, serial.begin(), ::toupper);
  EXPECT_NE(facts.output.find("serial=" + serial), std::string::npos) << facts.output;
  const auto refid = this->issuing->refid.to_string();
  for (const std::string& address : {std::string{"OCSP - URI:http://ca.example.com:8080/ocsp\n"},
                                     "URI:http://ca.example.com:8080/ca/" + refid + ".cer",
                                     "URI:http://ca.example.com:8080/crl/" + refid + ".crl"}) {
    EXPECT_NE(facts.output.find(address), std::string::npos) << address << facts.output;
  }

  const auto kept = this->stored(made->id).value();
  EXPECT_EQ(kept.der, made->der);
  EXPECT_EQ(kept.common_name, "www.example.com");
  EXPECT_EQ(kept.names, "DNS:www.example.com");
  EXPECT_EQ(kept.created_by, "alice");
  EXPECT_EQ(kept.key_type, "EC P-256");
  EXPECT_EQ(base::from_hex(kept.fingerprint).value(),
            base::to_bytes(x509::Certificate::parse(kept.der)->sha256_fingerprint()));
  EXPECT_EQ(this->count("issuance_intents"), 0);
  EXPECT_TRUE(kept.key_id);
}

TYPED_TEST(IssuanceTest, KeepsNoKeyThatCameWithARequest) {
  auto request = this->order(this->issuing->id, "www.example.com");
  request.private_key.reset();
  EXPECT_FALSE(this->node.issuance.issue(test_act, request).key_id);
  EXPECT_EQ(this->count("keys"), 2);  // of the authorities
}

TYPED_TEST(IssuanceTest, RefusesBeforeAnythingIsWritten) {
  auto request = this->order(this->issuing->id, "www.example.com");
  request.order.names.clear();
  EXPECT_EQ(this->traced([&] {
    EXPECT_EQ(code_of([&] { this->node.issuance.issue(test_act, request); }),
              base::ErrorCode::invalid_request);
  }),
            Trace{});
  request = this->order(core::AuthorityId::from_number(99'999).value(), "www.example.com");
  EXPECT_EQ(code_of([&] { this->node.issuance.issue(test_act, request); }),
            base::ErrorCode::not_found);
  EXPECT_EQ(this->count("certificates"), 0);
}

TYPED_TEST(IssuanceTest, RefusesAnAuthorityThatIsSwitchedOff) {
  this->node.authorities.update(test_act, this->issuing->id, {.is_active = false});
  EXPECT_EQ(code_of([&] { this->issue(this->issuing->id); }), base::ErrorCode::conflict);
  this->node.authorities.update(test_act, this->issuing->id, {.is_active = true});
  EXPECT_EQ(code_of([&] { this->issue(this->issuing->id); }), std::nullopt);
}

TYPED_TEST(IssuanceTest, RefusesAnAuthorityThatExpired) {
  this->clock.advance(days{1001});
  EXPECT_EQ(code_of([&] { this->issue(this->issuing->id); }), base::ErrorCode::invalid_request);
}

TYPED_TEST(IssuanceTest, LeavesNoCertificateWhenWhatBelongsToItFails) {
  auto request = this->order(this->issuing->id, "www.example.com");
  request.with = [](db::Session&, const core::Certificate&) {
    throw base::Error{base::ErrorCode::conflict, "the order is gone"};
  };
  EXPECT_EQ(this->traced([&] {
    EXPECT_EQ(code_of([&] { this->node.issuance.issue(test_act, request); }),
              base::ErrorCode::conflict);
  }),
            Trace{"alice issuance.void"});
  EXPECT_EQ(this->count("certificates"), 0);
  EXPECT_EQ(this->count("certificate_terms"), 0);
  EXPECT_EQ(this->count("keys"), 2);
  EXPECT_EQ(this->count("issuance_intents"), 0);
}

TYPED_TEST(IssuanceTest, CommitsWhatBelongsToItTogetherWithIt) {
  auto request = this->order(this->issuing->id, "www.example.com");
  std::optional<core::CertificateId> seen;
  request.with = [&](db::Session& session, const core::Certificate& certificate) {
    EXPECT_TRUE(storage::CertificateStore{session}.find(certificate.id));
    seen = certificate.id;
  };
  EXPECT_EQ(this->node.issuance.issue(test_act, request).id, seen);
}

TYPED_TEST(IssuanceTest, NeverGivesASerialTwice) {
  FixedRandom fixed;
  Intents intents{*this->database, fixed, this->clock, "node-1", 1};
  Issuance issuance{*this->database, this->node.authorities, this->node.keys, intents, fixed,
                    this->clock};
  const auto first = issuance.issue(test_act, this->order(this->issuing->id, "www.example.com"));
  EXPECT_TRUE(first.serial_number.to_string().starts_with("5a"));
  EXPECT_EQ(code_of([&] {
              issuance.issue(test_act, this->order(this->issuing->id, "other.example.com"));
            }),
            base::ErrorCode::conflict);
  EXPECT_EQ(this->count("certificates"), 1);
  EXPECT_EQ(this->count("issuance_intents"), 0);
}

TYPED_TEST(IssuanceTest, IssuesFromManyThreads) {
  constexpr int threads = 8;
  constexpr int each = 5;
  {
    std::vector<std::jthread> pool;
    for (int t = 0; t < threads; ++t) {
      pool.emplace_back([&, t] {
        for (int i = 0; i < each; ++i) {
          EXPECT_NO_THROW(this->issue(this->issuing->id,
                                      std::to_string(t) + "-" + std::to_string(i) + ".example"));
        }
      });
    }
  }
  EXPECT_EQ(this->count("certificates"), threads * each);
  EXPECT_EQ(this->count("(SELECT DISTINCT serial_number FROM certificates) AS s"), threads * each);
  EXPECT_EQ(this->count("issuance_intents"), 0);
}

TYPED_TEST(IssuanceTest, RenewsWithTheSameProfileNamesAndLength) {
  auto request = this->order(this->issuing->id, "www.example.com");
  request.order.profile = "combined";
  request.order.names.push_back(x509::GeneralName::guess("192.0.2.1").value());
  request.order.validity = days{30};
  request.order.must_staple = true;
  request.description = "the shop";
  const auto old = this->node.issuance.issue(test_act, request);
  this->clock.advance(days{20});
  std::optional<core::Certificate> renewed;
  EXPECT_EQ(
      this->traced([&] { renewed = this->node.issuance.renew(test_act, old.id, std::nullopt); }),
      Trace{"alice test.act"});
  EXPECT_EQ(renewed->profile, "combined");
  EXPECT_EQ(renewed->names, old.names);
  EXPECT_EQ(renewed->subject, old.subject);
  EXPECT_EQ(renewed->description, "the shop");
  EXPECT_EQ(renewed->authority_id, old.authority_id);
  EXPECT_EQ(renewed->not_after, this->clock.now() + days{30});
  EXPECT_EQ(renewed->not_after - renewed->not_before, old.not_after - old.not_before);
  EXPECT_NE(renewed->serial_number, old.serial_number);
  EXPECT_EQ(this->stored(old.id)->renewed_by, renewed->id);
  const auto before = x509::Certificate::parse(old.der).value();
  const auto after = x509::Certificate::parse(renewed->der).value();
  EXPECT_TRUE(after.must_staple());
  EXPECT_FALSE(std::ranges::equal(before.spki(), after.spki())) << "a kept key is replaced";
  EXPECT_TRUE(renewed->key_id);
  EXPECT_EQ(this->node.issuance.renew(test_act, old.id, days{5}).not_after,
            this->clock.now() + days{5});
}

TYPED_TEST(IssuanceTest, RenewsOverTheSameKeyWhenItIsNotKeptHere) {
  auto request = this->order(this->issuing->id, "www.example.com");
  request.private_key.reset();
  const auto old = this->node.issuance.issue(test_act, request);
  const auto renewed = this->node.issuance.renew(test_act, old.id, std::nullopt);
  EXPECT_TRUE(std::ranges::equal(x509::Certificate::parse(old.der)->spki(),
                                 x509::Certificate::parse(renewed.der)->spki()));
  EXPECT_FALSE(renewed.key_id);
}

TYPED_TEST(IssuanceTest, DoesNotRenewWhatIsRevokedOrUnknown) {
  const auto old = this->issue(this->issuing->id);
  this->revoke(old);
  EXPECT_EQ(code_of([&] { this->node.issuance.renew(test_act, old.id, std::nullopt); }),
            base::ErrorCode::conflict);
  EXPECT_EQ(code_of([&] {
              this->node.issuance.renew(test_act, core::CertificateId::from_number(99'999).value(),
                                        std::nullopt);
            }),
            base::ErrorCode::not_found);
}

}  // namespace
}  // namespace service
