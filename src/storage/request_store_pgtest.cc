#include <gtest/gtest.h>

#include "storage/databases_for_test.h"
#include "storage/request_store.h"

namespace storage {
namespace {

template <class Server>
class RequestStoreTest : public DatabaseTest<Server> {
 protected:
  StoredRequest record(const RequestId& id, const std::string& name) {
    std::array<std::uint8_t, 16> octets{};
    octets[0] = static_cast<std::uint8_t>(id.to_number());
    return {.id = id,
            .refid = base::Uuid::from_random(octets),
            .name = "for " + name,
            .common_name = name,
            .subject = "CN=" + name,
            .names = "DNS:" + name + ", IP:192.0.2.1",
            .key_type = "EC P-256",
            .fingerprint = std::string(60, 'a') + std::to_string(1000 + id.to_number()),
            .origin = RequestOrigin::uploaded,
            .department = "",
            .status = RequestStatus::pending,
            .key_id = std::nullopt,
            .certificate_id = std::nullopt,
            .created_at = this->clock.now(),
            .created_by = "test",
            .issued_at = std::nullopt,
            .issued_by = std::nullopt,
            .der = {0x30, 0x00, 0xff}};
  }
  StoredRequest add(const std::string& name) {
    return this->write([&](db::Session& session) {
      RequestStore store{session};
      auto made = record(store.new_id(), name);
      store.insert(made);
      return made;
    });
  }
  std::vector<std::string> found(const RequestFilter& filter, int offset = 0, int limit = 10) {
    return this->read([&](db::Session& session) {
      std::vector<std::string> names;
      for (const auto& request : RequestStore{session}.list(filter, offset, limit)) {
        names.push_back(request.common_name);
      }
      return names;
    });
  }
};
using Names = std::vector<std::string>;
TYPED_TEST_SUITE(RequestStoreTest, Databases, DatabaseName);

TYPED_TEST(RequestStoreTest, ListsTheNewestFirstInPages) {
  const auto a = this->add("a.example");
  const auto b = this->add("b.example");
  this->add("c.example");
  EXPECT_EQ(this->found({}), (Names{"c.example", "b.example", "a.example"}));
  EXPECT_EQ(this->found({}, 1, 1), Names{"b.example"});
  RequestFilter behind;
  behind.before = b.id;
  EXPECT_EQ(this->found(behind), Names{"a.example"});
  this->read([&](db::Session& session) {
    const RequestStore store{session};
    EXPECT_EQ(store.count(behind), 3);  // all pages
    EXPECT_EQ(store.find(a.id)->fingerprint, a.fingerprint);
    EXPECT_EQ(store.find(a.id)->der, a.der);
  });
}

TYPED_TEST(RequestStoreTest, SearchesFromTheStartOfEachLabel) {
  this->add("www.shop.example");
  this->add("mail.example");
  RequestFilter filter;
  for (const auto* search : {"www", "SHOP.ex", "*.shop", "for www", "for"}) {
    filter.search = search;
    const auto names = this->found(filter);
    ASSERT_FALSE(names.empty()) << search;
    EXPECT_EQ(names.back(), "www.shop.example") << search;
  }
  filter.search = "hop";
  EXPECT_EQ(this->found(filter), Names{});
  filter.search = "192.0.2.1";
  EXPECT_EQ(this->found(filter).size(), 2u);
}

TYPED_TEST(RequestStoreTest, SignsARequestOnce) {
  const auto request = this->add("a.example");
  const auto certificate = core::CertificateId::from_number(7).value();
  this->write([&](db::Session& session) {
    RequestStore store{session};
    EXPECT_EQ(store.find_waiting(request.fingerprint)->id, request.id);
    EXPECT_TRUE(store.mark_issued(request.id, certificate, this->clock.now(), "alice"));
    EXPECT_FALSE(store.mark_issued(request.id, certificate, this->clock.now(), "bob"));
    EXPECT_FALSE(store.find_waiting(request.fingerprint));
    const auto history = store.find(request.id);
    EXPECT_EQ(history->status, RequestStatus::issued);
    EXPECT_EQ(history->certificate_id, certificate);
    EXPECT_EQ(history->issued_by, "alice");
    EXPECT_EQ(store.counts().issued, 1);
    EXPECT_EQ(store.counts().pending, 0);
  });
  RequestFilter waiting;
  waiting.status = RequestStatus::pending;
  EXPECT_EQ(this->found(waiting), Names{});
}

TYPED_TEST(RequestStoreTest, ForgetsWhatIsRemoved) {
  const auto request = this->add("a.example");
  this->write([&](db::Session& session) { RequestStore{session}.remove(request.id); });
  EXPECT_EQ(this->found({}), Names{});
  EXPECT_EQ(count_rows(*this->database, "certificate_request_terms"), 0);
}

TYPED_TEST(RequestStoreTest, DoesNotKeepTheSameRequestWaitingTwice) {
  const auto request = this->add("a.example");
  EXPECT_THROW(this->write([&](db::Session& session) {
    RequestStore store{session};
    auto again = request;
    again.id = store.new_id();
    store.insert(again);
  }),
               base::Error);
}

}  // namespace
}  // namespace storage
