#include "core/template.h"

#include <gtest/gtest.h>

#include "core/issuing_for_test.h"
#include "der/oids.h"
#include "json/json.h"

namespace core {
namespace {

using x509::GeneralNameType;
using x509::KeyUsage;
namespace oids = der::oids;

std::shared_ptr<const BoundProfile> bound(const Profile& profile) {
  return std::make_shared<const BoundProfile>(
      BoundProfile{TemplateId::from_number(1).value(), 1, profile});
}

Profile web_server() {
  return built_in_templates().front().profile;
}

Fields problem_fields(const Profile& profile) {
  Fields fields;
  for (const auto& problem : problems_of(profile)) {
    fields.push_back(problem.field);
  }
  return fields;
}

TEST(BuiltInTemplates, MakeSenseAndSurviveBeingKept) {
  for (const auto& each : built_in_templates()) {
    EXPECT_EQ(problem_fields(each.profile), Fields{}) << each.name;
    EXPECT_TRUE(name_problems(each.name, each.description).empty());
    const auto text = json::to_text(each.profile);
    EXPECT_EQ(json::to_text(json::parse<Profile>(text, json::Unknown::refuse)), text);
  }
}

TEST(TemplateRules, AreRefusedWithTheFieldThatIsWrong) {
  const struct {
    const char* field;
    std::function<void(Profile&)> breaks;
  } cases[] = {
      {"key_usage", [](Profile& p) { p.key_usage.push_back(KeyUsage::keyCertSign); }},
      {"extended_key_usage", [](Profile& p) { p.extended_key_usage.clear(); }},
      {"extended_key_usage",
       [](Profile& p) { p.allowed_extended_key_usage = {oids::any_extended_key_usage}; }},
      {"basic_constraints", [](Profile& p) { p.path_length = 0; }},
      {"key_type", [](Profile& p) { p.key_type = "RSA 1024"; }},
      {"allowed_key_types", [](Profile& p) { p.allowed_key_types = {"DSA 1024"}; }},
      {"validity_days", [](Profile& p) { p.validity_days = 398; }},
      {"max_validity_days", [](Profile& p) { p.max_validity_days = 3651; }},
      {"san_types", [](Profile& p) { p.name_types = {GeneralNameType::dir_name}; }},
      {"san_types", [](Profile& p) { p.name_types.clear(); }},
      {"digest", [](Profile& p) { p.digest_bits = 160; }},
      {"allowed_extensions", [](Profile& p) { p.allowed_extensions = {oids::basic_constraints}; }},
      {"custom_extensions[0]",
       [](Profile& p) { p.extensions = {{oids::subject_alternative_name, false, "3000"}}; }},
      {"custom_extensions[0]",
       [](Profile& p) { p.extensions = {{der::Oid{"1.2.3"}, false, "04"}}; }},
      {"dn_template.organization", [](Profile& p) { p.subject_defaults.organization = "{x}"; }},
      {"pinned_subject_fields.common_name",
       [](Profile& p) { p.pinned_subject.common_name = "{hostname}"; }},
  };
  for (const auto& [field, breaks] : cases) {
    auto profile = web_server();
    breaks(profile);
    EXPECT_EQ(problem_fields(profile), Fields{field});
  }
}

class TemplateOrders : public Issuing {
 protected:
  CertificateOrder bound_order(const Profile& profile) const {
    auto wanted = order();
    wanted.rules = bound(profile);
    return wanted;
  }
  std::string text_of(CertificateOrder wanted, const std::string& arguments = "-text") const {
    apply_rules(wanted);
    return printed(issue(wanted), arguments);
  }
};

TEST_F(TemplateOrders, KeepToTheKindsOfNamesKeysAndTheLongestValidity) {
  auto wanted = bound_order(web_server());
  wanted.names.push_back(name("joe@example.com"));
  EXPECT_EQ(refused(wanted), Fields{"san"});
  auto profile = web_server();
  profile.allowed_key_types = {"RSA 3072", "EC P-384"};
  EXPECT_EQ(refused(bound_order(profile)), Fields{"key_type"});
  wanted = bound_order(web_server());
  wanted.validity = days{398};
  EXPECT_EQ(refused(wanted), Fields{"validity_days"});
  wanted.validity = days{397};
  EXPECT_EQ(refused(wanted), Fields{});
}

TEST_F(TemplateOrders, AreNeverForAuthorities) {
  for (const auto& each : built_in_templates()) {
    if (each.profile.is_ca) {
      EXPECT_EQ(refused(bound_order(each.profile)), (Fields{"san", "template_id"}));
    }
  }
}

TEST_F(TemplateOrders, GetPurposesBesideOnlyWhereTheTemplateHasThem) {
  auto wanted = bound_order(web_server());
  wanted.asked.extended_key_usage = {oids::client_auth};
  EXPECT_NE(text_of(wanted).find("TLS Web Server Authentication, TLS Web Client Authentication"),
            std::string::npos);
  wanted.asked.extended_key_usage = {oids::code_signing};
  EXPECT_EQ(refused(wanted), Fields{"extended_key_usage"});
  wanted.asked = {};
  wanted.brought.extended_key_usage = {oids::code_signing};
  const auto text = text_of(wanted);
  EXPECT_EQ(text.find("Code Signing"), std::string::npos) << "a CSR widens nothing";
  EXPECT_NE(text.find("TLS Web Server Authentication\n"), std::string::npos);
}

TEST_F(TemplateOrders, BringExtensionsOnlyWhereTheTemplateTakesThem) {
  const auto own = to_extension({der::Oid{"1.2.3.4"}, false, "0500"}).value();
  auto profile = web_server();
  auto wanted = bound_order(profile);
  wanted.brought.extensions = {own, x509::basic_constraints({.is_ca = true, .path_length = {}})};
  EXPECT_EQ(text_of(wanted).find("1.2.3.4"), std::string::npos);
  wanted.asked.extensions = {own};
  EXPECT_EQ(refused(wanted), Fields{"custom_extensions"});
  profile.allowed_extensions = {der::Oid{"1.2.3.4"}};
  profile.extensions = {{der::Oid{"1.2.3.5"}, true, "0101ff"}};
  wanted = bound_order(profile);
  wanted.brought.extensions = {own, x509::basic_constraints({.is_ca = true, .path_length = {}})};
  const auto text = text_of(wanted);
  EXPECT_NE(text.find("1.2.3.4: \n"), std::string::npos) << text;
  EXPECT_NE(text.find("1.2.3.5: critical"), std::string::npos) << text;
  EXPECT_NE(text.find("CA:FALSE"), std::string::npos) << text;
}

TEST_F(TemplateOrders, FillAndPinTheSubject) {
  auto profile = web_server();
  profile.subject_defaults = {.organization = "Usual", .common_name = "{hostname}"};
  profile.pinned_subject = {.country = "DE", .state = std::nullopt};
  auto wanted = bound_order(profile);
  wanted.subject = x509::Name::parse("O=Mine,C=FR").value();
  apply_rules(wanted);
  EXPECT_EQ(wanted.subject.to_string(), "CN=www.example.com,O=Mine,C=DE");
  wanted = bound_order(profile);
  wanted.subject = {};
  wanted.names = {name("192.0.2.1")};
  apply_rules(wanted);
  EXPECT_EQ(wanted.subject.to_string(), "O=Usual,C=DE") << "no host name, no common name";
}

TEST_F(TemplateOrders, ReadNoPlaceholdersInNames) {
  auto profile = built_in_templates().front().profile;
  profile.name_types = {GeneralNameType::email};
  profile.subject_defaults.common_name = "{email}";
  auto wanted = bound_order(profile);
  wanted.subject = {};
  wanted.names = {GeneralName::email("{email}@example.com").value()};
  apply_rules(wanted);
  EXPECT_EQ(wanted.subject.common_name(), "{email}@example.com");
}

TEST_F(TemplateOrders, HonourStapleNoCheckAndNoRevocation) {
  auto profile = web_server();
  profile.must_staple = StapleRule::required;
  EXPECT_NE(text_of(bound_order(profile)).find("status_request"), std::string::npos);
  profile.must_staple = StapleRule::forbidden;
  auto wanted = bound_order(profile);
  wanted.must_staple = true;
  EXPECT_EQ(refused(wanted), Fields{"ocsp_must_staple"});
  profile.no_rev_avail = true;
  const auto text = text_of(bound_order(profile));
  EXPECT_EQ(text.find("OCSP - URI"), std::string::npos) << text;
  EXPECT_EQ(text.find("X509v3 CRL Distribution"), std::string::npos) << text;
  EXPECT_NE(text.find("X509v3 No Revocation Available"), std::string::npos) << text;
}

TEST_F(TemplateOrders, WantAnAuthorityThatSignsStronglyEnough) {
  auto profile = web_server();
  profile.digest_bits = 384;
  EXPECT_EQ(refused(bound_order(profile)), Fields{"ca_id"});
}

TEST_F(TemplateOrders, AreCutToTheBaselineWhenNobodyAskedForALength) {
  auto profile = web_server();
  profile.baseline_requirements = true;
  profile.policies = {{der::Oid{"2.23.140.1.2.1"}, ""}};
  issuer.not_before = now - days{1};
  auto wanted = bound_order(profile);
  wanted.usual_validity = days{397};
  wanted.subject = x509::Name::parse("CN=www.example.com").value();
  const auto random = x509::SerialNumber::parse("5a3c19e07f4d2b68a1c0ffee").value();
  const auto tbs = decide_certificate(wanted, issuer, random, now);
  EXPECT_EQ(tbs.not_after - tbs.not_before + base::Seconds{1},
            base::Seconds{lint::longest_baseline_validity(now)});
  EXPECT_TRUE(judge(write_tbs(tbs), profile).empty());
  wanted.validity = days{397};
  const auto asked = decide_certificate(wanted, issuer, random, now);
  EXPECT_EQ(complaints([&] { judge(write_tbs(asked), profile); }), Fields{"certificate"});
}

TEST(KeysOfTemplates, AreOfAKindThatIsNamedOrLonger) {
  Profile profile{.name = "custom", .allowed_key_types = {"RSA 3072"}};
  const auto rsa = [](KeyAlgorithm kind) {
    return crypto::PrivateKey::generate(kind).public_key();
  };
  EXPECT_FALSE(allows_key(profile, rsa(KeyAlgorithm::rsa_2048)));
  EXPECT_TRUE(allows_key(profile, rsa(KeyAlgorithm::rsa_3072)));
  EXPECT_FALSE(allows_key(profile, rsa(KeyAlgorithm::ec_p256)));
}

}  // namespace
}  // namespace core
