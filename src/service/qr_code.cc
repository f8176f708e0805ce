#include "service/qr_code.h"

#include <qrencode.h>

#include <array>
#include <memory>

#include "base/bytes.h"
#include "base/error.h"

namespace service {
namespace {

constexpr std::size_t scale = 5;   // pixels of a module
constexpr std::size_t margin = 4;  // modules around the code

void add_number(base::Bytes& out, std::uint32_t number) {
  for (const int shift : {24, 16, 8, 0}) {
    out.push_back(static_cast<std::uint8_t>(number >> shift));
  }
}

// The CRC of PNG (ISO 3309).
std::uint32_t crc_of(base::ByteView bytes) {
  std::uint32_t crc = 0xffffffff;
  for (const auto byte : bytes) {
    crc ^= byte;
    for (int i = 0; i < 8; ++i) {
      crc = (crc & 1) != 0 ? 0xedb88320 ^ crc >> 1 : crc >> 1;
    }
  }
  return ~crc;
}

void add_chunk(base::Bytes& png, std::string_view type, base::ByteView content) {
  add_number(png, static_cast<std::uint32_t>(content.size()));
  auto chunk = base::to_bytes(base::as_bytes(type));
  chunk.insert(chunk.end(), content.begin(), content.end());
  png.insert(png.end(), chunk.begin(), chunk.end());
  add_number(png, crc_of(chunk));
}

// zlib (RFC 1950) around blocks that are stored as they are: a code is a few kilobytes.
base::Bytes stored(base::ByteView bytes) {
  constexpr std::size_t longest_block = 65'535;
  base::Bytes out{0x78, 0x01};
  std::uint32_t a = 1;
  std::uint32_t b = 0;
  for (const auto byte : bytes) {
    a = (a + byte) % 65'521;
    b = (b + a) % 65'521;
  }
  for (auto rest = bytes;;) {
    const auto part = rest.first(std::min(longest_block, rest.size()));
    rest = rest.subspan(part.size());
    out.push_back(rest.empty() ? 1 : 0);
    for (const auto size : {part.size(), ~part.size()}) {
      out.push_back(static_cast<std::uint8_t>(size));
      out.push_back(static_cast<std::uint8_t>(size >> 8));
    }
    out.insert(out.end(), part.begin(), part.end());
    if (rest.empty()) {
      break;
    }
  }
  add_number(out, b << 16 | a);
  return out;
}

}  // namespace

std::string qr_code_uri(std::string_view text) {
  const std::unique_ptr<QRcode, decltype(&QRcode_free)> code{
      QRcode_encodeString(std::string{text}.c_str(), 0, QR_ECLEVEL_M, QR_MODE_8, 1), &QRcode_free};
  if (!code) {
    throw base::Error{base::ErrorCode::internal, "a QR code could not be made"};
  }
  const auto modules = static_cast<std::size_t>(code->width);
  const auto side = (modules + 2 * margin) * scale;
  const auto is_dark = [&](std::size_t x, std::size_t y) {
    const auto column = x / scale - margin;  // wraps around in the margin, and is too large then
    const auto row = y / scale - margin;
    return column < modules && row < modules && (code->data[row * modules + column] & 1) != 0;
  };
  // One bit per pixel, a filter octet before each line; 1 is white.
  base::Bytes pixels;
  for (std::size_t y = 0; y < side; ++y) {
    pixels.push_back(0);
    for (std::size_t x = 0; x < side; x += 8) {
      std::uint8_t octet = 0;
      for (std::size_t bit = 0; bit < 8; ++bit) {
        const bool white = x + bit >= side || !is_dark(x + bit, y);
        octet = static_cast<std::uint8_t>(octet << 1 | (white ? 1 : 0));
      }
      pixels.push_back(octet);
    }
  }
  base::Bytes header;
  add_number(header, static_cast<std::uint32_t>(side));
  add_number(header, static_cast<std::uint32_t>(side));
  header.insert(header.end(), {1, 0, 0, 0, 0});  // one bit, shades of grey

  base::Bytes png{0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  add_chunk(png, "IHDR", header);
  add_chunk(png, "IDAT", stored(pixels));
  add_chunk(png, "IEND", {});
  return "data:image/png;base64," + base::to_base64(png);
}

}  // namespace service
