#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "storage/certificate_store.h"
#include "storage/databases_for_test.h"
#include "storage/records_for_test.h"

namespace storage {
namespace {

using core::CertificateStatus;
using std::chrono::days;
using Terms = std::vector<std::string>;

core::Certificate named(const std::string& common_name, const std::string& names) {
  auto record = certificate_record(core::CertificateId::from_number(1).value(),
                                   core::AuthorityId::from_number(1).value(), {}, common_name);
  record.names = names;
  return record;
}

TEST(CertificateTerms, AreTheNamesFromEachOfTheirLabelsOn) {
  EXPECT_EQ(search_terms(named("www.shop.example.com", "DNS:www.shop.example.com")),
            (Terms{"example.com", "shop.example.com", "www.shop.example.com"}));
  EXPECT_EQ(search_terms(named("*.Example.COM", "DNS:*.example.com")), Terms{"example.com"});
  EXPECT_EQ(search_terms(named("web-01.example", "")), (Terms{"01.example", "web-01.example"}));
}

TEST(CertificateTerms, FollowFromEachKindOfName) {
  EXPECT_EQ(search_terms(named("a", "DNS:a, IP:2001:db8::1, email:joe@example.com")),
            (Terms{"2001:db8::1", "a", "example.com", "joe@example.com"}));
}

TEST(CertificateTerms, FindPeopleByEachOfTheirNames) {
  EXPECT_EQ(search_terms(named("Dr. Ada Lovelace", "")),
            (Terms{"ada lovelace", "dr. ada lovelace", "lovelace"}));
}

TEST(CertificateTerms, AreBoundedWhateverTheNamesAre) {
  std::string names;
  for (int i = 0; i < 250; ++i) {
    names += (i == 0 ? "DNS:" : ", DNS:") + std::to_string(i) + ".a.b.c.d.e.f.example.com";
  }
  const auto terms = search_terms(named("a", names));
  EXPECT_LE(terms.size(), 251u + 128u);
  EXPECT_NE(std::ranges::find(terms, "249.a.b.c.d.e.f.example.com"), terms.end());
  const auto dots = search_terms(named(std::string(300, '.'), ""));
  EXPECT_LE(dots.size(), 130u);
}

template <class Server>
class CertificateStoreTest : public DatabaseTest<Server> {
 protected:
  void SetUp() override {
    now = this->clock.now();
    authority = add_authority();
  }

  core::AuthorityId add_authority() {
    return this->write([&](db::Session& session) {
      AuthorityStore authorities{session};
      const auto id = authorities.new_id();
      authorities.insert(authority_record(id, now));
      return id;
    });
  }

  template <class Change>
  core::Certificate add(const std::string& name, Change change) {
    return this->write([&](db::Session& session) {
      CertificateStore certificates{session};
      auto record = certificate_record(certificates.new_id(), *authority, now, name);
      change(record);
      certificates.insert(record);
      return record;
    });
  }
  core::Certificate add(const std::string& name) {
    return add(name, [](core::Certificate&) {});
  }
  core::Certificate add_until(const std::string& name, base::Time not_after) {
    return add(name, [&](core::Certificate& record) { record.not_after = not_after; });
  }

  bool revoke(const core::Certificate& certificate, base::Time at,
              x509::RevocationReason reason = x509::RevocationReason::superseded) {
    return this->write([&](db::Session& session) {
      return CertificateStore{session}.revoke(certificate.id, reason, at);
    });
  }

  // The names that a filter finds, in the order of the list.
  Terms found(const CertificateFilter& filter, const CertificateListing& listing = {}) {
    return this->read([&](db::Session& session) {
      Terms names;
      for (const auto& each : CertificateStore{session}.list(filter, listing, now)) {
        names.push_back(each.common_name);
      }
      return names;
    });
  }
  Terms searched(const std::string& search) {
    CertificateFilter filter;
    filter.search = search;
    auto names = found(filter);
    std::ranges::sort(names);
    return names;
  }
  Terms with_status(std::vector<CertificateStatus> status) {
    CertificateFilter filter;
    filter.any_status = std::move(status);
    auto names = found(filter);
    EXPECT_EQ(count(filter).number, static_cast<std::int64_t>(names.size()));
    std::ranges::sort(names);
    return names;
  }
  CertificateCount count(const CertificateFilter& filter) {
    return this->read(
        [&](db::Session& session) { return CertificateStore{session}.count(filter, now); });
  }

