#include "core/acme/renewal.h"

#include <gtest/gtest.h>

namespace core::acme {
namespace {

const base::Time start{std::chrono::seconds{1'800'000'000}};

TEST(CertificateName, IsReadAsTheStandardWritesIt) {
  // The example of RFC 9773, section 4.1.
  const auto name = read_certificate_name("aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE");
  ASSERT_TRUE(name);
  EXPECT_EQ(base::to_hex(name->authority_key_identifier),
            "69885b6b87464041e1b37b847ba0ae2cde01c8d4");
  EXPECT_EQ(name->serial_number.to_string(), "87654321");
}

TEST(CertificateName, IsRefusedWhenItIsNone) {
  for (const auto* text :
       {"", ".", "a", "aYhba4dGQEHhs3uEe6CuLN4ByNQ", "aYhba4dGQEHhs3uEe6CuLN4ByNQ.", ".AIdlQyE",
        "aYhb=.AIdlQyE", "aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE.x", "aYhb.AAAAAAAA/"}) {
    EXPECT_FALSE(read_certificate_name(text)) << text;
  }
}

TEST(RenewalWindow, LiesAroundTwoThirdsOfTheLife) {
  const auto window = renewal_window(start, start + std::chrono::days{90}, std::nullopt);
  EXPECT_LT(window.start, start + std::chrono::days{60});
  EXPECT_GT(window.end, start + std::chrono::days{60});
  EXPECT_GT(window.start, start + std::chrono::days{57});
  EXPECT_LT(window.end, start + std::chrono::days{63});
}

TEST(RenewalWindow, IsOpenForShortLivesToo) {
  const auto window = renewal_window(start, start + std::chrono::seconds{10}, std::nullopt);
  EXPECT_LT(window.start, window.end);
  EXPECT_LT(window.end, start + std::chrono::seconds{10});
}

TEST(RenewalWindow, OfARevokedCertificateLiesInThePast) {
  const auto revoked = start + std::chrono::days{3};
  const auto window = renewal_window(start, start + std::chrono::days{90}, revoked);
  EXPECT_LT(window.start, window.end);
  EXPECT_LE(window.end, revoked);
}

}  // namespace
}  // namespace core::acme
