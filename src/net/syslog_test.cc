#include "net/syslog.h"

#include <gtest/gtest.h>

namespace net {
namespace {

SyslogMessage message() {
  return {.severity = SyslogSeverity::notice,
          .at = base::time_from_text("2026-03-01T12:00:00Z").value(),
          .host = "ca.example.com",
          .id = "certificate.revoke",
          .sequence = 7,
          .text = "{\"by\":\"bob\"}"};
}

TEST(Syslog, IsWrittenAsTheStandardSays) {
  EXPECT_EQ(to_syslog(message()),
            "<109>1 2026-03-01T12:00:00Z ca.example.com certwright - certificate.revoke "
            "[meta sequenceId=\"7\"] {\"by\":\"bob\"}");
  auto refused = message();
  refused.severity = SyslogSeverity::warning;
  EXPECT_TRUE(to_syslog(refused).starts_with("<108>1 "));
}

TEST(Syslog, LetsNobodyWriteALineOfTheirOwn) {
  auto forged = message();
  forged.id = "a b\n<1>1";
  forged.text = "one\n<110>1 2026-03-01T12:00:00Z x y - - - two\r\n";
  const auto text = to_syslog(forged);
  EXPECT_EQ(text.find('\n'), std::string::npos);
  EXPECT_NE(text.find(" certwright - ab<1>1 [meta"), std::string::npos);
}

TEST(Syslog, CutsALongMessageBetweenCharacters) {
  auto large = message();
  for (int i = 0; i < 5000; ++i) {
    large.text += "\xc3\xa4";
  }
  const auto text = to_syslog(large);
  EXPECT_LE(text.size(), 8000U);
  EXPECT_GE(text.size(), 7998U);
  EXPECT_EQ(static_cast<unsigned char>(text.back()), 0xa4);
}

// Section 7.3.1: from 1 to 2147483647, and then from 1 again.
TEST(Syslog, CountsInTheRangeOfTheStandard) {
  for (const auto& [sequence, written] :
       {std::pair{1L, "\"1\""}, std::pair{2147483647L, "\"2147483647\""},
        std::pair{2147483648L, "\"1\""}}) {
    auto counted = message();
    counted.sequence = sequence;
    EXPECT_NE(to_syslog(counted).find(written), std::string::npos) << sequence;
  }
}

}  // namespace
}  // namespace net
