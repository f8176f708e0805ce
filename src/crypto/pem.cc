#include "crypto/pem.h"

#include <algorithm>

namespace crypto {
namespace {

constexpr std::string_view begin_mark = "-----BEGIN ";
constexpr std::string_view end_mark = "-----END ";
constexpr std::string_view dashes = "-----";

std::string_view trimmed(std::string_view line) {
  while (!line.empty() && (line.back() == '\r' || line.back() == ' ' || line.back() == '\t')) {
    line.remove_suffix(1);
  }
  return line;
}

std::string_view take_line(std::string_view& text) {
  const auto end = std::min(text.find('\n'), text.size());
  const auto line = trimmed(text.substr(0, end));
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

// The label of a "-----BEGIN label-----" or END line; empty when it is not such a line.
std::string_view label_of(std::string_view line, std::string_view mark) {
  if (!line.starts_with(mark) || !line.ends_with(dashes) ||
      line.size() <= mark.size() + dashes.size()) {
    return {};
  }
  return line.substr(mark.size(), line.size() - mark.size() - dashes.size());
}

// Reads from behind the BEGIN line to behind the END line.
std::expected<PemBlock, base::ParseError> take_block(std::string_view& text,
                                                     std::string_view label) {
  PemBlock block{.label = std::string{label}, .headers = {}, .bytes = {}};
  std::string body;
  while (!text.empty()) {
    const auto line = take_line(text);
    if (line.starts_with(dashes)) {
      if (label_of(line, end_mark) != label) {
        break;
      }
      auto bytes = base::from_base64(body);
      if (!bytes || bytes->empty()) {
        return std::unexpected(base::ParseError{"a PEM block has something else than base64"});
      }
      block.bytes = *std::move(bytes);
      return block;
    }
    if (line.contains(':') && body.empty()) {
      block.headers.emplace_back(line);
    } else {
      body += line;
    }
  }
  return std::unexpected(base::ParseError{"a PEM block has no END line"});
}

}  // namespace

std::string to_pem(std::string_view label, base::ByteView der) {
  const auto body = base::to_base64(der);
  std::string text;
  text.reserve(body.size() * 66 / 64 + 2 * label.size() + 40);
  text.append(begin_mark).append(label).append("-----\n");
  for (std::size_t at = 0; at < body.size(); at += 64) {
    text.append(std::string_view{body}.substr(at, 64)).append("\n");
  }
  return text.append(end_mark).append(label).append("-----\n");
}

std::expected<std::vector<PemBlock>, base::ParseError> read_pem(std::string_view text) {
  std::vector<PemBlock> blocks;
  while (!text.empty()) {
    const auto label = label_of(take_line(text), begin_mark);
    if (label.empty()) {
      continue;
    }
    auto block = take_block(text, label);
    if (!block) {
      return std::unexpected(std::move(block).error());
    }
    blocks.push_back(*std::move(block));
  }
  return blocks;
}

bool looks_like_pem(base::ByteView bytes) {
  // DER begins with a SEQUENCE, whose 0x30 is the digit zero.
  return !bytes.empty() && base::as_text(bytes).contains(begin_mark) &&
         (bytes.size() < 2 || bytes[0] != 0x30 || bytes[1] < 0x80);
}

std::expected<base::Bytes, base::ParseError> der_from(base::ByteView der_or_pem,
                                                      std::string_view label) {
  if (!looks_like_pem(der_or_pem)) {
    return base::to_bytes(der_or_pem);
  }
  auto blocks = read_pem(base::as_text(der_or_pem));
  if (!blocks) {
    return std::unexpected(std::move(blocks).error());
  }
  std::erase_if(*blocks, [&](const PemBlock& block) { return block.label != label; });
  if (blocks->size() != 1) {
    return std::unexpected(base::ParseError{"the PEM text has " +
                                            std::string{blocks->empty() ? "no" : "more than one"} +
                                            " block with the label " + std::string{label}});
  }
  return std::move(blocks->front().bytes);
}

}  // namespace crypto
