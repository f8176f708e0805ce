#include <gtest/gtest.h>

#include "service/restrictions.h"
#include "service/tags.h"
#include "service/world_for_test.h"
#include "storage/tag_store.h"

namespace service {
namespace {

std::vector<core::Tag> tags(const std::vector<std::string>& words) {
  std::vector<core::Tag> list;
  for (const auto& word : words) {
    list.push_back(core::Tag::parse(word).value());
  }
  return list;
}

template <class Server>
class TagsTest : public World<Server> {
 protected:
  core::Certificate issue_with(const std::vector<std::string>& words) {
    auto order = this->order(root.id, "www.example.com");
    order.tags = tags(words);
    return this->node.issuance.issue(test_act, order);
  }
  std::vector<core::Tag> of(const core::Certificate& certificate) {
    return this->database->read(
        [&](db::Session& session) { return storage::TagStore{session}.of(certificate.id); });
  }
  std::string last_details() { return storage::audit_entries(*this->database).back().details; }

  core::Authority root = this->make_root();
  Tags tagging{*this->database};
};
TYPED_TEST_SUITE(TagsTest, storage::Databases, storage::DatabaseName);

TYPED_TEST(TagsTest, ComeWithTheCertificateAndPassToItsSuccessor) {
  const auto certificate = this->issue_with({"web", "db"});
  EXPECT_TRUE(this->last_details().contains(R"("tags":["web","db"])"));
  EXPECT_EQ(this->of(certificate), tags({"db", "web"}));
  this->tagging.change(test_act, {}, certificate.id, {tags({"late"}), tags({"db"})});
  const auto renewed = this->node.issuance.renew(test_act, certificate.id, std::nullopt);
  EXPECT_EQ(this->of(renewed), tags({"late", "web"}));
  EXPECT_TRUE(this->of(this->issue(this->root.id)).empty());
}

TYPED_TEST(TagsTest, AreReplacedAndChangedWithATrace) {
  const auto certificate = this->issue_with({"web"});
  EXPECT_EQ(this->traced([&] {
    const auto changed =
        this->tagging.replace(test_act, {}, certificate.id, tags({"new", "db", "new"}));
    EXPECT_EQ(changed.tags, tags({"db", "new"}));
  }),
            Trace{"alice test.act"});
  EXPECT_EQ(this->last_details(), R"({"added":["db","new"],"removed":["web"]})");
  EXPECT_EQ(this->traced([&] {
    this->tagging.replace(test_act, {}, certificate.id, tags({"new", "db"}));
    this->tagging.change(test_act, {}, certificate.id, {tags({"db"}), tags({"unheard of"})});
  }),
            Trace{})
      << "nothing changed";
  EXPECT_EQ(this->of(certificate), tags({"db", "new"}));
  EXPECT_EQ(code_of([&] {
              this->tagging.replace(test_act, {}, core::CertificateId::from_number(999999).value(),
                                    {});
            }),
            base::ErrorCode::not_found);
}

TYPED_TEST(TagsTest, AreTwentyAtMost) {
  std::vector<std::string> words;
  for (int i = 0; i < 20; ++i) {
    words.push_back("t" + std::to_string(i));
  }
  const auto certificate = this->issue_with(words);
  EXPECT_EQ(
      code_of([&] { this->tagging.change(test_act, {}, certificate.id, {tags({"more"}), {}}); }),
      base::ErrorCode::invalid_request);
  this->tagging.change(test_act, {}, certificate.id, {tags({"more"}), tags({"t0"})});
  EXPECT_EQ(this->of(certificate).size(), 20u);
}

TYPED_TEST(TagsTest, AreOnesOwnForWhoeverIsRestricted) {
  const core::Reach reach{{{.tags = tags({"db", "web"})}}};
  const auto mine = this->issue_with({"prod", "web"});
  const auto theirs = this->issue_with({"prod"});
  const auto change = [&](const core::Certificate& certificate, std::vector<core::Tag> added,
                          std::vector<core::Tag> removed) {
    return code_of([&] {
      this->tagging.change(test_act, reach, certificate.id, {std::move(added), std::move(removed)});
    });
  };
  EXPECT_EQ(change(theirs, tags({"web"}), {}), base::ErrorCode::not_found);
  EXPECT_EQ(change(mine, tags({"other"}), {}), base::ErrorCode::invalid_request);
  EXPECT_EQ(change(mine, {}, tags({"prod"})), base::ErrorCode::invalid_request);
  EXPECT_EQ(change(mine, {}, tags({"web"})), base::ErrorCode::invalid_request) << "the last one";
  EXPECT_EQ(change(mine, tags({"db"}), tags({"web"})), std::nullopt);
  EXPECT_EQ(this->of(mine), tags({"db", "prod"}));
  EXPECT_EQ(code_of([&] { this->tagging.replace(test_act, reach, mine.id, tags({"db"})); }),
            base::ErrorCode::invalid_request)
      << "takes away what others gave";
  EXPECT_EQ(this->of(mine), tags({"db", "prod"}));
}

TYPED_TEST(TagsTest, DecideWhatARestrictedAccountReaches) {
  Restrictions restrictions{*this->database};
  const auto bob =
      this->node.users.create(test_act, {.username = "bob",
                                         .email = "",
                                         .full_name = "",
                                         .role = "operator",
                                         .password = base::Secret{"correct horse battery"}});
  restrictions.set(test_act, bob.id, {.tags = tags({"web", "db", "web"})});
  EXPECT_EQ(restrictions.of(bob.id).tags, tags({"db", "web"}));
  const auto opened = this->node.sign_in.open_session(test_act, bob);
  const auto caller = this->node.sign_in.caller_of_session(opened.token.reveal()).value();
  const auto mine = this->issue_with({"web"});
  const auto theirs = this->issue_with({"prod"});
  const auto reaches = [&](const core::Certificate& certificate) {
    return code_of([&] { restrictions.require(caller, certificate.id); });
  };
  EXPECT_EQ(reaches(mine), std::nullopt);
  EXPECT_EQ(reaches(theirs), base::ErrorCode::not_found);
  EXPECT_EQ(reaches(this->issue(this->root.id)), base::ErrorCode::not_found);
  this->tagging.replace(test_act, {}, theirs.id, tags({"db"}));
  EXPECT_EQ(reaches(theirs), std::nullopt);

  EXPECT_EQ(restrictions.require_new(caller, this->root.id, std::nullopt, tags({"db"})),
            tags({"db"}));
  EXPECT_EQ(code_of([&] { restrictions.require_new(caller, this->root.id, std::nullopt, {}); }),
            base::ErrorCode::invalid_request);
}

}  // namespace
}  // namespace service
