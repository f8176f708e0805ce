#include "http/websocket.h"

#include "base/bytes.h"
#include "crypto/digest.h"
#include "json/json.h"

namespace http::websocket {
namespace {

constexpr std::size_t longest_message = 4096;
constexpr std::size_t longest_control = 125;  // section 5.5

char byte(std::size_t value) {
  return static_cast<char>(value & 0xff);
}

bool is_control(Opcode opcode) {
  return static_cast<std::uint8_t>(opcode) >= 8;
}

bool is_known(Opcode opcode) {
  switch (opcode) {
    case Opcode::continuation:
    case Opcode::text:
    case Opcode::binary:
    case Opcode::close:
    case Opcode::ping:
    case Opcode::pong:
      return true;
  }
  return false;
}

}  // namespace

std::optional<std::string> accept_value(std::string_view key) {
  const auto bytes = base::from_base64(key);
  if (!bytes || bytes->size() != 16 || key.size() != 24) {
    return std::nullopt;
  }
  const auto joined = std::string{key} + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  return base::to_base64(crypto::sha1(base::as_bytes(joined)));
}

std::string frame(Opcode opcode, std::string_view payload) {
  std::string out;
  out.reserve(payload.size() + 10);
  out += byte(0x80 | static_cast<std::size_t>(opcode));
  const auto size = payload.size();
  if (size < 126) {
    out += byte(size);
  } else if (size <= 0xffff) {
    out += {byte(126), byte(size >> 8), byte(size)};
  } else {
    out += byte(127);
    for (int shift = 56; shift >= 0; shift -= 8) {
      out += byte(size >> shift);
    }
  }
  return out.append(payload);
}

std::string close_frame(std::uint16_t status) {
  return frame(Opcode::close, std::string{byte(status >> 8), byte(status)});
}

std::optional<Message> Reader::refuse(std::uint16_t status) {
  error_ = status;
  return std::nullopt;
}

std::vector<Message> Reader::read(std::string_view bytes) {
  std::vector<Message> messages;
  if (error_) {
    return messages;
  }
  buffer_.append(bytes);
  while (auto message = next()) {
    messages.push_back(*std::move(message));
  }
  return messages;
}

std::optional<Message> Reader::next() {
  while (true) {
    if (buffer_.size() < 2) {
      return std::nullopt;
    }
    const auto at = [&](std::size_t i) { return static_cast<std::uint8_t>(buffer_[i]); };
    const auto opcode = static_cast<Opcode>(at(0) & 0x0f);
    const bool final = (at(0) & 0x80) != 0;
    std::size_t size = at(1) & 0x7f;
    // No extension was agreed upon, and clients mask (sections 5.1 and 5.2).
    if ((at(0) & 0x70) != 0 || !is_known(opcode) || (at(1) & 0x80) == 0 ||
        (is_control(opcode) && (!final || size > longest_control))) {
      return refuse(protocol_error);
    }
    std::size_t head = 2;
    if (size == 126) {
      if (buffer_.size() < 4) {
        return std::nullopt;
      }
      size = static_cast<std::size_t>(at(2)) << 8 | at(3);
      head = 4;
    }
    const auto so_far = fragments_ && !is_control(opcode) ? fragments_->payload.size() : 0;
    if (size == 127 || so_far + size > longest_message) {
      return refuse(too_big);
    }
    if (buffer_.size() < head + 4 + size) {
      return std::nullopt;
    }
    Message message{.opcode = opcode, .payload = buffer_.substr(head + 4, size)};
    for (std::size_t i = 0; i < size; ++i) {
      message.payload[i] = static_cast<char>(message.payload[i] ^ buffer_[head + i % 4]);
    }
    buffer_.erase(0, head + 4 + size);

    if (is_control(opcode)) {
      return message;
    }
    if ((opcode == Opcode::continuation) != fragments_.has_value()) {
      return refuse(protocol_error);  // section 5.4
    }
    if (opcode == Opcode::continuation) {
      fragments_->payload += message.payload;
    } else {
      fragments_ = std::move(message);
    }
    if (final) {
      return std::exchange(fragments_, std::nullopt);
    }
  }
}

}  // namespace http::websocket
