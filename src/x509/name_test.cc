#include "x509/name.h"

#include <gtest/gtest.h>

#include "der/oids.h"

namespace x509 {
namespace {

Name from_hex(std::string_view hex) {
  return Name::from_der(base::from_hex(hex).value()).value();
}

TEST(Name, IsWrittenAsOpenSslWritesIt) {
  Name name;
  ASSERT_TRUE(name.add("C", "DE"));
  ASSERT_TRUE(name.add("O", "Beispiel GmbH"));
  ASSERT_TRUE(name.add("CN", "www.example.com"));
  // openssl req -subj "/C=DE/O=Beispiel GmbH/CN=www.example.com" -utf8
  EXPECT_EQ(base::to_hex(name.to_der()),
            "303f310b300906035504061302444531163014060355040a0c0d426569737069656c20476d6248"
            "3118301606035504030c0f7777772e6578616d706c652e636f6d");
  EXPECT_EQ(name.to_string(), "CN=www.example.com,O=Beispiel GmbH,C=DE");
  EXPECT_EQ(Name::from_der(name.to_der()).value(), name);
}

TEST(Name, EscapesAsRfc4514Does) {
  // The examples of RFC 4514, section 4.
  EXPECT_EQ(Name::parse("OU=Sales+CN=J.  Smith,DC=example,DC=net").value().to_string(),
            "OU=Sales+CN=J.  Smith,DC=example,DC=net");
  const auto smith = Name::parse(R"(CN=James \"Jim\" Smith\, III,DC=example,DC=net)").value();
  EXPECT_EQ(smith.common_name(), "James \"Jim\" Smith, III");
  EXPECT_EQ(smith.to_string(), R"(CN=James \"Jim\" Smith\, III,DC=example,DC=net)");
  EXPECT_EQ(Name::parse(R"(CN=Lu\C4\8Di\C4\87)").value().common_name(), "Lučić");
  EXPECT_EQ(Name::parse(R"(CN=\ a\ )").value().common_name(), " a ");
  EXPECT_EQ(Name::parse(R"(CN=\#a)").value().to_string(), R"(CN=\#a)");
}

TEST(Name, ReadsEveryStringType) {
  // commonName as T61String, BMPString, UniversalString: "Ä".
  for (const auto* const value : {"1401c4", "1e0200c4", "1c04000000c4", "0c02c384"}) {
    const auto size = std::string_view{value}.size() / 2;
    const auto hex = base::to_hex(base::Bytes{0x30, static_cast<std::uint8_t>(size + 9), 0x31,
                                              static_cast<std::uint8_t>(size + 7), 0x30,
                                              static_cast<std::uint8_t>(size + 5)}) +
                     "0603550403" + value;
    EXPECT_EQ(from_hex(hex).common_name(), "Ä") << value;
  }
}

TEST(Name, ShowsControlCharactersOfOthers) {
  EXPECT_EQ(from_hex("300e310c300a06035504030c03610062").to_string(), "CN=a\\00b");
}

TEST(Name, KeepsWhatIsNoString) {
  const auto name = from_hex("300f310d300b060355042d0304035500a8");  // BIT STRING
  EXPECT_EQ(base::to_hex(name.to_der()), "300f310d300b060355042d0304035500a8");
}

TEST(Name, RefusesValuesBeyondTheStandard) {
  const struct {
    const char* why;
    const char* type;
    std::string value;
  } cases[] = {
      {"CN of 65 characters", "CN", std::string(65, 'a')},
      {"country of three letters", "C", "DEU"},
      {"country of digits", "C", "12"},
      {"empty", "O", ""},
      {"line break", "O", "a\nb"},
      {"NUL", "CN", std::string("a\0b", 3)},
      {"not UTF-8", "O", "\xff"},
      {"overlong UTF-8", "O", "\xc0\x80"},
      {"unknown type", "XYZ", "a"},
      {"underscore in a PrintableString", "serialNumber", "a_b"},
      {"e-mail beyond ASCII", "emailAddress", "ä@example.com"},
  };
  for (const auto& [why, type, value] : cases) {
    EXPECT_FALSE(Name{}.add(type, value)) << why;
  }
  EXPECT_TRUE(Name{}.add("CN",
                         [] {
                           std::string text;
                           for (int i = 0; i < 64; ++i) {
                             text += "ä";
                           }
                           return text;
                         }()))
      << "64 characters of two octets";
}

TEST(Name, RefusesBrokenDer) {
  for (const auto* const hex :
       {"", "3000ff", "30023100", "300d310b300906035504030c02", "3003310130"}) {
    EXPECT_FALSE(Name::from_der(base::from_hex(hex).value())) << hex;
  }
  EXPECT_TRUE(from_hex("3000").empty());
}

}  // namespace
}  // namespace x509
