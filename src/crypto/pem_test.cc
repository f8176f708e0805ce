#include "crypto/pem.h"

#include <gtest/gtest.h>

namespace crypto {
namespace {

TEST(Pem, BreaksLinesAt64Characters) {
  const base::Bytes bytes(49, 0);
  EXPECT_EQ(to_pem("THING", bytes),
            "-----BEGIN THING-----\n" + std::string(64, 'A') + "\nAA==\n-----END THING-----\n");
}

TEST(Pem, ListsTheBlocksOfATextAndSkipsTheRest) {
  const auto text = "subject=CN = a\r\n" + to_pem("A", base::as_bytes("one")) + "\nand then\n" +
                    to_pem("B C", base::as_bytes("two")) + "the end";
  const auto blocks = read_pem(text);
  ASSERT_TRUE(blocks);
  ASSERT_EQ(blocks->size(), 2u);
  EXPECT_EQ((*blocks)[0].label, "A");
  EXPECT_EQ(base::as_text((*blocks)[1].bytes), "two");
  EXPECT_EQ((*blocks)[1].label, "B C");
}

TEST(Pem, KeepsTheHeadersOfOlderKeys) {
  const auto blocks = read_pem(
      "-----BEGIN KEY-----\r\nProc-Type: 4,ENCRYPTED\r\nDEK-Info: AES\r\n\r\nb25l\r\n"
      "-----END KEY-----\r\n");
  ASSERT_TRUE(blocks);
  EXPECT_EQ(blocks->front().headers.size(), 2u);
  EXPECT_EQ(base::as_text(blocks->front().bytes), "one");
}

TEST(Pem, RefusesBrokenBlocks) {
  for (const auto* const text :
       {"-----BEGIN A-----\nb25l\n", "-----BEGIN A-----\nb25l\n-----END B-----\n",
        "-----BEGIN A-----\nb25%\n-----END A-----\n", "-----BEGIN A-----\n-----END A-----\n"}) {
    EXPECT_FALSE(read_pem(text)) << text;
  }
  EXPECT_TRUE(read_pem("nothing here").value().empty());
}

TEST(Pem, GivesTheOneBlockThatWasAskedFor) {
  const auto text = to_pem("A", base::as_bytes("one")) + to_pem("B", base::as_bytes("two"));
  EXPECT_EQ(base::as_text(der_from(base::as_bytes(text), "B").value()), "two");
  EXPECT_FALSE(der_from(base::as_bytes(text), "C"));
  EXPECT_FALSE(der_from(base::as_bytes(text + text), "B"));
  const base::Bytes der{0x30, 0x00};
  EXPECT_EQ(der_from(der, "A").value(), der);
}

}  // namespace
}  // namespace crypto
