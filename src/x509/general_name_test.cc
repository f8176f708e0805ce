#include "x509/general_name.h"

#include <gtest/gtest.h>

namespace x509 {
namespace {

std::string der_of(const GeneralName& name) {
  der::Writer writer;
  name.write(writer);
  return base::to_hex(writer.bytes());
}

TEST(GeneralName, ReadsItsOwnText) {
  for (const auto* const text :
       {"DNS:www.example.com", "DNS:*.example.com", "DNS:xn--bcher-kva.example", "DNS:localhost",
        "IP:192.0.2.1", "IP:2001:db8::1", "email:jane.doe@example.com",
        "URI:https://example.com/a?b=c", "URI:spiffe://example.org/workload",
        "UPN:jane@corp.example", "RID:1.2.3.4", "dirName:CN=a,O=b"}) {
    const auto name = GeneralName::parse(text);
    ASSERT_TRUE(name) << text << ": " << name.error().reason;
    EXPECT_EQ(name->to_string(), text);
    der::Writer writer;
    name->write(writer);
    der::Reader reader{writer.bytes()};
    EXPECT_EQ(GeneralName::read(reader).value(), *name) << text;
  }
}

TEST(GeneralName, IsWrittenAsTheStandardDoes) {
  EXPECT_EQ(der_of(GeneralName::parse("DNS:a.b").value()), "8203612e62");
  EXPECT_EQ(der_of(GeneralName::parse("IP:192.0.2.1").value()), "8704c0000201");
  // openssl asn1parse of otherName:1.3.6.1.4.1.311.20.2.3;UTF8:a@b
  EXPECT_EQ(der_of(GeneralName::parse("UPN:a@b").value()),
            "a013060a2b060104018237140203a0050c03614062");
}

TEST(GeneralName, LowersTheCaseOfHosts) {
  EXPECT_EQ(GeneralName::dns("WWW.Example.COM").value().value(), "www.example.com");
  EXPECT_EQ(GeneralName::email("Jane@Example.COM").value().value(), "Jane@example.com");
}

TEST(GeneralName, RefusesDnsNamesThatAreNone) {
  const struct {
    const char* why;
    std::string name;
  } cases[] = {
      {"empty", ""},
      {"empty label", "a..b"},
      {"leading dot", ".example.com"},
      {"trailing dot", "example.com."},
      {"label of 64", std::string(64, 'a') + ".example"},
      {"254 characters", std::string(63, 'a') + "." + std::string(63, 'a') + "." +
                             std::string(63, 'a') + "." + std::string(62, 'a')},
      {"underscore", "_acme.example.com"},
      {"blank", "a b.example"},
      {"NUL", std::string("a\0.example", 10)},
      {"beyond ASCII", "bücher.example"},
      {"hyphen first", "-a.example"},
      {"hyphen last", "a-.example"},
      {"wildcard inside", "a.*.example"},
      {"partial wildcard", "a*.example"},
      {"two wildcards", "*.*.example"},
      {"wildcard alone", "*"},
      {"wildcard of nothing", "*."},
      {"an IP address", "192.0.2.1"},
      {"A-label of nothing", "xn--.example"},
      {"A-label that is no punycode", "xn--a-!.example"},
      {"A-label of ASCII", "xn--abc-.example"},
      {"A-label beyond Unicode", "xn--99999999.example"},
      {"a URL", "https://example.com"},
  };
  for (const auto& [why, name] : cases) {
    EXPECT_FALSE(GeneralName::dns(name)) << why;
  }
}

TEST(GeneralName, RefusesOtherNamesThatAreNone) {
  for (const auto* const text :
       {"IP:192.0.2",   "IP:192.0.2.256",  "IP:192.0.2.1/24", "IP:::1%lo",      "IP:",
        "email:a",      "email:@b",        "email:a@",        "email:a b@c",    "email:a@b@c",
        "email:a..b@c", "URI:example.com", "URI:http:",       "URI:http://a b", "URI:1http://a",
        "UPN:a",        "RID:1",           "RID:x",           "dirName:a",      "DNS",
        "a.example",    "what:ever"}) {
    EXPECT_FALSE(GeneralName::parse(text)) << text;
  }
}

TEST(GeneralName, RefusesWhatRequestsSmuggleIn) {
  const struct {
    const char* why;
    const char* der;
  } cases[] = {
      {"NUL in a DNS name", "820561002e6578"},
      {"IP address of 5 octets", "8705c000020100"},
      {"line break in an e-mail address", "81056140620a63"},
      {"UPN that is no UTF8String", "a013060a2b060104018237140203a005160361406e"},
      {"a tag that names have not", "8900"},
      {"constructed DNS name", "a203820161"},
  };
  for (const auto& [why, der] : cases) {
    const auto bytes = base::from_hex(der).value();
    der::Reader reader{bytes};
    EXPECT_FALSE(GeneralName::read(reader)) << why;
  }
}

TEST(GeneralName, ShowsBadNamesOfCertificatesThatExist) {
  const auto der = base::from_hex("820561002e6578").value();
  der::Reader reader{der};
  const auto name = GeneralName::read_leniently(reader);
  ASSERT_TRUE(name);
  EXPECT_EQ(name->type(), GeneralNameType::other);
  EXPECT_EQ(der_of(*name), "820561002e6578");
  EXPECT_EQ(GeneralName::parse(name->to_string()).value(), *name);
}

TEST(GeneralName, GuessesTheForm) {
  EXPECT_EQ(GeneralName::guess("192.0.2.1")->type(), GeneralNameType::ip);
  EXPECT_EQ(GeneralName::guess("::1")->type(), GeneralNameType::ip);
  EXPECT_EQ(GeneralName::guess("a@example.com")->type(), GeneralNameType::email);
  EXPECT_EQ(GeneralName::guess("https://example.com/")->type(), GeneralNameType::uri);
  EXPECT_EQ(GeneralName::guess("example.com")->type(), GeneralNameType::dns);
  EXPECT_FALSE(GeneralName::guess("not a name"));
}

}  // namespace
}  // namespace x509
