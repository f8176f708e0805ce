#include <gtest/gtest.h>

#include <algorithm>

#include "service/keys.h"
#include "service/world_for_test.h"
#include "storage/key_store.h"

namespace service {
namespace {

const MasterKey master{base::Secret{std::string(32, 'a')}};
crypto::SystemRandom random;

TEST(MasterKey, HasThirtyTwoOctets) {
  EXPECT_EQ(code_of([] { MasterKey{base::Secret{std::string(31, 'a')}}; }),
            base::ErrorCode::unavailable);
  EXPECT_EQ(code_of([] { MasterKey{base::Secret{}}; }), base::ErrorCode::unavailable);
}

TEST(MasterKey, OpensOnlyWhatItWrappedForTheSamePlace) {
  const std::string secret = "a secret that is nobody's business";
  const auto wrapped = master.wrap(base::as_bytes(secret), "key 7 authority", random);
  EXPECT_EQ(master.unwrap(wrapped, "key 7 authority").reveal(), secret);
  EXPECT_EQ(code_of([&] { master.unwrap(wrapped, "key 8 authority"); }),
            base::ErrorCode::unavailable);
  const MasterKey other{base::Secret{std::string(32, 'b')}};
  EXPECT_EQ(code_of([&] { other.unwrap(wrapped, "key 7 authority"); }),
            base::ErrorCode::unavailable);
}

TEST(MasterKey, NoticesEachChangedOctet) {
  const auto wrapped = master.wrap(base::as_bytes("secret"), "c", random);
  for (std::size_t i = 0; i < wrapped.size(); ++i) {
    auto changed = wrapped;
    changed[i] ^= 1;
    EXPECT_TRUE(code_of([&] { master.unwrap(changed, "c"); })) << i;
    EXPECT_TRUE(code_of([&] { master.unwrap(base::ByteView{wrapped}.first(i), "c"); })) << i;
  }
}

TEST(MasterKey, WrapsTheSameDifferentlyEachTime) {
  EXPECT_NE(master.wrap(base::as_bytes("secret"), "c", random),
            master.wrap(base::as_bytes("secret"), "c", random));
}

// HMAC-SHA256 of "session\ntoken" under 32 times 'a', by `openssl dgst -sha256 -hmac`.
TEST(MasterKey, FingerprintsAreKeyedAndBoundToTheirUse) {
  const crypto::Workshop shop;
  const auto theirs = shop.run("printf 'session\\ntoken' | openssl dgst -sha256 -hmac " +
                               std::string(32, 'a') + " | sed 's/.*= //'");
  EXPECT_EQ(master.fingerprint("token", "session") + "\n", theirs.output);
  EXPECT_NE(master.fingerprint("token", "session"), master.fingerprint("token", "csrf"));
}

template <class Server>
class KeysTest : public World<Server> {
 protected:
  core::KeyId store(const crypto::PrivateKey& key) {
    return this->database->write(test_act, [&](db::Session& session) {
      session.bookkeeping("a test");
      return this->node.keys.store(session, key, "certificate");
    });
  }
  crypto::PrivateKey load(const Keys& keys, const core::KeyId& id) {
    return this->database->read([&](db::Session& session) { return keys.load(session, id); });
  }
};
TYPED_TEST_SUITE(KeysTest, storage::Databases, storage::DatabaseName);

TYPED_TEST(KeysTest, ComeBackAndAreNotReadableInTheDatabase) {
  for (const auto algorithm : {crypto::KeyAlgorithm::ec_p384, crypto::KeyAlgorithm::rsa_2048,
                               crypto::KeyAlgorithm::ed25519}) {
    const auto key = crypto::PrivateKey::generate(algorithm);
    const auto id = this->store(key);
    EXPECT_EQ(this->load(this->node.keys, id).public_key(), key.public_key());
    const auto stored = this->database->read(
        [&](db::Session& session) { return storage::KeyStore{session}.find(id).value(); });
    EXPECT_EQ(stored.algorithm, key.public_key().name());
    const auto pkcs8 = key.to_pkcs8_der();
    const auto clear = base::as_bytes(pkcs8.reveal());
    // No stretch of the private part is in it: the last 24 octets differ from key to key.
    const auto tail = clear.last(24);
    EXPECT_TRUE(std::ranges::search(stored.wrapped, tail).empty());
    EXPECT_TRUE(std::ranges::search(stored.wrapped, clear.first(16)).empty());
  }
}

TYPED_TEST(KeysTest, DoNotOpenInThePlaceOfAnother) {
  const auto one = this->store(crypto::PrivateKey::generate(crypto::KeyAlgorithm::ec_p256));
  const auto other = this->store(crypto::PrivateKey::generate(crypto::KeyAlgorithm::ec_p256));
  this->database->write(test_act, [&](db::Session& session) {
    session.bookkeeping("a test");
    session.execute(
        "UPDATE keys SET wrapped = (SELECT wrapped FROM keys WHERE id = $1) "
        "WHERE id = $2",
        one, other);
  });
  EXPECT_EQ(code_of([&] { this->load(this->node.keys, other); }), base::ErrorCode::unavailable);
  EXPECT_EQ(code_of([&] { this->load(this->node.keys, one); }), std::nullopt);
  this->database->write(test_act, [&](db::Session& session) {
    session.bookkeeping("a test");
    session.execute("UPDATE keys SET purpose = 'authority' WHERE id = $1", one);
  });
  EXPECT_EQ(code_of([&] { this->load(this->node.keys, one); }), base::ErrorCode::unavailable);
}

TYPED_TEST(KeysTest, DoNotOpenUnderAnotherMasterKey) {
  const auto id = this->store(crypto::PrivateKey::generate(crypto::KeyAlgorithm::ec_p256));
  const MasterKey other{base::Secret{std::string(32, 'x')}};
  const Keys keys{other, this->node.random, this->clock};
  EXPECT_EQ(code_of([&] { this->load(keys, id); }), base::ErrorCode::unavailable);
}

TYPED_TEST(KeysTest, AreGoneWhenErased) {
  const auto id = this->store(crypto::PrivateKey::generate(crypto::KeyAlgorithm::ec_p256));
  this->database->write(test_act, [&](db::Session& session) {
    session.bookkeeping("a test");
    this->node.keys.erase(session, id);
  });
  EXPECT_EQ(code_of([&] { this->load(this->node.keys, id); }), base::ErrorCode::not_found);
}

}  // namespace
}  // namespace service
