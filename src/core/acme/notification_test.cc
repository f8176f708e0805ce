#include "core/acme/notification.h"

#include <gtest/gtest.h>

namespace core::acme {
namespace {

using std::chrono::days;
using std::chrono::hours;

const base::Time start{base::Seconds{1'700'000'000}};

std::optional<int> due(days life, std::chrono::seconds left) {
  return warning_due(start, start + life, start + life - left);
}

TEST(Notification, WarnsFourTimesBeforeTheEndOfALongCertificate) {
  EXPECT_EQ(due(days{90}, days{31}), std::nullopt);
  EXPECT_EQ(due(days{90}, days{30}), 30);
  EXPECT_EQ(due(days{90}, days{15}), 30);
  EXPECT_EQ(due(days{90}, days{14}), 14);
  EXPECT_EQ(due(days{90}, days{3}), 7);
  EXPECT_EQ(due(days{90}, hours{5}), 1);
  EXPECT_EQ(due(days{90}, hours{0}), std::nullopt);
}

TEST(Notification, DoesNotWarnDuringMostOfAShortLife) {
  EXPECT_EQ(due(days{47}, days{29}), std::nullopt);
  EXPECT_EQ(due(days{47}, days{14}), 14);
  EXPECT_EQ(due(days{7}, days{6}), std::nullopt);
  EXPECT_EQ(due(days{7}, hours{20}), 1);
  EXPECT_EQ(due(days{1}, hours{2}), std::nullopt);
}

TEST(Notification, TakesTheAddressesOfMailtoContacts) {
  const Account account{.id = AccountId::from_number(1).value(),
                        .secret = "",
                        .status = AccountStatus::valid,
                        .contacts = R"(["mailto:a@example.com","mailto:b@example.com"])",
                        .terms_agreed = true,
                        .key_thumbprint = "",
                        .key_type = "",
                        .key_spki = {},
                        .created_at = start,
                        .created_from = ""};
  EXPECT_EQ(mail_addresses_of(account),
            (std::vector<std::string>{"a@example.com", "b@example.com"}));
}

}  // namespace
}  // namespace core::acme
