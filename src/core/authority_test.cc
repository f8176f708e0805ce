#include "core/authority.h"

#include <gtest/gtest.h>

#include "core/issuing_for_test.h"

namespace core {
namespace {

class MakingAuthorities : public Issuing {};

TEST_F(MakingAuthorities, MakesRootsThatOthersTakeForOne) {
  shop.put("root.pem", crypto::to_pem("CERTIFICATE", root));
  const auto judged = shop.run(
      "openssl verify -x509_strict -check_ss_sig -CAfile root.pem root.pem && certtool "
      "--verify-chain --infile root.pem");
  EXPECT_EQ(judged.status, 0) << judged.output;
  const auto text = printed(root, "-text");
  EXPECT_NE(text.find("CA:TRUE\n"), std::string::npos) << text;
  EXPECT_NE(text.find("Digital Signature, Certificate Sign, CRL Sign"), std::string::npos);
  EXPECT_EQ(text.find("OCSP"), std::string::npos) << "a root has nobody above it to ask";
}

TEST_F(MakingAuthorities, MakesIntermediatesThatVerifyUnderTheirRoot) {
  auto wanted = authority_order(leaf_key);
  wanted.subject = x509::Name::parse("CN=Issuing").value();
  wanted.type = AuthorityType::intermediate;
  wanted.validity = days{1000};
  wanted.path_length = 0;
  const auto der =
      sign_certificate(decide_authority(wanted, issuer, std::nullopt, serial, now), signer);
  const crypto::KeySigner lower_signer{leaf_key};
  auto leaf_order = order();
  const auto leaf = sign_certificate(
      decide_certificate(leaf_order, facts_of(der, lower_signer), serial, now), lower_signer);
  shop.put("root.pem", crypto::to_pem("CERTIFICATE", root));
  shop.put("lower.pem", crypto::to_pem("CERTIFICATE", der));
  shop.put("leaf.pem", crypto::to_pem("CERTIFICATE", leaf));
  const auto judged = shop.run(
      "openssl verify -x509_strict -purpose sslserver -CAfile root.pem -untrusted lower.pem "
      "leaf.pem");
  EXPECT_EQ(judged.status, 0) << judged.output;
  EXPECT_NE(printed(der, "-text").find("CA:TRUE, pathlen:0"), std::string::npos);
  EXPECT_NE(printed(der, "-text").find("OCSP - URI"), std::string::npos);
}

// RFC 5280, section 4.2.1.9.
TEST_F(MakingAuthorities, KeepsToThePathLengthOfTheParent) {
  const auto refused_below = [&](std::optional<int> parent, std::optional<int> wanted_length) {
    auto wanted = authority_order(leaf_key);
    wanted.type = AuthorityType::intermediate;
    wanted.validity = days{100};
    wanted.path_length = wanted_length;
    return complaints([&] { decide_authority(wanted, issuer, parent, serial, now); });
  };
  EXPECT_EQ(refused_below(0, std::nullopt), Fields{"parent_id"});
  EXPECT_EQ(refused_below(0, 0), Fields{"parent_id"});
  EXPECT_EQ(refused_below(1, 1), Fields{"path_length"});
  EXPECT_EQ(refused_below(1, 0), Fields{});
  EXPECT_EQ(refused_below(1, std::nullopt), Fields{});
  EXPECT_EQ(refused_below(std::nullopt, 5), Fields{});
}

TEST_F(MakingAuthorities, RefusesAuthoritiesThatMakeNoSense) {
  auto wanted = authority_order(key);
  const auto fields = [&](std::optional<IssuerFacts> parent = std::nullopt) {
    return complaints([&] { decide_authority(wanted, parent, std::nullopt, serial, now); });
  };
  wanted.validity = days{1} - base::Seconds{1};
  EXPECT_EQ(fields(), Fields{"validity_days"});
  wanted.validity = days{50 * 366 + 1};
  EXPECT_EQ(fields(), Fields{"validity_days"});
  wanted = authority_order(key);
  wanted.validity = days{3651};
  EXPECT_EQ(fields(issuer), Fields{"validity_days"});
  wanted = authority_order(key);
  wanted.path_length = -1;
  EXPECT_EQ(fields(), Fields{"path_length"});
  wanted = authority_order(key);
  wanted.subject = x509::Name::parse("O=Example").value();
  EXPECT_EQ(fields(), Fields{"common_name"});
}

TEST(AuthorityAddresses, NameTheAuthorityByItsUuid) {
  const auto refid = base::Uuid::parse("550e8400-e29b-41d4-a716-446655440000").value();
  const Authority authority{.id = AuthorityId::from_number(1).value(),
                            .refid = refid,
                            .name = "",
                            .type = AuthorityType::root,
                            .parent_id = std::nullopt,
                            .common_name = "",
                            .subject = "",
                            .serial_number = serial,
                            .key_type = "",
                            .fingerprint = "",
                            .not_before = now,
                            .not_after = now,
                            .revoked_at = std::nullopt,
                            .key_id = std::nullopt,
                            .is_active = true,
                            .cdp_enabled = true,
                            .ocsp_enabled = true,
                            .aia_enabled = true,
                            .revocation_changes = 0,
                            .created_at = now,
                            .created_by = "",
                            .der = {}};
  const auto addresses = addresses_of(authority, "http://ca.example.com:8080");
  EXPECT_EQ(addresses.crl,
            "http://ca.example.com:8080/crl/550e8400-e29b-41d4-a716-446655440000.crl");
  EXPECT_EQ(addresses.ocsp, "http://ca.example.com:8080/ocsp");
  EXPECT_EQ(addresses.ca_issuers,
            "http://ca.example.com:8080/ca/550e8400-e29b-41d4-a716-446655440000.cer");
}

}  // namespace
}  // namespace core
