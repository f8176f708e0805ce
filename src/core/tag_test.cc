#include "core/tag.h"

#include <gtest/gtest.h>

namespace core {
namespace {

std::vector<Tag> tags(const std::vector<std::string>& words) {
  std::vector<Tag> list;
  for (const auto& word : words) {
    list.push_back(Tag::parse(word).value());
  }
  return list;
}

TEST(Tag, IsInLowerCase) {
  EXPECT_EQ(Tag::parse("Web")->to_string(), "web");
  EXPECT_EQ(Tag::parse("WEB").value(), Tag::parse("web").value());
}

TEST(Tag, TakesWhatPeopleWrite) {
  for (const auto* text :
       {"a", "7", "team: payments", "env/prod", "owner@example.com", "v1.2", "a-b_c", "a  b"}) {
    ASSERT_TRUE(Tag::parse(text)) << text;
    EXPECT_EQ(Tag::parse(text)->to_string(), text);
  }
  EXPECT_TRUE(Tag::parse(std::string(64, 'x')));
}

TEST(Tag, RefusesWhatIsNone) {
  const struct {
    std::string text;
    const char* reason;
  } wrong[] = {
      {"", "1 to 64"},
      {std::string(65, 'x'), "1 to 64"},
      {" web", "begins and ends"},
      {"web ", "begins and ends"},
      {"-", "begins and ends"},
      {"web:", "begins and ends"},
      {"a,b", "letters"},  // separates tags in a query
      {"a\nb", "letters"},
      {"a\tb", "letters"},
      {"<b>", "letters"},
      {"b\xc3\xbcro", "letters"},
      {"a\xd0\xb0", "letters"},  // a Cyrillic a
      {std::string("a\0b", 3), "letters"},
      {"a%b", "letters"},
  };
  for (const auto& [text, reason] : wrong) {
    const auto tag = Tag::parse(text);
    ASSERT_FALSE(tag) << text;
    EXPECT_TRUE(tag.error().reason.contains(reason)) << text << ": " << tag.error().reason;
  }
}

TEST(Tag, StandsInOrderAndOnce) {
  EXPECT_EQ(in_order(tags({"web", "db", "WEB"})), tags({"db", "web"}));
  EXPECT_EQ(combined_text(tags({"db", "web"})), "db, web");
}

TEST(Tag, ComesTwentyToACertificate) {
  std::vector<std::string> words;
  for (int i = 0; i < 20; ++i) {
    words.push_back("t" + std::to_string(i));
  }
  EXPECT_NO_THROW(check_number_of(tags(words), "tags"));
  words.emplace_back("more");
  EXPECT_THROW(check_number_of(tags(words), "tags"), base::Error);
}

TEST(Tag, ChangesByWhatIsAddedAndRemoved) {
  const auto change = change_between(tags({"a", "b"}), tags({"b", "c"}));
  EXPECT_EQ(change.added, tags({"c"}));
  EXPECT_EQ(change.removed, tags({"a"}));
  EXPECT_TRUE(change_between(tags({"a"}), tags({"a"})).is_empty());
}

}  // namespace
}  // namespace core
