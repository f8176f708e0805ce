#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <optional>

#include "db/database.h"
#include "storage/acme_store.h"
#include "storage/migrations.h"

namespace storage {
namespace {

using namespace core::acme;

class FixedClock final : public base::Clock {
 public:
  base::Time now() const override { return base::Time{std::chrono::seconds{1'800'000'000}}; }
};

const FixedClock fixed_clock;
const auto now = fixed_clock.now();
const auto week = std::chrono::days{7};
const auth::Act act{.by = "test", .action = "test"};

class Sqlite {
 public:
  std::unique_ptr<db::Database> open() {
    return db::open_sqlite({.path = ":memory:"}, fixed_clock);
  }
};

// A schema of its own on the server that tools/with_postgres.sh started.
class Postgres {
 public:
  std::unique_ptr<db::Database> open() {
    static int made = 0;
    schema_ = "acme_store_" + std::to_string(::getpid()) + "_" + std::to_string(++made);
    run("CREATE SCHEMA " + schema_);
    return db::open_postgres({.url = url() + "?options=-csearch_path%3D" + schema_}, fixed_clock);
  }
  ~Postgres() { run("DROP SCHEMA " + schema_ + " CASCADE"); }

 private:
  static std::string url() {
    const char* url = std::getenv("CERTWRIGHT_TEST_POSTGRES");
    if (url == nullptr) {
      throw std::runtime_error{
          "CERTWRIGHT_TEST_POSTGRES is not set: run the tests as "
          "tools/with_postgres.sh storage_test"};
    }
    return url;
  }
  static void run(const std::string& sql) {
    const auto database = db::open_postgres({.url = url(), .connections = 1}, fixed_clock);
    database->write(act, [&](db::Session& session) {
      session.bookkeeping("the schema of a test");
      session.execute(sql);
    });
  }
  std::string schema_;
};

template <class Server>
class AcmeStoreTest : public testing::Test {
 protected:
  void SetUp() override {
    database_ = server_.open();
    db::migrate(*database_, migrations());
  }
  void TearDown() override { database_.reset(); }

  template <class Work>
  auto write(Work work) {
    return database_->write(act, [&](db::Session& session) {
      session.bookkeeping("a test");
      AcmeStore store{session};
      return work(store);
    });
  }

  Account account(const std::string& thumbprint) {
    return write([&](AcmeStore& store) {
      const Account made{.id = store.new_account_id(),
                         .secret = "abcdefghijklmnop",
                         .status = AccountStatus::valid,
                         .contacts = R"(["mailto:a@example.com"])",
                         .terms_agreed = false,
                         .key_thumbprint = thumbprint,
                         .key_type = "EC P-256",
                         .key_spki = {1, 0, 255},
                         .created_at = now,
                         .created_from = "192.0.2.1"};
      store.insert(made);
      return made;
    });
  }

  Order order(const Account& owner, OrderStatus status = OrderStatus::pending,
              base::Time created = now) {
    return write([&](AcmeStore& store) {
      const Order made{.id = store.new_order_id(),
                       .secret = "abcdefghijklmnop",
                       .account_id = owner.id,
                       .status = status,
                       .identifiers = R"([{"type":"dns","value":"a.example.com"}])",
                       .authorizations = "",
                       .not_before = std::nullopt,
                       .not_after = std::nullopt,
                       .error = std::nullopt,
                       .certificate_id = std::nullopt,
                       .expires_at = created + week,
                       .created_at = created};
      store.insert(made);
      return made;
    });
  }

  Authorization authorization(const Order& owner, bool wildcard = false) {
    return write([&](AcmeStore& store) {
      const Authorization made{.id = store.new_authorization_id(),
                               .secret = "abcdefghijklmnop",
                               .account_id = owner.account_id,
                               .order_id = owner.id,
                               .identifier_type = IdentifierType::dns,
                               .identifier = "a.example.com",
                               .wildcard = wildcard,
                               .status = AuthorizationStatus::pending,
                               .token = "token",
                               .challenges = "http-01 dns-01",
                               .attempted = std::nullopt,
                               .attempts = 0,
                               .attempted_at = std::nullopt,
                               .next_attempt_at = std::nullopt,
                               .validated_at = std::nullopt,
                               .error = std::nullopt,
                               .trace = "[]",
                               .expires_at = now + week,
                               .created_at = now};
      store.insert(made);
      return made;
    });
  }

  Server server_;
  std::unique_ptr<db::Database> database_;
};

using Servers = testing::Types<Sqlite, Postgres>;
TYPED_TEST_SUITE(AcmeStoreTest, Servers);

TYPED_TEST(AcmeStoreTest, FindsAccountsByIdAndKey) {
  const auto one = this->account("thumb-1");
  const auto found = this->write([&](AcmeStore& store) { return store.find(one.id); });
  ASSERT_TRUE(found);
  EXPECT_EQ(found->key_spki, one.key_spki);
  EXPECT_EQ(found->contacts, one.contacts);
  EXPECT_EQ(found->reference(), one.reference());
  EXPECT_TRUE(this->write([&](AcmeStore& store) { return store.find_account_by_key("thumb-1"); }));
  EXPECT_FALSE(this->write([&](AcmeStore& store) { return store.find_account_by_key("thumb-2"); }));
}

TYPED_TEST(AcmeStoreTest, KeepsOneAccountPerKey) {
  this->account("thumb");
  try {
    this->account("thumb");
    FAIL() << "a second account was made";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.code(), base::ErrorCode::conflict);
  }
}

TYPED_TEST(AcmeStoreTest, LetsAnAccountActWhileItIsValidAndKeepsItsKey) {
  const auto one = this->account("before");
  const auto may_act = [&](const char* thumbprint) {
    return this->write([&](AcmeStore& store) { return store.may_act(one.id, thumbprint); });
  };
  EXPECT_TRUE(may_act("before"));
  this->write([&](AcmeStore& store) {
    store.set_key(one.id, "after", "RSA 2048", {1, 2, 3});
    store.set_contacts(one.id, "[]");
    store.agree_to_terms(one.id);
  });
  EXPECT_FALSE(may_act("before"));
  EXPECT_TRUE(may_act("after"));
  EXPECT_TRUE(this->write([&](AcmeStore& store) { return store.deactivate(one.id); }));
  EXPECT_FALSE(this->write([&](AcmeStore& store) { return store.deactivate(one.id); }));
  EXPECT_FALSE(may_act("after"));
  const auto stored = this->write([&](AcmeStore& store) { return store.find(one.id).value(); });
  EXPECT_EQ(stored.status, AccountStatus::deactivated);
  EXPECT_TRUE(stored.terms_agreed);
  EXPECT_EQ(stored.contacts, "[]");
}

TYPED_TEST(AcmeStoreTest, GivesAnOrderOneCertificate) {
  const auto one = this->order(this->account("thumb"), OrderStatus::ready);
  const auto certificate = core::CertificateId::from_number(7).value();
  const auto set = [&] {
    return this->write(
        [&](AcmeStore& store) { return store.set_certificate(one.id, certificate); });
  };
  EXPECT_TRUE(set());
  EXPECT_FALSE(set());
  const auto found =
      this->write([&](AcmeStore& store) { return store.find_order_of(certificate); });
  ASSERT_TRUE(found);
  EXPECT_EQ(found->id, one.id);
  EXPECT_EQ(found->status, OrderStatus::valid);
  const auto pending = this->order(this->account("other"));
  EXPECT_FALSE(this->write(
      [&](AcmeStore& store) { return store.set_certificate(pending.id, certificate); }));
}

TYPED_TEST(AcmeStoreTest, ListsOrdersOfAnAccountInPages) {
  const auto mine = this->account("mine");
  const auto other = this->account("other");
  const auto first = this->order(mine);
  const auto second = this->order(mine, OrderStatus::valid);
  this->order(other);
  this->order(mine, OrderStatus::invalid);
  this->order(mine, OrderStatus::pending, now - week);  // past its time
  const auto page = [&](std::int64_t after, int limit) {
    return this->write(
        [&](AcmeStore& store) { return store.orders_of(mine.id, after, now, limit); });
  };
  ASSERT_EQ(page(0, 10).size(), 2u);
  EXPECT_EQ(page(0, 1).front().id, first.id);
  EXPECT_EQ(page(first.id.to_number(), 10).front().id, second.id);
  EXPECT_TRUE(page(second.id.to_number(), 10).empty());
}

TYPED_TEST(AcmeStoreTest, CountsAndListsByStatus) {
  const auto owner = this->account("thumb");
  this->order(owner);
  const auto ready = this->order(owner, OrderStatus::ready);
  this->order(owner, OrderStatus::invalid, now - std::chrono::days{1});
  this->write([&](AcmeStore& store) {
    static_cast<void>(store.set_certificate(ready.id, core::CertificateId::from_number(1).value()));
  });
  this->write([&](AcmeStore& store) {
    const auto counts = store.count_orders_by_status();
    EXPECT_EQ(counts.pending, 1);
    EXPECT_EQ(counts.ready, 0);
    EXPECT_EQ(counts.valid, 1);
    EXPECT_EQ(counts.invalid, 1);
    EXPECT_EQ(store.count_orders(std::nullopt), 3);
    EXPECT_EQ(store.count_orders_of(owner.id), 3);
    EXPECT_EQ(store.list_orders(std::nullopt, 0, 10).size(), 3u);
    EXPECT_EQ(store.list_orders(OrderStatus::valid, 0, 10).front().id, ready.id);
    EXPECT_EQ(store.list_orders(OrderStatus::invalid, 0, 10).size(), 1u);
    EXPECT_EQ(store.count_accounts(), 1);
    EXPECT_EQ(store.count_valid_accounts(), 1);
  });
}

TYPED_TEST(AcmeStoreTest, StartsAValidationOnceAndFindsItWhenItIsDue) {
  auto one = this->authorization(this->order(this->account("thumb")));
  one.attempted = ChallengeType::dns_01;
  one.attempted_at = now;
  one.next_attempt_at = now + std::chrono::seconds{30};
  const auto start = [&] {
    return this->write([&](AcmeStore& store) { return store.start(one); });
  };
  EXPECT_TRUE(start());
  EXPECT_FALSE(start());
  const auto due = [&](base::Time at) {
    return this->write([&](AcmeStore& store) { return store.due(at, 10); });
  };
  EXPECT_TRUE(due(now).empty());
  ASSERT_EQ(due(now + std::chrono::seconds{30}).size(), 1u);
  EXPECT_EQ(due(now + week).front().attempted, ChallengeType::dns_01);

  fulfil(one, now, now + week);
  this->write([&](AcmeStore& store) { store.update(one); });
  EXPECT_TRUE(due(now + week).empty());
  const auto stored = this->write([&](AcmeStore& store) { return store.find(one.id).value(); });
  EXPECT_EQ(stored.status, AuthorizationStatus::valid);
  EXPECT_EQ(stored.validated_at, now);
}

TYPED_TEST(AcmeStoreTest, TellsWhatAnAccountIsAuthorizedFor) {
  const auto mine = this->account("mine");
  const auto other = this->account("other");
  auto one = this->authorization(this->order(mine));
  const auto authorized = [&](const Account& who, const char* name, base::Time at) {
    return this->write(
        [&](AcmeStore& store) { return store.is_authorized(who.id, {.value = name}, at); });
  };
  EXPECT_FALSE(authorized(mine, "a.example.com", now));
  fulfil(one, now, now + week);
  this->write([&](AcmeStore& store) { store.update(one); });
  EXPECT_TRUE(authorized(mine, "a.example.com", now));
  EXPECT_FALSE(authorized(mine, "a.example.com", now + week));
  EXPECT_FALSE(authorized(mine, "*.a.example.com", now));
  EXPECT_FALSE(authorized(mine, "example.com", now));
  EXPECT_FALSE(authorized(other, "a.example.com", now));
}

TYPED_TEST(AcmeStoreTest, FindsTheProofOfADomainForTheNamesBelow) {
  const auto mine = this->account("mine");
  auto one = this->authorization(this->order(mine));  // of a.example.com
  one.attempted = ChallengeType::dns_01;
  fulfil(one, now, now + week);
  const auto proof_of = [&](const char* name) {
    return this->write([&](AcmeStore& store) {
      const auto found = store.find_reusable(mine.id, {.value = name}, now, {*one.attempted});
      EXPECT_EQ(found.has_value(), store.is_authorized(mine.id, {.value = name}, now)) << name;
      return found.has_value();
    });
  };
  this->write([&](AcmeStore& store) { store.update(one); });
  EXPECT_TRUE(proof_of("a.example.com"));
  EXPECT_FALSE(proof_of("b.a.example.com"));

  auto wide = one;
  wide.subdomains = true;
  wide.identifier = "wide.example.com";
  this->write([&](AcmeStore& store) {
    wide.id = store.new_authorization_id();
    store.insert(wide);
  });
  for (const auto* name : {"wide.example.com", "b.wide.example.com", "*.wide.example.com"}) {
    EXPECT_TRUE(proof_of(name)) << name;
  }
  EXPECT_FALSE(proof_of("example.com"));
  EXPECT_FALSE(proof_of("xwide.example.com"));
}

TYPED_TEST(AcmeStoreTest, FindsSeveralAuthorizationsAtOnce) {
  const auto owner = this->order(this->account("thumb"));
  const auto one = this->authorization(owner);
  const auto other = this->authorization(owner, true);
  this->write([&](AcmeStore& store) {
    EXPECT_EQ(store.find_all({one.reference(), other.reference()}).size(), 2u);
    EXPECT_EQ(store.find_all({other.reference()}).front().wildcard, true);
    EXPECT_TRUE(store.find_all({}).empty());
  });
}

TYPED_TEST(AcmeStoreTest, ClosesOrdersPastTheirTime) {
  const auto owner = this->account("thumb");
  const auto late = this->order(owner, OrderStatus::pending, now - week);
  const auto open = this->order(owner);
  const auto waiting = this->order(owner, OrderStatus::processing, now - week);
  this->write([&](AcmeStore& store) {
    EXPECT_EQ(store.expire_orders(now, 10), 2);
    EXPECT_EQ(store.expire_orders(now, 10), 0);
    EXPECT_EQ(store.find(waiting.id)->status, OrderStatus::invalid);
    EXPECT_EQ(store.find(late.id)->status, OrderStatus::invalid);
    EXPECT_NE(store.find(late.id)->error->find("expired"), std::string::npos);
    EXPECT_EQ(store.find(open.id)->status, OrderStatus::pending);
  });
}

}  // namespace
}  // namespace storage
