#include "http/websocket.h"

#include <gtest/gtest.h>

namespace http::websocket {
namespace {

std::string masked(int first, std::string_view payload) {
  std::string out{static_cast<char>(first), static_cast<char>(0x80 | payload.size()), 1, 2, 3, 4};
  for (std::size_t i = 0; i < payload.size(); ++i) {
    out += static_cast<char>(payload[i] ^ static_cast<char>(i % 4 + 1));
  }
  return out;
}

std::string read_all(std::string_view bytes, Reader& reader) {
  std::string text;
  for (const auto& message : reader.read(bytes)) {
    text += std::to_string(static_cast<int>(message.opcode)) + ":" + message.payload + " ";
  }
  return text;
}

TEST(WebSocket, AcceptsTheKeyOfTheStandard) {
  // RFC 6455, section 1.3.
  EXPECT_EQ(accept_value("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  EXPECT_EQ(accept_value("dGhlIHNhbXBsZSBub25j"), std::nullopt);
  EXPECT_EQ(accept_value("!"), std::nullopt);
}

TEST(WebSocket, WritesFramesOfEachLength) {
  EXPECT_EQ(frame(Opcode::text, "Hello"), "\x81\x05Hello");  // RFC 6455, section 5.7
  EXPECT_EQ(frame(Opcode::text, std::string(126, 'x')).substr(0, 4),
            std::string("\x81\x7e\0\x7e", 4));
  EXPECT_EQ(frame(Opcode::text, std::string(65536, 'x')).substr(0, 10),
            std::string("\x81\x7f\0\0\0\0\0\1\0\0", 10));
  EXPECT_EQ(close_frame(1001), "\x88\x02\x03\xe9");
}

TEST(WebSocket, ReadsTheMaskedFrameOfTheStandard) {
  Reader reader;
  EXPECT_EQ(read_all("\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58", reader), "1:Hello ");
}

TEST(WebSocket, ReadsFramesAsTheyArrive) {
  Reader reader;
  const auto bytes = masked(0x81, "one") + masked(0x89, "ping") + masked(0x88, "");
  std::string text;
  for (const char c : bytes) {
    text += read_all({&c, 1}, reader);
  }
  EXPECT_EQ(text, "1:one 9:ping 8: ");
}

TEST(WebSocket, JoinsFragmentsWithControlFramesInBetween) {
  Reader reader;
  EXPECT_EQ(read_all(masked(0x01, "He") + masked(0x89, "p") + masked(0x80, "llo"), reader),
            "9:p 1:Hello ");
}

TEST(WebSocket, RefusesFramesThatBreakTheRules) {
  const struct {
    std::string bytes;
    int status;
    const char* reason;
  } cases[] = {
      {std::string("\x81\x05Hello"), protocol_error, "not masked"},
      {masked(0xc1, "x"), protocol_error, "a reserved bit"},
      {masked(0x83, "x"), protocol_error, "an unknown opcode"},
      {masked(0x09, "x"), protocol_error, "a fragmented ping"},
      {masked(0x80, "x"), protocol_error, "a continuation of nothing"},
      {masked(0x01, "x") + masked(0x81, "y"), protocol_error, "a text inside of a text"},
      {std::string("\x89\xfe\x00\x7e", 4), protocol_error, "a long ping"},
      {std::string("\x81\xfe\xff\xff", 4), too_big, "64 KiB"},
      {std::string("\x81\xff", 2), too_big, "a length of eight bytes"},
  };
  for (const auto& [bytes, status, reason] : cases) {
    Reader reader;
    read_all(bytes, reader);
    EXPECT_EQ(reader.error(), status) << reason;
    EXPECT_EQ(read_all(masked(0x81, "later"), reader), "") << reason;
  }
}

TEST(WebSocket, BoundsWhatFragmentsAddUpTo) {
  Reader reader;
  read_all(masked(0x01, std::string(120, 'x')), reader);
  for (int i = 0; i < 40; ++i) {
    read_all(masked(0x00, std::string(120, 'x')), reader);
  }
  EXPECT_EQ(reader.error(), too_big);
}

}  // namespace
}  // namespace http::websocket
