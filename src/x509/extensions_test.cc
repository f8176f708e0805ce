#include "x509/extensions.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "der/oids.h"

namespace x509 {
namespace {

namespace oids = der::oids;

base::Bytes hex(std::string_view text) {
  return base::from_hex(text).value();
}
std::string value_of(const Extension& extension) {
  return base::to_hex(extension.value);
}

TEST(Extensions, AreWrittenAsOpenSslWritesThem) {
  EXPECT_EQ(value_of(basic_constraints({.is_ca = true, .path_length = 0})), "30060101ff020100");
  EXPECT_EQ(value_of(basic_constraints({})), "3000");
  EXPECT_EQ(value_of(key_usage({KeyUsage::digitalSignature, KeyUsage::keyEncipherment})),
            "030205a0");
  EXPECT_EQ(value_of(extended_key_usage({oids::server_auth})), "300a06082b06010505070301");
  EXPECT_EQ(value_of(must_staple()), "3003020105");
  EXPECT_EQ(value_of(authority_key_identifier(hex("0102"))), "300480020102");
  EXPECT_EQ(value_of(crl_distribution_points({"http://a/"})),
            "3011300fa00da00b8609687474703a2f2f612f");
}

TEST(Extensions, AreReadBack) {
  const BasicConstraints constraints{.is_ca = true, .path_length = 3};
  EXPECT_EQ(read_basic_constraints(basic_constraints(constraints).value).value(), constraints);
  const KeyUsages usages{KeyUsage::keyCertSign, KeyUsage::cRLSign, KeyUsage::decipherOnly};
  EXPECT_EQ(read_key_usage(key_usage(usages).value).value(), usages);
  const std::vector<der::Oid> extended{oids::client_auth, oids::email_protection};
  EXPECT_EQ(read_extended_key_usage(extended_key_usage(extended).value).value(), extended);
  const AuthorityInformation access{.ocsp = {"http://a/ocsp"}, .ca_issuers = {"http://a/ca"}};
  EXPECT_EQ(read_authority_information_access(authority_information_access(access).value).value(),
            access);
  const std::vector<Policy> policies{{oids::any_policy, "http://a/cps", "mind the gap"},
                                     {der::Oid{"1.2.3"}, "", ""}};
  EXPECT_EQ(read_certificate_policies(certificate_policies(policies).value).value(), policies);
  const std::vector<std::string> urls{"http://a/1.crl", "http://b/2.crl"};
  EXPECT_EQ(read_distribution_points(crl_distribution_points(urls).value).value(), urls);
  EXPECT_EQ(read_number(crl_number(300).value).value(), 300u);
}

TEST(Extensions, KeepNameConstraints) {
  NameConstraints constraints;
  for (const auto* const text : {"DNS:example.com", "IP:10.0.0.0/8", "email:.example.com",
                                 "IP:2001:db8::/32", "dirName:O=Example", "UPN:example.com",
                                 "UPN:@example.com", "UPN:joe@example.com", "RID:1.2.3"}) {
    constraints.permitted.push_back(NameConstraint::parse(text).value());
    EXPECT_EQ(constraints.permitted.back().to_string(), text);
  }
  constraints.excluded.push_back(NameConstraint::parse("DNS:bad.example.com").value());
  EXPECT_EQ(read_name_constraints(name_constraints(constraints).value).value(), constraints);
  for (const auto* const text :
       {"IP:10.0.0.0/33", "IP:10.0.0.0/x", "DNS:a b", "RID:1.x", "UPN:a b", "other:0500", "DNS"}) {
    EXPECT_FALSE(NameConstraint::parse(text)) << text;
  }
}

// As openssl writes nameConstraints = permitted;otherName:1.3.6.1.4.1.311.20.2.3;UTF8:example.com,
// excluded;RID:1.2.3.
TEST(Extensions, WriteConstraintsOnOtherNamesAsOpensslDoes) {
  const NameConstraints constraints{.permitted = {{GeneralNameType::upn, "example.com"}},
                                    .excluded = {{GeneralNameType::rid, "1.2.3"}}};
  EXPECT_EQ(value_of(name_constraints(constraints)),
            "3029a01f301da01b060a2b060104018237140203a00d0c0b6578616d706c652e636f6d"
            "a106300488022a03");
}

TEST(Extensions, RefuseUrlsThatAreNone) {
  EXPECT_THROW(crl_distribution_points({"not a url"}), base::Error);
  EXPECT_THROW(authority_information_access({.ocsp = {"http://a\n/"}, .ca_issuers = {}}),
               base::Error);
}

TEST(Extensions, AreRefusedTwice) {
  der::Writer writer;
  writer.sequence([&] {
    ocsp_nocheck().write(writer);
    ocsp_nocheck().write(writer);
  });
  EXPECT_FALSE(read_extensions(writer.bytes()));
  EXPECT_FALSE(read_extensions(hex("3000"))) << "an empty list";
}

TEST(Extensions, OfOurOwnMakingMustBeDer) {
  EXPECT_TRUE(custom_extension(der::Oid{"1.2.3"}, false, hex("0500")));
  EXPECT_FALSE(custom_extension(der::Oid{"1.2.3"}, false, hex("050000")));
  EXPECT_FALSE(custom_extension(der::Oid{"1.2.3"}, false, {}));
}

TEST(Extensions, AreDescribedForPeople) {
  const std::vector names{GeneralName::dns("a.example").value(), GeneralName::ip("::1").value()};
  const auto san = describe(subject_alternative_name(names));
  EXPECT_EQ(san.name, "Subject Alternative Name");
  EXPECT_EQ(san.oid, "2.5.29.17");
  EXPECT_EQ(san.value, "DNS:a.example, IP:::1");
  EXPECT_EQ(describe(basic_constraints({.is_ca = true, .path_length = 1})).value,
            "CA: yes, path length 1");
  EXPECT_EQ(describe(key_usage({KeyUsage::keyCertSign, KeyUsage::cRLSign})).value,
            "keyCertSign, cRLSign");
  EXPECT_EQ(describe({der::Oid{"1.2.3"}, false, hex("0500")}).value, "05:00");
  EXPECT_EQ(describe({oids::key_usage, true, hex("0500")}).value, "05:00") << "malformed";
}

TEST(KeyUsages, AreNamedInManyWays) {
  EXPECT_EQ(KeyUsages::parse_one("digital_signature").value(), KeyUsage::digitalSignature);
  EXPECT_EQ(KeyUsages::parse_one("contentCommitment").value(), KeyUsage::nonRepudiation);
  EXPECT_FALSE(KeyUsages::parse_one("sign"));
  EXPECT_EQ(parse_extended_key_usage("SERVERAUTH").value(), oids::server_auth);
  EXPECT_EQ(parse_extended_key_usage("1.3.6.1.5.5.7.3.2").value(), oids::client_auth);
  EXPECT_FALSE(parse_extended_key_usage("nothing"));
  EXPECT_EQ(extended_key_usage_name(oids::ocsp_signing), "OCSPSigning");
}

}  // namespace
}  // namespace x509
