#include "core/regular_expression.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace core {
namespace {

bool matches(std::string_view pattern, std::string_view text) {
  return RegularExpression::parse(pattern).value().matches(text);
}

TEST(RegularExpression, MatchesWholeTexts) {
  EXPECT_TRUE(matches(R"(^[a-z0-9.-]+\.corp\.internal$)", "www.corp.internal"));
  EXPECT_TRUE(matches(R"([a-z0-9.-]+\.corp\.internal)", "www.corp.internal"));
  EXPECT_FALSE(matches(R"([a-z0-9.-]+\.corp\.internal)", "www.corp.internal.evil.example"));
  EXPECT_FALSE(matches(R"(corp\.internal)", "www.corp.internal"));
  EXPECT_TRUE(matches("(?!evil).*", "good.example"));
  EXPECT_FALSE(matches("(?!evil).*", "evil.example"));
  EXPECT_TRUE(matches(".*", ""));
}

TEST(RegularExpression, RefusesWhatIsNone) {
  for (const auto* pattern : {"(", "[a", "*", "a{2,1}", "(?P<"}) {
    EXPECT_FALSE(RegularExpression::parse(pattern)) << pattern;
  }
  EXPECT_FALSE(RegularExpression::parse(std::string(1001, 'a')));
}

TEST(RegularExpression, GivesUpWhereMatchingWouldTakeForEver) {
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_FALSE(matches("(a+)+", std::string(250, 'a') + "!"));
  EXPECT_FALSE(matches("(a|aa)+", std::string(250, 'a') + "!"));
  EXPECT_FALSE(matches("(.*)(.*)(.*)(.*)(.*)(.*)(.*)(.*)(.*)(.*)[^!]", std::string(250, '!')));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds{10});
}

}  // namespace
}  // namespace core
