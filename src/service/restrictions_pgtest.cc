#include <gtest/gtest.h>

#include "service/access.h"
#include "service/restrictions.h"
#include "service/world_for_test.h"
#include "storage/template_store.h"

namespace service {
namespace {

template <class Server>
class RestrictionsTest : public World<Server> {
 protected:
  RestrictionsTest() {
    this->database->on_commit([this](std::span<const db::Entry> entries) {
      this->node.sign_in.note_changes(entries);
      restrictions.note_changes(entries);
    });
  }
  core::User add(const std::string& name, const std::string& role) {
    return this->node.users.create(test_act, {.username = name,
                                              .email = "",
                                              .full_name = "",
                                              .role = role,
                                              .password = base::Secret{"correct horse battery"}});
  }
  auth::Caller caller(const core::User& user) {
    const auto opened = this->node.sign_in.open_session(test_act, user);
    return this->node.sign_in.caller_of_session(opened.token.reveal()).value();
  }
  auth::Caller key_of(const auth::Caller& owner) {
    const auto made = this->node.api_keys.create(test_act, owner, "key", {"read:certificates"},
                                                 std::nullopt, std::nullopt);
    return this->node.sign_in.caller_of_api_key(made.text.reveal());
  }

  Restrictions restrictions{*this->database};
  AccessRules access{*this->database, this->clock};
};
TYPED_TEST_SUITE(RestrictionsTest, storage::Databases, storage::DatabaseName);

TYPED_TEST(RestrictionsTest, HideWhatIsOutsideFromSessionsAndKeys) {
  const auto inside = this->make_root("Inside");
  const auto outside = this->make_root("Outside");
  const auto mine = this->issue(inside.id);
  const auto theirs = this->issue(outside.id);
  const auto bob = this->add("bob", "operator");
  const auto session = this->caller(bob);
  EXPECT_TRUE(this->restrictions.reach_of(session)->is_everything());
  EXPECT_EQ(this->traced([&] {
    this->restrictions.set(test_act, bob.id, {.authorities = {inside.id, inside.id}});
  }),
            Trace{"alice test.act"});
  for (const auto& caller : {session, this->key_of(session)}) {
    EXPECT_FALSE(this->restrictions.reach_of(caller)->is_everything()) << "at once";
    EXPECT_EQ(code_of([&] { this->restrictions.require(caller, mine.id); }), std::nullopt);
    EXPECT_EQ(code_of([&] { this->restrictions.require(caller, theirs.id); }),
              base::ErrorCode::not_found);
    EXPECT_EQ(code_of([&] { this->restrictions.require(caller, outside.id); }),
              base::ErrorCode::not_found);
    EXPECT_EQ(
        code_of([&] { this->restrictions.require_new(caller, outside.id, std::nullopt, {}); }),
        base::ErrorCode::not_found);
    EXPECT_EQ(code_of([&] { this->restrictions.require_new(caller, inside.id, std::nullopt, {}); }),
              std::nullopt);
  }
  this->restrictions.set(test_act, bob.id, {});
  EXPECT_EQ(code_of([&] { this->restrictions.require(session, theirs.id); }), std::nullopt);
}

TYPED_TEST(RestrictionsTest, OfGroupsAreForTheirMembersAndOnlyAdministratorsLiftThem) {
  const auto inside = this->make_root("Inside");
  const auto outside = this->make_root("Outside");
  const auto root = this->caller(this->add("root", "admin"));
  const auto leader = this->add("leader", "operator");
  const auto bob = this->add("bob", "operator");
  const auto group = this->access.create_group(test_act, root, {"team", "", {}});
  this->restrictions.set(test_act, group.id, {.authorities = {inside.id}});
  auto other = this->caller(leader);
  EXPECT_EQ(code_of([&] { this->access.add_member(test_act, other, group.id, bob.id, "member"); }),
            base::ErrorCode::forbidden);
  this->access.add_member(test_act, root, group.id, bob.id, "member");
  EXPECT_FALSE(this->restrictions.reach_of(this->caller(bob))->includes(outside.id));
  EXPECT_EQ(code_of([&] { this->access.remove_member(test_act, other, group.id, bob.id); }),
            base::ErrorCode::forbidden);
  EXPECT_EQ(code_of([&] { this->access.remove_group(test_act, other, group.id); }),
            base::ErrorCode::forbidden);

  this->restrictions.set(test_act, bob.id, {.authorities = {outside.id}});
  EXPECT_TRUE(this->restrictions.reach_of(this->caller(bob))->includes(outside.id))
      << "whatever one of them admits";
  EXPECT_EQ(this->restrictions.of_groups(bob.id).size(), 1u);
  this->access.remove_group(test_act, root, group.id);
  EXPECT_FALSE(this->restrictions.reach_of(this->caller(bob))->includes(inside.id));
}

TYPED_TEST(RestrictionsTest, StopAtAdministratorsAndAtWhatDoesNotExist) {
  const auto inside = this->make_root("Inside");
  const auto root = this->add("root", "admin");
  EXPECT_EQ(
      code_of([&] { this->restrictions.set(test_act, root.id, {.authorities = {inside.id}}); }),
      base::ErrorCode::conflict);
  const auto bob = this->add("bob", "operator");
  EXPECT_EQ(code_of([&] {
              this->restrictions.set(test_act, bob.id,
                                     {.authorities = {core::AuthorityId::from_number(99).value()}});
            }),
            base::ErrorCode::invalid_request);
  this->restrictions.set(test_act, bob.id, {.authorities = {inside.id}});
  this->node.users.update(test_act, bob.id, {.role = "admin"});
  EXPECT_TRUE(this->restrictions.reach_of(this->caller(bob))->is_everything());
}

}  // namespace
}  // namespace service
