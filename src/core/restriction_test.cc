#include "core/restriction.h"

#include <gtest/gtest.h>

namespace core {
namespace {

AuthorityId authority(int number) {
  return AuthorityId::from_number(number).value();
}
TemplateId a_template(int number) {
  return TemplateId::from_number(number).value();
}
Tag tag(const char* name) {
  return Tag::parse(name).value();
}
// What issuing refuses `tags` with; empty: nothing.
std::string refusal_of_new(const Reach& reach, const std::vector<Tag>& tags) {
  try {
    tags_of_new(reach, authority(1), std::nullopt, tags);
  } catch (const base::Error& error) {
    return error.what();
  }
  return {};
}

TEST(Reach, IsEverythingWithoutARestriction) {
  const Reach reach;
  EXPECT_TRUE(reach.is_everything());
  EXPECT_TRUE(reach.includes(authority(1)));
  EXPECT_TRUE(reach.includes(a_template(1)));
  EXPECT_TRUE(reach.includes(authority(1), std::nullopt, {}));
}

TEST(Reach, NeedsBothWhereARestrictionNamesBoth) {
  const Reach reach{{{.authorities = {authority(1)}, .templates = {a_template(5)}}}};
  EXPECT_FALSE(reach.is_everything());
  EXPECT_TRUE(reach.includes(authority(1), a_template(5), {}));
  EXPECT_FALSE(reach.includes(authority(2), a_template(5), {}));
  EXPECT_FALSE(reach.includes(authority(1), a_template(6), {}));
  EXPECT_FALSE(reach.includes(authority(1), std::nullopt, {})) << "made by no template";
  EXPECT_TRUE(reach.includes(authority(1)));
  EXPECT_FALSE(reach.includes(authority(2)));
  EXPECT_FALSE(reach.includes(a_template(6)));
}

TEST(Reach, DoesNotMixWhatTwoRestrictionsAdmit) {
  const Reach reach{{{.authorities = {authority(1)}, .templates = {a_template(5)}},
                     {.authorities = {authority(2)}}}};
  EXPECT_TRUE(reach.includes(authority(2), std::nullopt, {}));
  EXPECT_FALSE(reach.includes(authority(1), a_template(6), {}));
  EXPECT_TRUE(reach.includes(a_template(6))) << "with authority 2";
}

TEST(Reach, NeedsATagWhereARestrictionNamesSome) {
  const Reach reach{{{.authorities = {authority(1)}, .tags = {tag("db"), tag("web")}}}};
  EXPECT_TRUE(reach.names_tags());
  EXPECT_TRUE(reach.includes(authority(1), std::nullopt, {tag("other"), tag("web")}));
  EXPECT_FALSE(reach.includes(authority(1), std::nullopt, {tag("other")}));
  EXPECT_FALSE(reach.includes(authority(1), std::nullopt, {}));
  EXPECT_FALSE(reach.includes(authority(2), std::nullopt, {tag("web")}));
  EXPECT_TRUE(reach.includes(authority(1))) << "issues what carries a tag";
  EXPECT_TRUE(reach.may_include(authority(1), a_template(1)));
  EXPECT_FALSE(reach.may_include(authority(2), std::nullopt));
}

TEST(Reach, NamesTheTagsThatGoWithAnAuthority) {
  const Reach both{{{.authorities = {authority(1)}, .tags = {tag("web")}},
                    {.authorities = {authority(2)}},
                    {.authorities = {authority(1)}, .tags = {tag("db")}}}};
  EXPECT_EQ(both.tags_for(authority(1), std::nullopt), (std::vector{tag("db"), tag("web")}));
  EXPECT_EQ(both.tags_for(authority(2), std::nullopt), std::nullopt) << "any";
  EXPECT_EQ(both.tags_for(authority(3), std::nullopt), std::vector<Tag>{}) << "none at all";
  EXPECT_EQ(Reach{}.tags_for(authority(1), std::nullopt), std::nullopt);
}

TEST(TagsOfNew, AreOnesOwn) {
  const Reach one{{{.tags = {tag("web")}}}};
  const Reach two{{{.tags = {tag("db"), tag("web")}}}};
  EXPECT_EQ(tags_of_new(one, authority(1), std::nullopt, {}), std::vector{tag("web")});
  EXPECT_EQ(tags_of_new(two, authority(1), std::nullopt, {tag("db")}), std::vector{tag("db")});
  EXPECT_EQ(tags_of_new({}, authority(1), std::nullopt, {tag("x"), tag("a"), tag("x")}),
            (std::vector{tag("a"), tag("x")}));
  EXPECT_EQ(refusal_of_new(two, {}),
            "tags: your account is restricted to tags: name one of db, web");
  EXPECT_EQ(refusal_of_new(two, {tag("db"), tag("x")}),
            "tags: 'x' is not one of your tags: db, web");
}

TEST(TagObstacle, KeepsTheLastTagAndThoseOfOthers) {
  const Reach reach{{{.tags = {tag("db"), tag("web")}}}};
  const auto obstacle = [&](const std::vector<Tag>& before, const std::vector<Tag>& after) {
    return tag_obstacle(reach, authority(1), std::nullopt, change_between(before, after), after)
        .value_or("");
  };
  EXPECT_EQ(obstacle({tag("web")}, {tag("db"), tag("web")}), "");
  EXPECT_EQ(obstacle({tag("web")}, {tag("db")}), "");
  EXPECT_EQ(obstacle({tag("web")}, {}),
            "the certificate would not be yours any more: leave it one of your tags");
  EXPECT_TRUE(obstacle({tag("other"), tag("web")}, {tag("web")}).contains("'other' is not one"));
  EXPECT_TRUE(obstacle({tag("web")}, {tag("prod"), tag("web")}).contains("'prod' is not one"));
  EXPECT_EQ(tag_obstacle({}, authority(1), std::nullopt, {{}, {tag("web")}}, {}), std::nullopt);
}

}  // namespace
}  // namespace core
