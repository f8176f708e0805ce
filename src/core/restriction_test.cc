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

TEST(Reach, IsEverythingWithoutARestriction) {
  const Reach reach;
  EXPECT_TRUE(reach.is_everything());
  EXPECT_TRUE(reach.includes(authority(1)));
  EXPECT_TRUE(reach.includes(a_template(1)));
  EXPECT_TRUE(reach.includes(authority(1), std::nullopt));
}

TEST(Reach, NeedsBothWhereARestrictionNamesBoth) {
  const Reach reach{{{.authorities = {authority(1)}, .templates = {a_template(5)}}}};
  EXPECT_FALSE(reach.is_everything());
  EXPECT_TRUE(reach.includes(authority(1), a_template(5)));
  EXPECT_FALSE(reach.includes(authority(2), a_template(5)));
  EXPECT_FALSE(reach.includes(authority(1), a_template(6)));
  EXPECT_FALSE(reach.includes(authority(1), std::nullopt)) << "made by no template";
  EXPECT_TRUE(reach.includes(authority(1)));
  EXPECT_FALSE(reach.includes(authority(2)));
  EXPECT_FALSE(reach.includes(a_template(6)));
}

TEST(Reach, DoesNotMixWhatTwoRestrictionsAdmit) {
  const Reach reach{{{.authorities = {authority(1)}, .templates = {a_template(5)}},
                     {.authorities = {authority(2)}}}};
  EXPECT_TRUE(reach.includes(authority(2), std::nullopt));
  EXPECT_FALSE(reach.includes(authority(1), a_template(6)));
  EXPECT_TRUE(reach.includes(a_template(6))) << "with authority 2";
}

}  // namespace
}  // namespace core
