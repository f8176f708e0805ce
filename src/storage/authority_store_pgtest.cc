#include <gtest/gtest.h>

#include "storage/authority_store.h"
#include "storage/databases_for_test.h"
#include "storage/key_store.h"
#include "storage/records_for_test.h"

namespace storage {
namespace {

template <class Server>
class AuthorityStoreTest : public DatabaseTest<Server> {
 protected:
  core::Authority add(std::optional<core::AuthorityId> parent = std::nullopt) {
    return this->write([&](db::Session& session) {
      AuthorityStore authorities{session};
      auto record = authority_record(authorities.new_id(), this->clock.now());
      record.parent_id = parent;
      authorities.insert(record);
      return record;
    });
  }
};

TYPED_TEST_SUITE(AuthorityStoreTest, Databases, DatabaseName);

TYPED_TEST(AuthorityStoreTest, ListsInTheOrderOfTheirMaking) {
  const auto root = this->add();
  const auto child = this->add(root.id);
  this->read([&](db::Session& session) {
    const AuthorityStore authorities{session};
    const auto all = authorities.list();
    ASSERT_EQ(all.size(), 2u);
    EXPECT_EQ(all[0].id, root.id);
    EXPECT_EQ(all[1].parent_id, root.id);
    EXPECT_EQ(all[1].refid, child.refid);
    EXPECT_EQ(all[1].der, child.der);
    EXPECT_TRUE(authorities.has_children(root.id));
    EXPECT_FALSE(authorities.has_children(child.id));
    EXPECT_FALSE(authorities.find(core::AuthorityId::from_number(99'999).value()));
  });
}

TYPED_TEST(AuthorityStoreTest, ChangesNamesAndSwitchesAndNothingElse) {
  auto changed = this->add();
  changed.name = "New";
  changed.is_active = changed.cdp_enabled = changed.ocsp_enabled = changed.aia_enabled = false;
  changed.subject = "CN=Other";
  this->write([&](db::Session& session) { AuthorityStore{session}.update(changed); });
  const auto found = this->read(
      [&](db::Session& session) { return AuthorityStore{session}.find(changed.id).value(); });
  EXPECT_EQ(found.name, "New");
  EXPECT_FALSE(found.is_active || found.cdp_enabled || found.ocsp_enabled || found.aia_enabled);
  EXPECT_EQ(found.subject, "CN=Example CA");
}

TYPED_TEST(AuthorityStoreTest, GoesNotBeforeItsChildren) {
  const auto root = this->add();
  const auto child = this->add(root.id);
  EXPECT_THROW(this->write([&](db::Session& session) { AuthorityStore{session}.remove(root.id); }),
               base::Error);
  this->write([&](db::Session& session) {
    AuthorityStore{session}.remove(child.id);
    AuthorityStore{session}.remove(root.id);
  });
  this->read([&](db::Session& session) { EXPECT_TRUE(AuthorityStore{session}.list().empty()); });
}

TYPED_TEST(AuthorityStoreTest, DoesNotLoseTheKeyThatItUses) {
  const auto key = this->write([&](db::Session& session) {
    KeyStore keys{session};
    const auto id = keys.new_id();
    keys.insert({.id = id,
                 .purpose = "authority",
                 .algorithm = "EC P-256",
                 .spki = {1},
                 .wrapped = {2, 0, 255},
                 .created_at = this->clock.now()});
    AuthorityStore authorities{session};
    auto record = authority_record(authorities.new_id(), this->clock.now());
    record.key_id = id;
    authorities.insert(record);
    return id;
  });
  EXPECT_THROW(this->write([&](db::Session& session) { KeyStore{session}.remove(key); }),
               base::Error);
  this->read([&](db::Session& session) {
    EXPECT_EQ(KeyStore{session}.find(key)->wrapped, (base::Bytes{2, 0, 255}));
  });
}

}  // namespace
}  // namespace storage
