#include "auth/permission.h"

#include <gtest/gtest.h>

namespace auth {
namespace {

TEST(Rights, StarGrantsEverything) {
  EXPECT_TRUE(Rights{{"*"}}.include("delete:users"));
}

TEST(Rights, ACategoryGrantsItsResourcesOnly) {
  const Rights rights{{"read:*"}};
  EXPECT_TRUE(rights.include("read:cas"));
  EXPECT_FALSE(rights.include("write:cas"));
  EXPECT_FALSE(rights.include("reading:cas"));
}

TEST(Rights, NothingGrantsNothing) {
  EXPECT_FALSE(Rights{}.include("read:cas"));
  EXPECT_FALSE(rights_of_role("no such role").include("read:cas"));
}

TEST(Rights, AKeyHasNeverMoreThanItsOwner) {
  const Rights owner{{"read:cas", "read:certificates", "write:certificates"}};
  EXPECT_EQ(Rights{{"*"}}.intersected_with(owner).names(), owner.names());
  EXPECT_EQ(Rights{{"read:*"}}.intersected_with(owner).names(),
            (std::vector<std::string>{"read:cas", "read:certificates"}));
  EXPECT_TRUE(Rights{{"write:users"}}.intersected_with(owner).names().empty());
}

TEST(Rights, OnlyAdministratorsDeleteCertificatesOrReadKeys) {
  for (const auto role : {"operator", "auditor", "viewer"}) {
    EXPECT_FALSE(rights_of_role(role).include("delete:certificates")) << role;
    EXPECT_FALSE(rights_of_role(role).include("read:private_keys")) << role;
    EXPECT_FALSE(rights_of_role(role).include("read:users")) << role;
  }
}

TEST(PermissionName, IsKnownOrRefused) {
  for (const auto* name : {"*", "read:*", "read:certificates"}) {
    EXPECT_TRUE(is_permission_name(name)) << name;
  }
  for (const auto* name : {"", "read", "read:", "look:cas", "read:everything", "*:*"}) {
    EXPECT_FALSE(is_permission_name(name)) << name;
  }
}

TEST(Rights, CoverWhatGrantsNoMore) {
  const Rights mine{{"read:*", "write:cas"}};
  EXPECT_TRUE(mine.cover(Rights{{"read:cas", "read:*", "write:cas"}}));
  EXPECT_TRUE(mine.cover(Rights{}));
  EXPECT_FALSE(mine.cover(Rights{{"write:*"}}));
  EXPECT_FALSE(mine.cover(Rights{{"*"}}));
  EXPECT_TRUE(Rights{{"*"}}.cover(Rights{{"*", "admin:system"}}));
}

TEST(Rights, JoinWhatEitherGrants) {
  const auto both = Rights{{"read:*"}}.joined_with(Rights{{"read:cas", "write:cas"}});
  EXPECT_EQ(both.names(), (std::vector<std::string>{"read:*", "write:cas"}));
}

TEST(Rights, AreWrittenAndReadAsAColumn) {
  const Rights rights{{"read:cas", "write:*"}};
  EXPECT_EQ(to_text(rights), "read:cas write:*");
  EXPECT_EQ(rights_from_text(" read:cas  write:* ").names(), rights.names());
  EXPECT_TRUE(rights_from_text("").names().empty());
}

TEST(Permission, OfAdministrationIsNotGranted) {
  for (const auto* name : {"*", "admin:system", "admin:*", "", "read", "fly:cas"}) {
    EXPECT_FALSE(is_grantable(name)) << name;
  }
  EXPECT_TRUE(is_grantable("read:*"));
  EXPECT_TRUE(is_grantable("write:users"));
}

}  // namespace
}  // namespace auth
