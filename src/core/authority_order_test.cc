#include "core/authority_order.h"

#include "core/issuing_for_test.h"
#include "der/oids.h"

namespace core {
namespace {

namespace oids = der::oids;

class Ordering : public Issuing {
 protected:
  AuthorityOrder below() const {
    return {.subject = x509::Name::parse("CN=Below,O=Example").value(),
            .type = AuthorityType::intermediate,
            .key = leaf_key.public_key(),
            .validity = days{500},
            .path_length = std::nullopt};
  }
  Fields refused_below(const AuthorityOrder& wanted) const {
    return complaints([&] { decide_authority(wanted, issuer, std::nullopt, serial, now); });
  }
  static Profile sub_ca() {
    for (const auto& each : built_in_templates()) {
      if (each.profile.is_ca) {
        return each.profile;
      }
    }
    return {};
  }
};

TEST_F(Ordering, RefusesWhatAnAuthorityCannotBe) {
  auto wanted = below();
  wanted.key_usage = {x509::KeyUsage::keyEncipherment};
  EXPECT_EQ(refused_below(wanted), Fields{"key_usage"});
  wanted = below();
  wanted.policies = {{.oid = oids::any_policy, .cps = "x", .user_notice = {}}};
  EXPECT_EQ(refused_below(wanted), Fields{"policies"});
  wanted = below();
  wanted.inhibit_any_policy = 21;
  wanted.repositories = {"x"};
  EXPECT_EQ(refused_below(wanted), (Fields{"inhibit_any_policy", "sia_urls"}));
}

// What those above do not have, nobody takes from below.
TEST_F(Ordering, KeepsToThePurposesAndNamesOfThoseAbove) {
  issuer.purposes = std::vector{oids::client_auth};
  auto wanted = below();
  EXPECT_EQ(refused_below(wanted), Fields{});
  wanted.extended_key_usage = {oids::client_auth, oids::server_auth};
  EXPECT_EQ(refused_below(wanted), Fields{"extended_key_usage"});
  EXPECT_EQ(refused(order()), Fields{"extended_key_usage"}) << "nor from leaves";

  issuer.purposes = std::nullopt;
  issuer.name_constraints = {
      {.permitted = {{x509::GeneralNameType::dir_name, "O=Other"}}, .excluded = {}}};
  EXPECT_EQ(refused_below(below()), Fields{"common_name"});
}

TEST_F(Ordering, SaysTheSameAgainForAnAuthorityThatIsRenewed) {
  auto wanted = below();
  wanted.path_length = 2;
  wanted.extended_key_usage = {oids::server_auth};
  wanted.name_constraints.permitted = {{x509::GeneralNameType::dns, "example.com"}};
  wanted.policies = {{.oid = oids::any_policy, .cps = "http://a/", .user_notice = {}}};
  const auto first = x509::Certificate::parse(
      sign_certificate(decide_authority(wanted, issuer, std::nullopt, serial, now), signer));
  const auto again = order_of(first.value(), leaf_key.public_key(), days{600});
  const auto second = x509::Certificate::parse(sign_certificate(
      decide_authority(again, issuer, std::nullopt, x509::SerialNumber::parse("77").value(), now),
      signer));
  ASSERT_TRUE(second);
  EXPECT_GT(second->not_after(), first->not_after());
  EXPECT_TRUE(std::ranges::equal(second->subject_der(), first->subject_der()));
  EXPECT_EQ(second->extensions().size(), first->extensions().size());
  for (const auto& extension : first->extensions()) {
    const auto* same = second->extension(extension.oid);
    ASSERT_NE(same, nullptr) << extension.oid.to_string();
    EXPECT_EQ(*same, extension);
  }
}

TEST_F(Ordering, IsBoundByATemplate) {
  const auto profile = sub_ca();
  auto wanted = below();
  bind(wanted, profile);
  EXPECT_EQ(wanted.path_length, 0);
  const auto bound = [&](auto change) {
    auto changed = below();
    change(changed);
    return complaints([&] { bind(changed, profile); });
  };
  EXPECT_EQ(bound([](auto& each) { each.path_length = 1; }), Fields{"path_length"});
  EXPECT_EQ(bound([](auto& each) { each.validity = days{3651}; }), Fields{"validity_days"});
  EXPECT_EQ(bound([](auto& each) { each.extended_key_usage = {oids::server_auth}; }),
            Fields{"extended_key_usage"});
  EXPECT_EQ(bound([](auto& each) { each.type = AuthorityType::root; }), Fields{"template_id"});
  auto other = below();
  EXPECT_EQ(complaints([&] { bind(other, profile_named("server")); }), Fields{"template_id"});
}

TEST_F(Ordering, SignsWithTheDigestThatWasChosen) {
  using enum crypto::SignatureAlgorithm;
  EXPECT_EQ(signature_algorithm_of(key.public_key(), 512), ecdsa_sha512);
  EXPECT_EQ(signature_algorithm_of(key.public_key(), std::nullopt), ecdsa_sha256);
  const auto edwards = crypto::PrivateKey::generate(KeyAlgorithm::ed25519);
  EXPECT_EQ(complaints([&] { signature_algorithm_of(edwards.public_key(), 256); }),
            Fields{"digest"});
}

TEST(IssuingOptions, NameWhatIsWrongWithThem) {
  const auto fields = [](const IssuingOptions& options) {
    Fields list;
    for (const auto& error : problems_of(options)) {
      list.push_back(error.field);
    }
    return list;
  };
  EXPECT_EQ(fields({}), Fields{});
  EXPECT_EQ(fields({.crl_urls = std::vector<std::string>{"ldap://a/b", "http://a/"}}), Fields{});
  EXPECT_EQ(fields({.ocsp_urls = std::vector<std::string>{"https://a/"}}), Fields{"ocsp_urls"});
  EXPECT_EQ(fields({.cps = "http://a/"}), Fields{"cps_oid"});
  EXPECT_EQ(fields({.digest_bits = 160}), Fields{"digest"});
  EXPECT_EQ(to_text(IssuingOptions{}), "");
}

}  // namespace
}  // namespace core
