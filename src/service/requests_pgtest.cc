#include <gtest/gtest.h>

#include "service/requests.h"
#include "service/world_for_test.h"
#include "storage/request_store.h"

namespace service {
namespace {

template <class Server>
class RequestsTest : public World<Server> {
 protected:
  x509::CertificateRequest csr(const crypto::PrivateKey& key, const std::string& name,
                               std::vector<x509::Extension> extensions = {}) {
    return x509::CertificateRequest::parse(
               x509::make_request({.subject = x509::Name::parse("CN=" + name).value(),
                                   .extensions = std::move(extensions),
                                   .challenge_password = {}},
                                  crypto::KeySigner{key}))
        .value();
  }
  Issuance::Request order_for(const core::AuthorityId& authority,
                              const x509::CertificateRequest& request) {
    auto made = this->order(authority, request.subject().common_name().value());
    made.order.key = request.public_key();
    made.private_key = std::nullopt;
    made.source = core::Source::csr;
    return made;
  }

  Requests requests{*this->database, this->node.issuance, this->node.keys, this->node.random,
                    this->clock};
  crypto::PrivateKey key = crypto::PrivateKey::generate(crypto::KeyAlgorithm::ec_p256);
};
TYPED_TEST_SUITE(RequestsTest, storage::Databases, storage::DatabaseName);

TYPED_TEST(RequestsTest, BecomeCertificatesOnce) {
  const auto root = this->make_root();
  const auto csr = this->csr(this->key, "a.example");
  const auto request = this->requests.add(test_act, {.csr = csr});
  EXPECT_EQ(request.common_name, "a.example");
  EXPECT_EQ(code_of([&] { this->requests.add(test_act, {.csr = csr}); }),
            base::ErrorCode::conflict);

  const auto order = this->order_for(root.id, csr);
  const auto issued = this->requests.sign(test_act, request.id, order);
  const auto history = this->requests.find(request.id);
  EXPECT_EQ(history.status, storage::RequestStatus::issued);
  EXPECT_EQ(history.certificate_id, issued.id);
  EXPECT_EQ(code_of([&] { this->requests.sign(test_act, request.id, order); }),
            base::ErrorCode::conflict);
  EXPECT_EQ(this->count("certificates"), 1);
  EXPECT_EQ(this->count("issuance_intents"), 0);

  // The same request may come again, to be renewed with.
  EXPECT_NE(this->requests.add(test_act, {.csr = csr}).id, request.id);
}

TYPED_TEST(RequestsTest, HandTheirKeyToTheCertificate) {
  const auto root = this->make_root();
  const auto csr = this->csr(this->key, "a.example");
  const auto request = this->requests.add(test_act, {.csr = csr, .private_key = this->key});
  EXPECT_TRUE(request.key_id);
  const auto keys = this->count("keys");
  const auto issued = this->requests.sign(test_act, request.id, this->order_for(root.id, csr));
  EXPECT_FALSE(this->requests.find(request.id).key_id);
  EXPECT_EQ(this->count("keys"), keys);
  EXPECT_EQ(this->node.inventory.reveal_key(test_act, issued.id).public_key(),
            this->key.public_key());
}

TYPED_TEST(RequestsTest, TakeOnlyTheirOwnKey) {
  const auto request = this->requests.add(test_act, {.csr = this->csr(this->key, "a.example")});
  const auto other = crypto::PrivateKey::generate(crypto::KeyAlgorithm::ec_p256);
  EXPECT_EQ(code_of([&] { this->requests.attach_key(test_act, request.id, other); }),
            base::ErrorCode::invalid_request);
  EXPECT_EQ(this->count("keys"), 0);
  EXPECT_TRUE(this->requests.attach_key(test_act, request.id, this->key).key_id);
  EXPECT_EQ(code_of([&] { this->requests.attach_key(test_act, request.id, this->key); }),
            base::ErrorCode::conflict);
  this->requests.remove(test_act, request.id);
  EXPECT_EQ(this->count("keys"), 0);
  EXPECT_EQ(this->count("certificate_requests"), 0);
  EXPECT_EQ(code_of([&] { this->requests.remove(test_act, request.id); }),
            base::ErrorCode::not_found);
}

TYPED_TEST(RequestsTest, AreRefusedWhenNobodyShouldSignThem) {
  const auto authority =
      this->csr(this->key, "Sub CA", {x509::basic_constraints({.is_ca = true, .path_length = 0})});
  EXPECT_EQ(code_of([&] { this->requests.add(test_act, {.csr = authority}); }),
            base::ErrorCode::invalid_request);
  auto bytes = base::to_bytes(this->csr(this->key, "a.example").der());
  bytes.back() ^= 1;
  if (const auto broken = x509::CertificateRequest::parse(bytes)) {
    EXPECT_EQ(code_of([&] { this->requests.add(test_act, {.csr = *broken}); }),
              base::ErrorCode::invalid_request);
  }
  EXPECT_EQ(this->count("certificate_requests"), 0);
}

TYPED_TEST(RequestsTest, LeaveEntriesThatSayWhatHappened) {
  const auto root = this->make_root();
  const auto csr = this->csr(this->key, "a.example");
  EXPECT_EQ(this->traced([&] {
    const auto request = this->requests.add(test_act, {.csr = csr});
    this->requests.sign(test_act, request.id, this->order_for(root.id, csr));
    this->requests.remove(test_act, request.id);
  }),
            (Trace{"alice test.act", "alice test.act", "alice test.act", "alice test.act"}));
}

}  // namespace
}  // namespace service
