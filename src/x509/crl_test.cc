#include "x509/crl.h"

#include <gtest/gtest.h>

#include "crypto/pem.h"
#include "crypto/x509_verify.h"
#include "x509/authority_for_test.h"

namespace x509 {
namespace {

CrlHeader header_of(const TestAuthority& authority) {
  const auto now = base::SystemClock{}.now();
  return {.issuer = authority.name.to_der(),
          .this_update = now - std::chrono::minutes{1},
          .next_update = now + std::chrono::days{7},
          .number = 4660,
          .authority_key_identifier = authority.key_id,
          .delta_base = std::nullopt,
          .distribution_point = std::nullopt,
          .freshest_crl = {}};
}

class CertificateLists : public testing::Test {
 protected:
  CertificateLists()
      : key{crypto::PrivateKey::generate(crypto::KeyAlgorithm::ec_p256)},
        leaf{Certificate::parse(
                 authority.issue(key.public_key(), {GeneralName::dns("a.example").value()}))
                 .value()} {}

  base::Bytes list(const CrlHeader& header, std::initializer_list<CrlEntry> entries) {
    CrlWriter writer{header, authority.signer, entries.size()};
    for (const auto& entry : entries) {
      writer.add(entry);
    }
    return std::move(writer).finish();
  }

  TestAuthority authority;
  crypto::PrivateKey key;
  Certificate leaf;
  base::Time then = base::SystemClock{}.now() - std::chrono::hours{2};
};

TEST_F(CertificateLists, AreBelievedByOpenSslAndGnuTls) {
  const crypto::Workshop shop;
  shop.put("root.pem", crypto::to_pem("CERTIFICATE", authority.root));
  shop.put("leaf.pem", leaf.pem());
  const auto verify =
      "openssl crl -in list.crl -inform DER -CAfile root.pem -noout && openssl crl -in list.crl"
      " -inform DER -out list.pem && openssl verify -x509_strict -crl_check -CAfile root.pem"
      " -CRLfile list.pem leaf.pem";

  shop.put("list.crl", list(header_of(authority), {}));
  const auto empty = shop.run(verify);
  EXPECT_EQ(empty.status, 0) << empty.output;

  shop.put("list.crl", list(header_of(authority), {{.serial_number = leaf.serial_number(),
                                                    .revoked_at = then,
                                                    .reason = RevocationReason::keyCompromise}}));
  const auto revoked = shop.run(verify);
  EXPECT_NE(revoked.status, 0);
  EXPECT_NE(revoked.output.find("certificate revoked"), std::string::npos) << revoked.output;
  const auto text = shop.run("openssl crl -in list.crl -inform DER -text -noout");
  EXPECT_NE(text.output.find("Key Compromise"), std::string::npos) << text.output;
  EXPECT_NE(text.output.find("4660"), std::string::npos) << text.output;
  const auto gnutls = shop.run("certtool --crl-info --inder --infile list.crl");
  EXPECT_EQ(gnutls.status, 0) << gnutls.output;
}

TEST_F(CertificateLists, AreReadBack) {
  auto header = header_of(authority);
  header.distribution_point =
      IssuingDistributionPoint{.urls = {"http://a.example/1.crl"}, .only_user_certificates = true};
  const CrlEntry entry{.serial_number = leaf.serial_number(),
                       .revoked_at = then,
                       .reason = RevocationReason::superseded,
                       .invalidity_date = then - std::chrono::days{1}};
  const auto der = list(
      header, {{.serial_number = SerialNumber::parse("01").value(), .revoked_at = then}, entry});
  const auto summary = read_crl(der, authority.signer.public_key());
  ASSERT_TRUE(summary) << summary.error().reason;
  EXPECT_EQ(summary->number, 4660u);
  EXPECT_EQ(summary->entries, 2u);
  EXPECT_EQ(summary->next_update, header.next_update);
  EXPECT_EQ(summary->authority_key_identifier, authority.key_id);
  EXPECT_TRUE(summary->is_signed);
  EXPECT_FALSE(read_crl(der, key.public_key())->is_signed);

  const auto found = find_in_crl(der, leaf.serial_number()).value();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->reason, entry.reason);
  EXPECT_EQ(found->revoked_at, entry.revoked_at);
  EXPECT_EQ(found->invalidity_date, entry.invalidity_date);
  EXPECT_FALSE(find_in_crl(der, SerialNumber::parse("02").value()).value());
}

TEST_F(CertificateLists, HaveDeltasThatOpenSslReads) {
  const crypto::Workshop shop;
  auto header = header_of(authority);
  header.delta_base = 4000;
  shop.put("delta.crl", list(header, {{.serial_number = leaf.serial_number(),
                                       .revoked_at = then,
                                       .reason = RevocationReason::removeFromCRL}}));
  const auto text = shop.run("openssl crl -in delta.crl -inform DER -text -noout");
  EXPECT_EQ(text.status, 0) << text.output;
  EXPECT_NE(text.output.find("Delta CRL Indicator: critical"), std::string::npos) << text.output;
  EXPECT_NE(text.output.find("Remove From CRL"), std::string::npos) << text.output;
  EXPECT_EQ(read_crl(shop.get("delta.crl"), authority.signer.public_key())->delta_base, 4000u);
}

TEST_F(CertificateLists, AreTheSameWhateverLengthWasExpected) {
  const auto header = header_of(authority);
  for (const std::size_t expected : {0u, 1u, 300u, 100'000u}) {
    CrlWriter writer{header, authority.signer, expected};
    for (int i = 0; i < 300; ++i) {
      writer.add({.serial_number = SerialNumber::random(authority.random), .revoked_at = then});
    }
    const auto summary = read_crl(std::move(writer).finish(), authority.signer.public_key());
    ASSERT_TRUE(summary) << expected;
    EXPECT_EQ(summary->entries, 300u);
    EXPECT_TRUE(summary->is_signed);
  }
}

TEST_F(CertificateLists, AreRefusedWhenDamaged) {
  const auto der =
      list(header_of(authority), {{.serial_number = leaf.serial_number(), .revoked_at = then}});
  for (std::size_t size = 0; size < der.size(); ++size) {
    EXPECT_FALSE(read_crl(base::ByteView{der}.first(size), key.public_key())) << size;
  }
}

TEST(RevocationReason, IsReadInManySpellings) {
  for (const auto* const text :
       {"caCompromise", "cACompromise", "CA_COMPROMISE", "ca-compromise"}) {
    EXPECT_EQ(parse_revocation_reason(text).value(), RevocationReason::caCompromise) << text;
  }
  EXPECT_FALSE(parse_revocation_reason("bored"));
  EXPECT_EQ(revocation_reason(10).value(), RevocationReason::aACompromise);
  EXPECT_FALSE(revocation_reason(7)) << "RFC 5280 does not use it";
}

}  // namespace
}  // namespace x509
