#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The framing of RFC 6455, from the server's side.
namespace http::websocket {

enum class Opcode : std::uint8_t {
  continuation = 0,
  text = 1,
  binary = 2,
  close = 8,
  ping = 9,
  pong = 10,
};

// Status codes of a close frame (section 7.4.1).
inline constexpr std::uint16_t going_away = 1001;
inline constexpr std::uint16_t protocol_error = 1002;
inline constexpr std::uint16_t policy_violation = 1008;
inline constexpr std::uint16_t too_big = 1009;

// The value of Sec-WebSocket-Accept for a key, or nothing when the key is not 16 bytes in base64
// (section 4.2.1).
std::optional<std::string> accept_value(std::string_view key);

// One whole message, unmasked, as a server sends it (section 5.2).
std::string frame(Opcode opcode, std::string_view payload);
std::string close_frame(std::uint16_t status);

struct Message {
  Opcode opcode;
  std::string payload;
};

// Reads a client's frames from bytes as they arrive. Clients of the live events have little to say,
// so whatever is longer than 4 KiB is refused.
class Reader {
 public:
  // Takes all of `bytes` and returns what is complete. After an error, nothing more is read.
  std::vector<Message> read(std::string_view bytes);

  // The status to close with, once something was wrong.
  std::optional<std::uint16_t> error() const { return error_; }

 private:
  std::optional<Message> next();
  std::optional<Message> refuse(std::uint16_t status);

  std::string buffer_;
  std::optional<Message> fragments_;
  std::optional<std::uint16_t> error_;
};

}  // namespace http::websocket
