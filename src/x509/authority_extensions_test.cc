#include "x509/authority_extensions.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "der/oids.h"

namespace x509 {
namespace {

// The expected octets are those that `openssl x509` writes for policyConstraints =
// requireExplicitPolicy:0, inhibitPolicyMapping:1; inhibitAnyPolicy = 2; subjectInfoAccess =
// caRepository;URI:http://a/.
TEST(AuthorityExtensions, AreWrittenAsOpensslWritesThem) {
  EXPECT_EQ(base::to_hex(policy_constraints({.require_explicit = 0, .inhibit_mapping = 1}).value),
            "3006800100810101");
  EXPECT_EQ(base::to_hex(inhibit_any_policy(2).value), "020102");
  EXPECT_EQ(base::to_hex(subject_information_access({"http://a/"}).value),
            "3017301506082b06010505073005860968"
            "7474703a2f2f612f");
}

TEST(AuthorityExtensions, AreCriticalWhereTheStandardWantsIt) {
  EXPECT_TRUE(policy_constraints({.require_explicit = 0, .inhibit_mapping = {}}).critical);
  EXPECT_TRUE(inhibit_any_policy(0).critical);
  EXPECT_FALSE(subject_information_access({"http://a/"}).critical);
}

TEST(AuthorityExtensions, AreReadBack) {
  const PolicyConstraints constraints{.require_explicit = 3, .inhibit_mapping = std::nullopt};
  EXPECT_EQ(read_policy_constraints(policy_constraints(constraints).value), constraints);
  EXPECT_EQ(
      read_subject_information_access(subject_information_access({"http://a/", "http://b/"}).value),
      (std::vector<std::string>{"http://a/", "http://b/"}));
  EXPECT_FALSE(read_policy_constraints(base::from_hex("3003800200").value()));
  EXPECT_FALSE(read_policy_constraints(base::from_hex("300480020100").value()));
}

TEST(AuthorityExtensions, RefuseWhatCannotBeEncoded) {
  EXPECT_THROW(policy_constraints({.require_explicit = -1, .inhibit_mapping = {}}), base::Error);
  EXPECT_THROW(inhibit_any_policy(128), base::Error);
  EXPECT_THROW(subject_information_access({"no url"}), base::Error);
}

}  // namespace
}  // namespace x509
