#include <gtest/gtest.h>

#include "storage/crl_store.h"
#include "storage/databases_for_test.h"
#include "storage/records_for_test.h"

namespace storage {
namespace {

using core::CrlScope;

template <class Server>
class CrlStoreTest : public DatabaseTest<Server> {
 protected:
  void SetUp() override {
    authority = this->write([&](db::Session& session) {
      AuthorityStore authorities{session};
      auto record = authority_record(authorities.new_id(), this->clock.now());
      authorities.insert(record);
      return record.id;
    });
  }

  bool put(std::int64_t number, std::int64_t changes, base::Bytes der, CrlScope scope = {}) {
    return this->write([&](db::Session& session) {
      return CrlStore{session}.put({.authority_id = *authority,
                                    .scope = scope,
                                    .number = number,
                                    .this_update = this->clock.now(),
                                    .next_update = this->clock.now(),
                                    .entries = 0,
                                    .covered_changes = changes,
                                    .der = std::move(der)});
    });
  }
  std::optional<StoredCrl> stored(CrlScope scope = {}) {
    return this->read(
        [&](db::Session& session) { return CrlStore{session}.find(*authority, scope); });
  }
  std::int64_t base_for(base::Time time) {
    return this->read([&](db::Session& session) {
      const auto base = CrlStore{session}.base_for(*authority, time);
      return base ? base->number : 0;
    });
  }

  std::optional<core::AuthorityId> authority;
};
TYPED_TEST_SUITE(CrlStoreTest, Databases, DatabaseName);

TYPED_TEST(CrlStoreTest, KeepsACrlOnlyWhenItIsNewerAndCoversNoLess) {
  EXPECT_TRUE(this->put(2, 7, {2}));
  EXPECT_FALSE(this->put(2, 7, {22}));
  EXPECT_FALSE(this->put(1, 9, {1}));
  EXPECT_FALSE(this->put(3, 6, {3}));
  EXPECT_EQ(this->stored()->der, base::Bytes{2});
  EXPECT_TRUE(this->put(4, 7, {4}));
  EXPECT_EQ(this->stored()->der, base::Bytes{4});
}

TYPED_TEST(CrlStoreTest, KeepsEachScopeForItself) {
  const auto shard = CrlScope::parse("3of16").value();
  EXPECT_TRUE(this->put(2, 1, {2}));
  EXPECT_TRUE(this->put(1, 1, {1}, CrlScope::delta()));
  EXPECT_TRUE(this->put(3, 1, {3}, shard));
  EXPECT_EQ(this->stored()->number, 2);
  EXPECT_EQ(this->stored(CrlScope::delta())->number, 1);
  EXPECT_EQ(this->stored(shard)->scope, shard);
  EXPECT_FALSE(this->stored(CrlScope::parse("3of8").value()));
}

TYPED_TEST(CrlStoreTest, KeepsOfALongOneWhatItIsAndNotItsContent) {
  EXPECT_TRUE(this->put(1, 1, base::Bytes(CrlStore::longest_kept, 1)));
  EXPECT_EQ(this->stored()->der.size(), CrlStore::longest_kept);
  EXPECT_TRUE(this->put(2, 1, base::Bytes(CrlStore::longest_kept + 1, 1)));
  EXPECT_EQ(this->stored()->number, 2);
  EXPECT_TRUE(this->stored()->der.empty());
}

TYPED_TEST(CrlStoreTest, DrawsEachNumberOnce) {
  const auto draw = [&] {
    return this->write(
        [&](db::Session& session) { return CrlStore{session}.next_number(*this->authority); });
  };
  EXPECT_EQ(draw(), 1);
  EXPECT_EQ(draw(), 2);
  this->put(40, 0, {1});
  EXPECT_EQ(draw(), 41);
  EXPECT_EQ(draw(), 42);
}

TYPED_TEST(CrlStoreTest, FindsTheBaseThatAllListsInForceCanBeCompletedFrom) {
  const auto now = this->clock.now();
  EXPECT_EQ(this->base_for(now), 0);
  for (int i = 1; i <= 3; ++i) {
    this->write([&](db::Session& session) {
      CrlStore{session}.add_base({.authority_id = *this->authority,
                                  .number = 10 * i,
                                  .this_update = now + std::chrono::days{i},
                                  .covered_changes = i});
    });
  }
  EXPECT_EQ(this->base_for(now), 10);
  EXPECT_EQ(this->base_for(now + std::chrono::days{2}), 20);
  EXPECT_EQ(this->base_for(now + std::chrono::days{9}), 30);
  this->write([&](db::Session& session) {
    CrlStore crls{session};
    crls.remove_bases_before(crls.newest_base(*this->authority).value());
  });
  EXPECT_EQ(this->base_for(now), 30);
}

TYPED_TEST(CrlStoreTest, HasSettingsAlsoWhereNobodyChoseAny) {
  const auto settings = [&] {
    return this->read(
        [&](db::Session& session) { return CrlStore{session}.settings(*this->authority); });
  };
  core::RevocationSettings expected{.authority_id = *this->authority};
  EXPECT_EQ(settings(), expected);
  expected.delta_crl_enabled = expected.ocsp_delegated = true;
  expected.crl_validity_days = 30;
  for (int i = 0; i < 2; ++i) {
    this->write([&](db::Session& session) { CrlStore{session}.put_settings(expected); });
    EXPECT_EQ(settings(), expected);
  }
}

TYPED_TEST(CrlStoreTest, ForgetsAllOfAnAuthorityThatGoes) {
  this->put(1, 1, {1});
  this->write([&](db::Session& session) {
    CrlStore crls{session};
    crls.next_number(*this->authority);
    crls.put_settings({.authority_id = *this->authority});
    AuthorityStore{session}.remove(*this->authority);
  });
  EXPECT_FALSE(this->stored());
  EXPECT_EQ(count_rows(*this->database, "crl_numbers"), 0);
  EXPECT_EQ(count_rows(*this->database, "revocation_settings"), 0);
}

}  // namespace
}  // namespace storage
