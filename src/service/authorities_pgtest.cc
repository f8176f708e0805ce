#include <gtest/gtest.h>

#include <thread>

#include "service/authorities.h"
#include "service/world_for_test.h"

namespace service {
namespace {

template <class Server>
class AuthoritiesTest : public World<Server> {};
TYPED_TEST_SUITE(AuthoritiesTest, storage::Databases, storage::DatabaseName);

TYPED_TEST(AuthoritiesTest, MakeARootAndWhatStandsBelowIt) {
  std::optional<core::Authority> root;
  EXPECT_EQ(this->traced([&] { root = this->make_root(); }), Trace{"alice test.act"});
  const auto below = this->make_below(*root);
  const auto leaf = this->issue(below.id);
  this->put_pem("root.pem", root->der);
  this->put_pem("below.pem", below.der);
  this->put_pem("leaf.pem", leaf.der);
  const auto judged =
      this->shop.run("openssl verify -x509_strict -purpose sslserver" + this->at_time() +
                     "-CAfile root.pem -untrusted below.pem leaf.pem");
  EXPECT_EQ(judged.status, 0) << judged.output;

  EXPECT_EQ(root->common_name, "Test Root");
  EXPECT_EQ(root->name, "Test Root");
  EXPECT_EQ(root->subject, "CN=Test Root,O=Example");
  EXPECT_EQ(root->created_by, "alice");
  EXPECT_EQ(below.parent_id, root->id);
  const auto issuer = this->node.authorities.issuer(below.id);
  ASSERT_EQ(issuer->chain.size(), 2u);
  EXPECT_EQ(issuer->chain[0], issuer->certificate);
  EXPECT_EQ(base::to_bytes(issuer->chain[1].der()), root->der);
  EXPECT_TRUE(issuer->signer);
}

TYPED_TEST(AuthoritiesTest, KeepKeysAndCertificatesOverARestart) {
  const auto root = this->make_root();
  Node restarted{*this->database, this->clock, "node-1"};
  const auto issuer = restarted.authorities.issuer(root.id);
  EXPECT_EQ(issuer->authority.refid, root.refid);
  EXPECT_EQ(issuer->signer->public_key(),
            this->node.authorities.issuer(root.id)->signer->public_key());
}

TYPED_TEST(AuthoritiesTest, AreFoundByNumberAndByUuid) {
  const auto root = this->make_root();
  auto& authorities = this->node.authorities;
  EXPECT_EQ(authorities.issuer_of_reference(root.refid.to_string())->authority.id, root.id);
  EXPECT_EQ(authorities.issuer_of_reference(std::to_string(root.id.to_number()))->authority.id,
            root.id);
  for (const auto* unknown : {"", "0", "-1", "99999", "root", "../1", "1x"}) {
    EXPECT_FALSE(authorities.issuer_of_reference(unknown)) << unknown;
  }
  EXPECT_EQ(code_of([&] { authorities.issuer(core::AuthorityId::from_number(99'999).value()); }),
            base::ErrorCode::not_found);
}

// RFC 5280, section 4.2.1.9: openssl would refuse each chain that the rules let pass wrongly.
TYPED_TEST(AuthoritiesTest, KeepToThePathLengthsOfAllAbove) {
  const auto none = this->make_root("None", 0);
  EXPECT_EQ(code_of([&] { this->make_below(none); }), base::ErrorCode::invalid_request);

  const auto one = this->make_root("One", 1);
  const auto unbounded = this->make_below(one, "Unbounded");  // without a limit of its own
  EXPECT_EQ(code_of([&] { this->make_below(unbounded, "Too deep"); }),
            base::ErrorCode::invalid_request);
  EXPECT_EQ(this->count("authorities"), 3);

  const auto two = this->make_root("Two", 2);
  const auto first = this->make_below(two, "First");
  EXPECT_EQ(code_of([&] { this->make_below(first, "Second", 1); }),
            base::ErrorCode::invalid_request);
  const auto second = this->make_below(first, "Second");
  const auto leaf = this->issue(second.id);
  this->put_pem("root.pem", two.der);
  this->put_pem("first.pem", first.der);
  this->put_pem("second.pem", second.der);
  this->put_pem("leaf.pem", leaf.der);
  const auto judged =
      this->shop.run("openssl verify" + this->at_time() +
                     "-CAfile root.pem -untrusted first.pem -untrusted second.pem leaf.pem");
  EXPECT_EQ(judged.status, 0) << judged.output;
}

TYPED_TEST(AuthoritiesTest, StandBelowOneThatIssues) {
  const auto root = this->make_root();
  this->node.authorities.update(test_act, root.id, {.is_active = false});
  EXPECT_EQ(code_of([&] { this->make_below(root); }), base::ErrorCode::conflict);
  auto absent = root;
  absent.id = core::AuthorityId::from_number(99'999).value();
  EXPECT_EQ(code_of([&] { this->make_below(absent); }), base::ErrorCode::not_found);
  EXPECT_EQ(code_of([&] {
              this->node.authorities.create(test_act, {.subject = x509::Name::parse("CN=a").value(),
                                                       .type = core::AuthorityType::intermediate});
            }),
            base::ErrorCode::invalid_request);
}

TYPED_TEST(AuthoritiesTest, ChangeAtOnce) {
  const auto root = this->make_root();
  EXPECT_TRUE(this->node.authorities.issuer(root.id)->authority.is_active);
  EXPECT_EQ(this->traced([&] {
    this->node.authorities.update(test_act, root.id,
                                  {.name = "New", .is_active = false, .ocsp_enabled = false});
  }),
            Trace{"alice test.act"});
  const auto issuer = this->node.authorities.issuer(root.id);
  EXPECT_EQ(issuer->authority.name, "New");
  EXPECT_FALSE(issuer->authority.is_active);
  EXPECT_FALSE(issuer->facts.ocsp_enabled);
  EXPECT_TRUE(issuer->facts.cdp_enabled);
  EXPECT_EQ(code_of([&] {
              this->node.authorities.update(
                  test_act, core::AuthorityId::from_number(99'999).value(), {.name = "x"});
            }),
            base::ErrorCode::not_found);
}

// What was read before a change must not be kept after it.
TYPED_TEST(AuthoritiesTest, NeverKeepWhatIsOutOfDate) {
  const auto root = this->make_root();
  auto& authorities = this->node.authorities;
  std::atomic<bool> stop = false;
  std::jthread reader{[&] {
    while (!stop) {
      authorities.forget();
      authorities.issuer(root.id);
    }
  }};
  std::jthread other_reader{[&] {
    while (!stop) {
      authorities.issuer(root.id);
    }
  }};
  int stale = 0;
  for (int i = 0; i < 60; ++i) {
    const bool active = i % 2 == 1;
    authorities.update(test_act, root.id, {.is_active = active});
    stale += authorities.issuer(root.id)->authority.is_active == active ? 0 : 1;
  }
  stop = true;
  EXPECT_EQ(stale, 0);
}

TYPED_TEST(AuthoritiesTest, AreDeletedWhenNothingHangsOnThem) {
  const auto root = this->make_root();
  const auto below = this->make_below(root);
  const auto leaf = this->issue(below.id);
  auto& authorities = this->node.authorities;
  EXPECT_EQ(code_of([&] { authorities.remove(test_act, root.id); }), base::ErrorCode::conflict);
  EXPECT_EQ(code_of([&] { authorities.remove(test_act, below.id); }), base::ErrorCode::conflict);

  this->clock.advance(std::chrono::days{91});
  this->node.inventory.remove(test_act, leaf.id);
  this->node.crls.current(below.id);
  EXPECT_EQ(this->traced([&] { authorities.remove(test_act, below.id); }), Trace{"alice test.act"});
  EXPECT_EQ(code_of([&] { authorities.issuer(below.id); }), base::ErrorCode::not_found);
  authorities.remove(test_act, root.id);
  EXPECT_EQ(this->count("keys"), 0);
  EXPECT_EQ(this->count("authorities"), 0);
  EXPECT_EQ(this->count("crls"), 0);
  EXPECT_EQ(code_of([&] { authorities.remove(test_act, root.id); }), base::ErrorCode::not_found);
}

TYPED_TEST(AuthoritiesTest, ChooseTheOneThatIssuesWhenNobodySays) {
  auto& authorities = this->node.authorities;
  EXPECT_EQ(code_of([&] { authorities.default_authority(); }), base::ErrorCode::conflict);
  const auto root = this->make_root();
  EXPECT_EQ(authorities.default_authority(), root.id);
  const auto first = this->make_below(root, "First");
  EXPECT_EQ(authorities.default_authority(), first.id);
  const auto second = this->make_below(root, "Second");
  EXPECT_EQ(authorities.default_authority(), first.id) << "a new authority takes nothing over";
  authorities.update(test_act, first.id, {.is_active = false});
  EXPECT_EQ(authorities.default_authority(), second.id);
  EXPECT_EQ(this->traced([&] { authorities.set_default_authority(test_act, root.id); }),
            Trace{"alice test.act"});
  EXPECT_EQ(authorities.default_authority(), root.id);
  authorities.update(test_act, root.id, {.is_active = false});
  EXPECT_EQ(authorities.default_authority(), second.id) << "the chosen one does not issue";
  EXPECT_EQ(code_of([&] {
              authorities.set_default_authority(test_act,
                                                core::AuthorityId::from_number(99'999).value());
            }),
            base::ErrorCode::not_found);
}

}  // namespace
}  // namespace service
