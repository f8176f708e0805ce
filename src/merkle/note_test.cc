#include "merkle/note.h"

#include <gtest/gtest.h>

namespace merkle {
namespace {

// The example of the documentation of Go's golang.org/x/mod/sumdb/note.
constexpr std::string_view go_key =
    "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
constexpr std::string_view go_text =
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n";
constexpr std::string_view go_signature =
    "\xe2\x80\x94 PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
    "\n";

TEST(NoteKey, VerifiesWhatAnotherImplementationSigned) {
  const auto key = NoteKey::parse(go_key);
  ASSERT_TRUE(key);
  EXPECT_EQ(key->to_string(), go_key);
  EXPECT_TRUE(key->verify(go_text, go_signature));
  EXPECT_FALSE(key->verify(std::string{go_text} + "\n", go_signature));
  EXPECT_FALSE(key->verify(go_text, ""));
  // Signatures of others stand beside it.
  EXPECT_TRUE(key->verify(go_text, "\xe2\x80\x94 witness AAAA\n" + std::string{go_signature}));
}

TEST(NoteKey, RefusesWhatIsNone) {
  for (const std::string text :
       {"", "a", "a+b", "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+Alpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+ARpc"}) {
    EXPECT_FALSE(NoteKey::parse(text)) << text;
  }
}

class CheckpointTest : public testing::Test {
 protected:
  crypto::PrivateKey key = crypto::PrivateKey::generate(crypto::KeyAlgorithm::ed25519);
  NoteKey name = NoteKey::make("ca.example.com/audit", key.public_key()).value();
  Checkpoint checkpoint{"ca.example.com/audit", 70'000, leaf_hash(base::as_bytes("root"))};
};

TEST_F(CheckpointTest, IsReadAsItWasSigned) {
  const auto note = sign_checkpoint(checkpoint, name, key);
  const auto opened = open_checkpoint(note, NoteKey::parse(name.to_string()).value());
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->origin, checkpoint.origin);
  EXPECT_EQ(opened->size, checkpoint.size);
  EXPECT_EQ(opened->root, checkpoint.root);
}

TEST_F(CheckpointTest, IsRefusedWhenAnythingOfItChanged) {
  const auto note = sign_checkpoint(checkpoint, name, key);
  // The last digit of base64 may have spare bits that mean nothing.
  for (std::size_t i = 0; i < note.size() - 4; ++i) {
    auto changed = note;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(open_checkpoint(changed, name)) << i;
  }
  EXPECT_FALSE(open_checkpoint("", name));
  EXPECT_FALSE(open_checkpoint("\n\n", name));
  const auto other = crypto::PrivateKey::generate(crypto::KeyAlgorithm::ed25519);
  const auto same_name = NoteKey::make("ca.example.com/audit", other.public_key()).value();
  EXPECT_FALSE(open_checkpoint(note, same_name));
}

}  // namespace
}  // namespace merkle