  base::Time now;
  std::optional<core::AuthorityId> authority;
};

TYPED_TEST_SUITE(CertificateStoreTest, Databases, DatabaseName);

TYPED_TEST(CertificateStoreTest, KeepsEveryMember) {
  const auto kept = this->add("a.example", [&](core::Certificate& record) {
    record.names = "DNS:a.example, IP:192.0.2.1";
    record.description = "M\xc3\xbcll";
    record.source = core::Source::acme;
  });
  this->read([&](db::Session& session) {
    const CertificateStore certificates{session};
    const auto found = certificates.find(kept.id).value();
    EXPECT_EQ(found.refid, kept.refid);
    EXPECT_EQ(found.names, kept.names);
    EXPECT_EQ(found.description, kept.description);
    EXPECT_EQ(found.source, core::Source::acme);
    EXPECT_EQ(found.der, kept.der);
    EXPECT_EQ(found.not_after, kept.not_after);
    EXPECT_FALSE(found.revoked_at);
    EXPECT_EQ(certificates.find_by_serial(*this->authority, kept.serial_number)->id, kept.id);
    EXPECT_EQ(certificates.find_by_fingerprint(kept.fingerprint)->id, kept.id);
    EXPECT_FALSE(certificates.find_by_serial(core::AuthorityId::from_number(99).value(),
                                             kept.serial_number));
  });
}

TYPED_TEST(CertificateStoreTest, RefusesASerialTwiceUnderOneAuthority) {
  const auto first = this->add("a.example");
  const auto same_serial = [&](core::Certificate& record) {
    record.serial_number = first.serial_number;
  };
  try {
    this->add("b.example", same_serial);
    ADD_FAILURE() << "took it";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.code(), base::ErrorCode::conflict);
  }
  this->authority = this->add_authority();
  EXPECT_NO_THROW(this->add("b.example", same_serial));
}

TYPED_TEST(CertificateStoreTest, FindsByTheStartOfALabel) {
  this->add("www.shop.example.com");
  this->add("*.example.com");
  this->add("shop.example.org");
  this->add("workshop.example.net");
  EXPECT_EQ(this->searched("shop"), (Terms{"shop.example.org", "www.shop.example.com"}));
  EXPECT_EQ(this->searched("SHOP.Example.c"), Terms{"www.shop.example.com"});
  EXPECT_EQ(this->searched("*.example.com"), (Terms{"*.example.com", "www.shop.example.com"}));
  EXPECT_EQ(this->searched("hop"), Terms{});
  EXPECT_EQ(this->searched("com"), Terms{});
  EXPECT_EQ(this->searched("%"), Terms{});
}

TYPED_TEST(CertificateStoreTest, FindsSerialsAndFingerprintsAsPeopleCopyThem) {
  const auto wanted = this->add("a.example", [](core::Certificate& record) {
    record.serial_number = x509::SerialNumber::parse("4f1a2b3c4d5e6f70").value();
    record.fingerprint = "ab" + std::string(62, '1');
  });
  this->add("b.example");
  for (const std::string text :
       {"4f1a2b3c4d5e6f70", "4F:1A:2B:3C:4D:5E:6F:70", "0x4f1a2b3c4d5e6f70",
        "4F 1A 2B 3C 4D 5E 6F 70", "00:4f:1a:2b:3c:4d:5e:6f:70"}) {
    EXPECT_EQ(this->searched(text), Terms{"a.example"}) << text;
  }
  EXPECT_EQ(this->searched(wanted.fingerprint), Terms{"a.example"});
  std::string with_colons;
  for (std::size_t i = 0; i < wanted.fingerprint.size(); i += 2) {
    with_colons += (i == 0 ? "" : ":") + wanted.fingerprint.substr(i, 2);
  }
  std::ranges::transform(with_colons, with_colons.begin(), ::toupper);
  EXPECT_EQ(this->searched(with_colons), Terms{"a.example"});
}

TYPED_TEST(CertificateStoreTest, SearchesForWhatManyHaveAsForWhatIsRare) {
  this->write([&](db::Session& session) {
    CertificateStore certificates{session};
    for (int i = 0; i < 1100; ++i) {
      certificates.insert(certificate_record(certificates.new_id(), *this->authority, this->now,
                                             "host" + std::to_string(i) + ".example.com"));
    }
  });
  CertificateFilter filter;
  filter.search = "example.com";
  EXPECT_EQ(this->found(filter, {.limit = 3}),
            (Terms{"host1099.example.com", "host1098.example.com", "host1097.example.com"}));
  EXPECT_EQ(this->count(filter).number, 1100);
  filter.search = "host77.";
  EXPECT_EQ(this->found(filter), Terms{"host77.example.com"});
  EXPECT_EQ(this->count(filter).number, 1);
}

TYPED_TEST(CertificateStoreTest, KeepsNamesThatEndInTheMiddleOfACharacter) {
  std::string name;
  for (int i = 0; i < 64; ++i) {
    name += "\xf0\x9f\x94\x91";  // 256 octets in 64 characters: as long as a CN may be
  }
  EXPECT_NO_THROW(this->add(name, [](core::Certificate& record) { record.names = ""; }));
  EXPECT_EQ(this->searched(name.substr(0, 8)), Terms{name});
}

TYPED_TEST(CertificateStoreTest, TellsTheFourStatusesApart) {
  const auto now = this->now;
  this->add_until("valid", now + days{31});
  this->add_until("valid at the border", now + days{30});
  this->add_until("expiring", now + days{30} - base::Seconds{1});
  this->add_until("expiring now", now);
  this->add_until("expired", now - base::Seconds{1});
  this->revoke(this->add_until("revoked", now + days{31}), now);
  this->revoke(this->add_until("revoked and expired", now - days{1}), now);

  EXPECT_EQ(this->with_status({CertificateStatus::valid}), (Terms{"valid", "valid at the border"}));
  EXPECT_EQ(this->with_status({CertificateStatus::expiring}), (Terms{"expiring", "expiring now"}));
  EXPECT_EQ(this->with_status({CertificateStatus::expired}), Terms{"expired"});
  EXPECT_EQ(this->with_status({CertificateStatus::revoked}),
            (Terms{"revoked", "revoked and expired"}));
  EXPECT_EQ(this->with_status({CertificateStatus::valid, CertificateStatus::expiring}).size(), 4u);
  EXPECT_EQ(this->with_status({}).size(), 7u);
  this->read([&](db::Session& session) {
    const CertificateStore certificates{session};
    const auto totals = certificates.totals(now);
    EXPECT_EQ(totals.total, 7);
    EXPECT_EQ(totals.valid, 2);
    EXPECT_EQ(totals.expiring, 2);
    EXPECT_EQ(totals.expired, 1);
    EXPECT_EQ(totals.revoked, 2);
    // The rule and the filter are two texts of one definition.
    for (const auto& each : certificates.list({}, {.limit = 100}, now)) {
      const auto status = core::status_of(each, now);
      const auto names = this->with_status({status});
      EXPECT_TRUE(std::ranges::find(names, each.common_name) != names.end()) << each.common_name;
    }
  });
}

TYPED_TEST(CertificateStoreTest, NarrowsByAuthoritySourceAndExpiry) {
  this->add_until("a", this->now + days{5});
  this->add("b", [](core::Certificate& record) { record.source = core::Source::acme; });
  this->authority = this->add_authority();
  this->add_until("c", this->now + days{6});
  CertificateFilter filter;
  filter.authority_id = this->authority;
  EXPECT_EQ(this->found(filter), Terms{"c"});
  EXPECT_EQ(this->count(filter).number, 1);
  filter = {};
  filter.any_source = {core::Source::acme, core::Source::csr};
  EXPECT_EQ(this->found(filter), Terms{"b"});
  EXPECT_EQ(this->count(filter).number, 1);
  filter = {};
  filter.expires_from = this->now + days{5};
  filter.expires_before = this->now + days{6};
  EXPECT_EQ(this->found(filter), Terms{"a"});
  filter.search = "c";
  EXPECT_EQ(this->found(filter), Terms{});
}

TYPED_TEST(CertificateStoreTest, OrdersAndPagesWithoutLossOrRepetition) {
  for (const int day : {3, 1, 2, 1, 3}) {
    this->add_until(std::string(1, static_cast<char>('a' + day)), this->now + days{day});
  }
  const auto list = [&](CertificateOrderBy by, bool descending) {
    return this->found({}, {.order_by = by, .descending = descending});
  };
  EXPECT_EQ(list(CertificateOrderBy::created_at, true), (Terms{"d", "b", "c", "b", "d"}));
  EXPECT_EQ(list(CertificateOrderBy::valid_to, false), (Terms{"b", "b", "c", "d", "d"}));
  EXPECT_EQ(list(CertificateOrderBy::common_name, true), (Terms{"d", "d", "c", "b", "b"}));

  for (const auto by : {CertificateOrderBy::created_at, CertificateOrderBy::valid_to,
                        CertificateOrderBy::common_name}) {
    std::set<std::int64_t> seen;
    for (int offset = 0; offset < 5; offset += 2) {
      this->read([&](db::Session& session) {
        for (const auto& each : CertificateStore{session}.list(
                 {}, {.order_by = by, .offset = offset, .limit = 2}, this->now)) {
          EXPECT_TRUE(seen.insert(each.id.to_number()).second);
        }
      });
    }
    EXPECT_EQ(seen.size(), 5u);
  }
}

TYPED_TEST(CertificateStoreTest, GoesOnBehindTheLastOfAPage) {
  for (const auto* name : {"b", "a", "c", "a", "b"}) {
    this->add_until(name, this->now + days{name[0]});
  }
  for (const auto by : {CertificateOrderBy::created_at, CertificateOrderBy::valid_to,
                        CertificateOrderBy::common_name}) {
    for (const bool descending : {false, true}) {
      const auto page = [&](std::optional<core::CertificateId> after, int limit) {
        return this->read([&](db::Session& session) {
          return CertificateStore{session}.list(
              {}, {.order_by = by, .descending = descending, .limit = limit, .after = after},
              this->now);
        });
      };
      std::vector<core::CertificateId> paged;
      for (auto part = page(std::nullopt, 2); !part.empty() && paged.size() < 10;
           part = page(paged.back(), 2)) {
        std::ranges::transform(part, std::back_inserter(paged), &core::Certificate::id);
      }
      std::vector<core::CertificateId> whole;
      std::ranges::transform(page(std::nullopt, 10), std::back_inserter(whole),
                             &core::Certificate::id);
      EXPECT_EQ(paged, whole) << static_cast<int>(by) << descending;
    }
  }
}

TYPED_TEST(CertificateStoreTest, CountsWhatAnAuthorityIssuedAlsoAfterDeletion) {
  const auto first = this->add("a");
  this->add("b");
  const auto issued = [&] {
    return this->read([&](db::Session& session) {
      return CertificateStore{session}.issued_by(*this->authority);
    });
  };
  EXPECT_EQ(issued(), 2);
  EXPECT_EQ(this->count({}).number, 2);
  EXPECT_TRUE(this->count({}).is_exact);
  this->write([&](db::Session& session) { CertificateStore{session}.remove(first); });
  EXPECT_EQ(issued(), 1);
  EXPECT_EQ(this->searched("a"), Terms{});
  EXPECT_EQ(this->read([](db::Session& session) {
    return session.number("SELECT COUNT(*) FROM certificate_terms");
  }),
            1);
}

TYPED_TEST(CertificateStoreTest, LetsTheFirstRevocationStand) {
  const auto certificate = this->add("a");
  EXPECT_TRUE(this->revoke(certificate, this->now, x509::RevocationReason::keyCompromise));
  EXPECT_FALSE(this->revoke(certificate, this->now + days{1}));
  const auto found = this->read(
      [&](db::Session& session) { return CertificateStore{session}.find(certificate.id).value(); });
  EXPECT_EQ(found.revoked_at, this->now);
  EXPECT_EQ(found.revocation_reason, x509::RevocationReason::keyCompromise);
}

TYPED_TEST(CertificateStoreTest, TakesOffHoldWhatIsOnHold) {
  using enum x509::RevocationReason;
  const auto certificate = this->add("a");
  const auto release = [&] {
    return this->write(
        [&](db::Session& session) { return CertificateStore{session}.release(certificate.id); });
  };
  const auto stored = [&] {
    return this->read([&](db::Session& session) {
      return CertificateStore{session}.find(certificate.id).value();
    });
  };
  EXPECT_FALSE(release());
  EXPECT_TRUE(this->revoke(certificate, this->now, certificateHold));
  EXPECT_FALSE(this->revoke(certificate, this->now, certificateHold));
  EXPECT_TRUE(release());
  EXPECT_FALSE(stored().revoked_at);
  EXPECT_FALSE(stored().revocation_reason);
  EXPECT_TRUE(this->revoke(certificate, this->now, certificateHold));
  EXPECT_TRUE(this->revoke(certificate, this->now + days{1}, keyCompromise));
  EXPECT_EQ(stored().revoked_at, this->now);
  EXPECT_EQ(stored().revocation_reason, keyCompromise);
  EXPECT_FALSE(release());
}

TYPED_TEST(CertificateStoreTest, PutsWhatExpiresIntoWeeks) {
  const auto from = this->now;
  this->add_until("first", from);
  const base::Time second = std::chrono::floor<days>(from) + days{7};  // weeks begin with a day
  this->add_until("end of first", second - base::Seconds{1});
  this->add("second", [&](core::Certificate& record) {
    record.not_after = second;
    record.source = core::Source::acme;
  });
  this->add_until("too late", from + days{14});
  this->add_until("too early", from - base::Seconds{1});
  this->revoke(this->add_until("revoked", from), from);
  const auto replaced = this->add_until("replaced", from);
  this->write([&](db::Session& session) {
    CertificateStore{session}.set_renewed_by(replaced.id, replaced.id);
  });
  const auto weeks = this->read(
      [&](db::Session& session) { return CertificateStore{session}.expiry_by_week(from, 2); });
  ASSERT_EQ(weeks.size(), 2u);
  EXPECT_EQ(weeks[0].manual, 2);
  EXPECT_EQ(weeks[0].automated, 0);
  EXPECT_EQ(weeks[1].manual, 0);
  EXPECT_EQ(weeks[1].automated, 1);
  EXPECT_EQ(weeks[0].from, from);
  EXPECT_EQ(weeks[1].from, second);
}

TYPED_TEST(CertificateStoreTest, KeepsItsCountsThroughEveryChange) {
  using enum x509::RevocationReason;
  const auto totals = [&] {
    return this->read(
        [&](db::Session& session) { return CertificateStore{session}.totals(this->now); });
  };
  const auto held = this->add_until("held", this->now + days{40});
  const auto old = this->add_until("old", this->now - days{1});
  EXPECT_EQ(totals().valid, 1);
  EXPECT_EQ(totals().expired, 1);
  EXPECT_TRUE(this->revoke(held, this->now, certificateHold));
  EXPECT_EQ(totals().revoked, 1);
  EXPECT_EQ(totals().valid, 0);
  this->write([&](db::Session& session) {
    CertificateStore store{session};
    store.set_renewed_by(held.id, old.id);
    EXPECT_TRUE(store.release(held.id));
  });
  EXPECT_EQ(totals().valid, 1);
  EXPECT_TRUE(this->revoke(held, this->now, certificateHold));
  EXPECT_TRUE(this->revoke(held, this->now, keyCompromise));
  EXPECT_FALSE(this->revoke(held, this->now, superseded));
  EXPECT_EQ(totals().revoked, 1);
  this->write([&](db::Session& session) {
    CertificateStore store{session};
    store.remove(held);
    store.remove(old);
  });
  EXPECT_EQ(totals().total, 0);
  EXPECT_EQ(this->read([](db::Session& session) {
    return session.number("SELECT COUNT(*) FROM certificate_days WHERE number <> 0");
  }),
            0);
}

}  // namespace
}  // namespace storage
