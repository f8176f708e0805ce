#include "core/name_constraints.h"

#include <gtest/gtest.h>

namespace core {
namespace {

using x509::GeneralName;
using x509::NameConstraint;
using x509::NameConstraints;

NameConstraint constraint(const std::string& text) {
  const auto colon = text.find(':');
  const auto type = text.substr(0, colon) == "DNS"     ? x509::GeneralNameType::dns
                    : text.substr(0, colon) == "IP"    ? x509::GeneralNameType::ip
                    : text.substr(0, colon) == "email" ? x509::GeneralNameType::email
                    : text.substr(0, colon) == "URI"   ? x509::GeneralNameType::uri
                    : text.substr(0, colon) == "UPN"   ? x509::GeneralNameType::upn
                    : text.substr(0, colon) == "RID"   ? x509::GeneralNameType::rid
                                                       : x509::GeneralNameType::dir_name;
  return {type, text.substr(colon + 1)};
}

bool is_permitted(const std::string& permitted, const std::string& name) {
  return outside_of({.permitted = {constraint(permitted)}, .excluded = {}}, {},
                    {GeneralName::parse(name).value()})
      .empty();
}
bool is_excluded(const std::string& excluded, const std::string& name) {
  return !outside_of({.permitted = {}, .excluded = {constraint(excluded)}}, {},
                     {GeneralName::parse(name).value()})
              .empty();
}

struct Case {
  const char* constraint;
  const char* name;
  bool covered;
};

// RFC 5280, section 4.2.1.10. What a leading dot of a DNS name means is not in the standard:
// OpenSSL and Go take it for "below only".
constexpr Case same_for_both[] = {
    {"DNS:example.com", "DNS:example.com", true},
    {"DNS:example.com", "DNS:a.b.example.com", true},
    {"DNS:example.com", "DNS:*.example.com", true},
    {"DNS:Example.COM", "DNS:www.example.com", true},
    {"DNS:example.com", "DNS:badexample.com", false},
    {"DNS:example.com", "DNS:example.com.evil.net", false},
    {"DNS:", "DNS:anything.net", true},
    {"DNS:.example.com", "DNS:www.example.com", true},
    {"DNS:.example.com", "DNS:*.example.com", true},
    {"DNS:.example.com", "DNS:badexample.com", false},

    {"IP:10.0.0.0/8", "IP:10.255.255.255", true},
    {"IP:10.0.0.0/8", "IP:11.0.0.0", false},
    {"IP:192.0.2.128/25", "IP:192.0.2.128", true},
    {"IP:192.0.2.128/25", "IP:192.0.2.127", false},
    {"IP:192.0.2.1/32", "IP:192.0.2.1", true},
    {"IP:192.0.2.1/32", "IP:192.0.2.0", false},
    {"IP:0.0.0.0/0", "IP:203.0.113.9", true},
    {"IP:0.0.0.0/0", "IP:2001:db8::1", false},
    {"IP:2001:db8::/33", "IP:2001:db8:7fff::1", true},
    {"IP:2001:db8::/33", "IP:2001:db8:8000::1", false},
    {"IP:10.0.3.0/255.0.255.0", "IP:10.77.3.9", true},  // a mask with a hole
    {"IP:10.0.3.0/255.0.255.0", "IP:10.77.4.9", false},

    {"email:joe@example.com", "email:joe@example.com", true},
    {"email:joe@EXAMPLE.com", "email:joe@example.com", true},
    {"email:joe@example.com", "email:Joe@example.com", false},  // local parts are exact
    {"email:joe@example.com", "email:jim@example.com", false},
    {"email:example.com", "email:joe@example.com", true},
    {"email:example.com", "email:joe@mail.example.com", false},
    {"email:.example.com", "email:joe@mail.example.com", true},
    {"email:.example.com", "email:joe@example.com", false},
    {"email:example.com", "email:joe@badexample.com", false},

    {"URI:example.com", "URI:https://example.com/path", true},
    {"URI:example.com", "URI:https://user@EXAMPLE.com:8443?x", true},
    {"URI:example.com", "URI:https://www.example.com/", false},
    {"URI:.example.com", "URI:https://www.example.com/", true},
    {"URI:.example.com", "URI:https://example.com/", false},
    {"URI:example.com", "URI:https://evil.net/example.com", false},
    {"URI:example.com", "URI:https://example.com@evil.net/", false},
    {"URI:example.com", "URI:https://evil.net#@example.com", false},

    {"UPN:example.com", "UPN:joe@example.com", true},
    {"UPN:@example.com", "UPN:Joe@EXAMPLE.com", true},
    {"UPN:example.com", "UPN:joe@sales.example.com", true},
    {"UPN:.example.com", "UPN:joe@example.com", false},
    {"UPN:example.com", "UPN:joe@badexample.com", false},
    {"UPN:joe@example.com", "UPN:jim@example.com", false},
    {"RID:1.2.3", "RID:1.2.3", true},
    {"RID:1.2.3", "RID:1.2.30", false},
};

TEST(NameConstraints, PermitAndExcludeTheSameNames) {
  for (const auto& [constraint, name, covered] : same_for_both) {
    EXPECT_EQ(is_permitted(constraint, name), covered) << constraint << " permits " << name;
    EXPECT_EQ(is_excluded(constraint, name), covered) << constraint << " excludes " << name;
  }
}

TEST(NameConstraints, AreStrictWhereClientsDiffer) {
  EXPECT_FALSE(is_permitted("DNS:.example.com", "DNS:example.com"));
  EXPECT_TRUE(is_excluded("DNS:.example.com", "DNS:example.com"));
}

// A certificate for *.example.com would be one for the excluded www.example.com.
TEST(NameConstraints, ExcludeWildcardsThatStandForExcludedNames) {
  EXPECT_TRUE(is_excluded("DNS:www.example.com", "DNS:*.example.com"));
  EXPECT_FALSE(is_excluded("DNS:a.www.example.com", "DNS:*.example.com"));
  EXPECT_FALSE(is_permitted("DNS:www.example.com", "DNS:*.example.com"));
}

// RFC 5280: "applications MUST reject" URIs without a host that is a domain name.
TEST(NameConstraints, RefuseUrisWithoutADomainName) {
  for (const auto* uri : {"URI:urn:example:a", "URI:https://192.0.2.1/", "URI:https://[::1]/",
                          "URI:mailto:a@example.com", "URI:https:///path"}) {
    EXPECT_FALSE(is_permitted("URI:example.com", uri)) << uri;
    EXPECT_TRUE(is_excluded("URI:example.com", uri)) << uri;
  }
}

// No standard says whether an identifier covers those below it.
TEST(NameConstraints, AreStrictAboutWhatLiesBelowARegisteredId) {
  EXPECT_FALSE(is_permitted("RID:1.2.3", "RID:1.2.3.4"));
  EXPECT_TRUE(is_excluded("RID:1.2.3", "RID:1.2.3.4"));
}

TEST(NameConstraints, LeaveOtherKindsOfNamesAlone) {
  EXPECT_TRUE(is_permitted("DNS:example.com", "IP:192.0.2.1"));
  EXPECT_TRUE(is_permitted("IP:10.0.0.0/8", "DNS:example.com"));
  EXPECT_FALSE(is_excluded("email:example.com", "DNS:example.com"));
}

TEST(NameConstraints, PermitByAnyAndExcludeInSpite) {
  const NameConstraints constraints{
      .permitted = {constraint("DNS:example.com"), constraint("DNS:example.org")},
      .excluded = {constraint("DNS:secret.example.com")}};
  const auto outside = outside_of(constraints, {},
                                  {GeneralName::parse("DNS:a.example.org").value(),
                                   GeneralName::parse("DNS:a.secret.example.com").value(),
                                   GeneralName::parse("DNS:example.net").value()});
  EXPECT_EQ(outside, (std::vector<std::string>{"DNS:a.secret.example.com", "DNS:example.net"}));
}

TEST(NameConstraints, ApplyToTheSubjectAsADirectoryName) {
  const NameConstraints constraints{.permitted = {constraint("dirName:O=Example,C=DE")},
                                    .excluded = {}};
  const auto lies_outside = [&](const char* subject) {
    return !outside_of(constraints, x509::Name::parse(subject).value(), {}).empty();
  };
  EXPECT_FALSE(lies_outside("CN=www,O=Example,C=DE"));
  EXPECT_FALSE(lies_outside("CN=www,O=EXAMPLE,C=DE"));
  EXPECT_TRUE(lies_outside("CN=www,O=Other,C=DE"));
  EXPECT_TRUE(lies_outside("C=DE"));
  EXPECT_TRUE(lies_outside("O=Example"));
  EXPECT_TRUE(outside_of(constraints, {}, {}).empty()) << "there is no subject";
}

TEST(NameConstraints, ApplyToMailAddressesInTheSubject) {
  const NameConstraints constraints{.permitted = {constraint("email:example.com")}, .excluded = {}};
  x509::Name subject;
  ASSERT_TRUE(subject.add("1.2.840.113549.1.9.1", "joe@evil.net"));
  EXPECT_EQ(outside_of(constraints, subject, {}).size(), 1u);
}

}  // namespace
}  // namespace core
