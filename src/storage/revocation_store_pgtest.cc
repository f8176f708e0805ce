#include <gtest/gtest.h>

#include "storage/databases_for_test.h"
#include "storage/records_for_test.h"
#include "storage/revocation_store.h"

namespace storage {
namespace {

using enum x509::RevocationReason;
using Serials = std::vector<std::string>;

template <class Server>
class RevocationStoreTest : public DatabaseTest<Server> {
 protected:
  void SetUp() override {
    authority = add_authority();
    other = add_authority();
  }
  core::AuthorityId add_authority() {
    return this->write([&](db::Session& session) {
      AuthorityStore authorities{session};
      auto record = authority_record(authorities.new_id(), now);
      authorities.insert(record);
      return record.id;
    });
  }

  core::Certificate certificate(const std::string& serial) {
    auto record =
        certificate_record(core::CertificateId::from_number(1).value(), *authority, now, "a");
    record.serial_number = x509::SerialNumber::parse(serial).value();
    return record;
  }
  void note(core::Certificate record, std::optional<x509::RevocationReason> reason) {
    if (reason) {
      record.revoked_at = now;
      record.revocation_reason = reason;
    }
    this->write([&](db::Session& session) { RevocationStore{session}.note(record, now); });
  }
  Serials listed(const std::string& from = "00", const std::string& to = "ff") {
    return this->read([&](db::Session& session) {
      Serials serials;
      const RevocationStore store{session};
      store.each_listed(*authority, {from, to}, now, [&](const auto& entry) {
        serials.push_back(entry.serial_number.to_string());
      });
      EXPECT_EQ(store.count_listed(*authority, {from, to}, now),
                static_cast<std::int64_t>(serials.size()));
      std::ranges::sort(serials);
      return serials;
    });
  }
  Serials changed(std::int64_t after) {
    return this->read([&](db::Session& session) {
      Serials serials;
      RevocationStore{session}.each_changed(*authority, after, [&](const auto& entry) {
        serials.push_back((entry.revoked_at ? "" : "-") + entry.serial_number.to_string());
      });
      return serials;
    });
  }

  base::Time now = this->clock.now();
  std::optional<core::AuthorityId> authority;
  std::optional<core::AuthorityId> other;
};
TYPED_TEST_SUITE(RevocationStoreTest, Databases, DatabaseName);

TYPED_TEST(RevocationStoreTest, ListsWhatIsRevokedAndHasNotEnded) {
  this->note(this->certificate("0a01"), keyCompromise);
  auto of_another = this->certificate("0a02");
  of_another.authority_id = *this->other;
  this->note(of_another, keyCompromise);
  auto ended = this->certificate("0a03");
  ended.not_after = this->now - base::Seconds{1};
  this->note(ended, keyCompromise);
  EXPECT_EQ(this->listed(), Serials{"0a01"});
  this->read([&](db::Session& session) {
    RevocationStore{session}.each_listed(*this->authority, {"00", "ff"}, this->now,
                                         [&](const auto& entry) {
                                           EXPECT_EQ(entry.revoked_at, this->now);
                                           EXPECT_EQ(entry.reason, keyCompromise);
                                           EXPECT_EQ(entry.invalidity_at, this->now);
                                         });
  });
}

TYPED_TEST(RevocationStoreTest, ListsTheBucketsThatAreAskedFor) {
  for (const auto* serial : {"0a00", "0a7f", "0a80", "0aff"}) {
    this->note(this->certificate(serial), superseded);
  }
  EXPECT_EQ(this->listed("00", "7f"), (Serials{"0a00", "0a7f"}));
  EXPECT_EQ(this->listed("80", "fe"), Serials{"0a80"});
  this->read([&](db::Session& session) {
    const RevocationStore store{session};
    EXPECT_TRUE(store.changed_in(*this->authority, {"ff", "ff"}, 3));
    EXPECT_FALSE(store.changed_in(*this->authority, {"ff", "ff"}, 4));
    EXPECT_FALSE(store.changed_in(*this->authority, {"00", "fe"}, 3));
  });
}

TYPED_TEST(RevocationStoreTest, NumbersTheChangesOfEachAuthority) {
  this->note(this->certificate("0a01"), certificateHold);
  this->note(this->certificate("0a02"), keyCompromise);
  EXPECT_EQ(this->changed(0), (Serials{"0a01", "0a02"}));
  EXPECT_EQ(this->changed(1), Serials{"0a02"});
  this->note(this->certificate("0a01"), std::nullopt);
  EXPECT_EQ(this->changed(2), Serials{"-0a01"});
  EXPECT_EQ(this->listed(), Serials{"0a02"});
  this->note(this->certificate("0a01"), keyCompromise);
  EXPECT_EQ(this->changed(2), Serials{"0a01"});
  this->read([&](db::Session& session) {
    EXPECT_EQ(RevocationStore{session}.changes(*this->authority), 4);
    EXPECT_EQ(RevocationStore{session}.changes(*this->other), 0);
  });
}

TYPED_TEST(RevocationStoreTest, ForgetsReleasesThatNoDeltaTellsAndWhatEnded) {
  this->note(this->certificate("0a01"), certificateHold);
  this->note(this->certificate("0a01"), std::nullopt);
  this->note(this->certificate("0a02"), keyCompromise);
  const auto rows = [&] { return count_rows(*this->database, "revoked_certificates"); };
  this->write(
      [&](db::Session& session) { RevocationStore{session}.remove_released(*this->authority, 1); });
  EXPECT_EQ(rows(), 2);
  this->write(
      [&](db::Session& session) { RevocationStore{session}.remove_released(*this->authority, 3); });
  EXPECT_EQ(rows(), 1);
  const auto end = this->certificate("0a02").not_after;
  const auto remove = [&](base::Time before) {
    return this->write(
        [&](db::Session& session) { return RevocationStore{session}.remove_ended(before, 10); });
  };
  EXPECT_EQ(remove(end), 0);
  EXPECT_EQ(remove(end + base::Seconds{1}), 1);
}

}  // namespace
}  // namespace storage
