#include "merkle/note.h"

#include <algorithm>
#include <charconv>

#include "crypto/digest.h"

namespace merkle {
namespace {

constexpr std::uint8_t ed25519 = 0x01;
constexpr std::string_view dash = "\xe2\x80\x94 ";  // an em dash and a blank
constexpr std::size_t longest_note = 100'000;

base::ParseError refused(std::string reason) {
  return {std::move(reason)};
}

bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= 200 && std::ranges::all_of(name, [](unsigned char c) {
    return c > 0x20 && c < 0x7f && c != '+';
  });
}

base::Bytes with_type(const crypto::PublicKey& key) {
  base::Bytes bytes{ed25519};
  const auto raw = key.ed25519().value();
  bytes.insert(bytes.end(), raw.begin(), raw.end());
  return bytes;
}

// The next line, without its end.
std::string_view take_line(std::string_view& text) {
  const auto end = std::min(text.find('\n'), text.size());
  const auto line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

}  // namespace

NoteKey::NoteKey(std::string name, crypto::PublicKey key)
    : name_{std::move(name)}, key_{std::move(key)} {
  // SHA-256 of name, line feed, type and key, cut to four octets.
  base::Bytes bytes = base::to_bytes(base::as_bytes(name_ + "\n"));
  const auto typed = with_type(key_);
  bytes.insert(bytes.end(), typed.begin(), typed.end());
  std::ranges::copy_n(crypto::sha256(bytes).begin(), id_.size(), id_.begin());
}

std::expected<NoteKey, base::ParseError> NoteKey::make(std::string name, crypto::PublicKey key) {
  if (!is_name(name)) {
    return std::unexpected(refused("the name of a log has no blanks and no plus signs"));
  }
  if (key.type() != crypto::KeyType::ed25519) {
    return std::unexpected(refused("the key of a log is an Ed25519 key"));
  }
  return NoteKey{std::move(name), std::move(key)};
}

std::expected<NoteKey, base::ParseError> NoteKey::parse(std::string_view text) {
  const auto first = text.find('+');
  const auto second = first == std::string_view::npos ? first : text.find('+', first + 1);
  if (second == std::string_view::npos) {
    return std::unexpected(refused("a key is written as name+id+key"));
  }
  const auto typed = base::from_base64(text.substr(second + 1));
  if (!typed || typed->size() != 33 || typed->front() != ed25519) {
    return std::unexpected(refused("this is not an Ed25519 key"));
  }
  auto key = crypto::PublicKey::from_ed25519(base::ByteView{*typed}.subspan(1));
  if (!key) {
    return std::unexpected(key.error());
  }
  auto made = make(std::string{text.substr(0, first)}, *std::move(key));
  if (made && made->to_string() != text) {
    return std::unexpected(refused("the id does not belong to this name and key"));
  }
  return made;
}

std::string NoteKey::to_string() const {
  return name_ + "+" + base::to_hex(id_) + "+" + base::to_base64(with_type(key_));
}

std::string NoteKey::signature_line(base::ByteView signature) const {
  base::Bytes bytes{id_.begin(), id_.end()};
  bytes.insert(bytes.end(), signature.begin(), signature.end());
  return std::string{dash} + name_ + " " + base::to_base64(bytes) + "\n";
}

bool NoteKey::verify(std::string_view text, std::string_view signature_lines) const {
  const auto ours = std::string{dash} + name_ + " ";
  while (!signature_lines.empty()) {
    const auto line = take_line(signature_lines);
    if (!line.starts_with(ours)) {
      continue;  // another's signature: a witness may have added one
    }
    const auto bytes = base::from_base64(line.substr(ours.size()));
    if (bytes && bytes->size() > id_.size() && std::equal(id_.begin(), id_.end(), bytes->begin()) &&
        key_.verify(crypto::SignatureAlgorithm::ed25519, base::as_bytes(text),
                    base::ByteView{*bytes}.subspan(id_.size()))) {
      return true;
    }
  }
  return false;
}

std::string Checkpoint::to_text() const {
  return origin + "\n" + std::to_string(size) + "\n" + base::to_base64(root) + "\n";
}

std::string sign_checkpoint(const Checkpoint& checkpoint, const NoteKey& key,
                            const crypto::PrivateKey& private_key) {
  const auto text = checkpoint.to_text();
  return text + "\n" +
         key.signature_line(
             private_key.sign(crypto::SignatureAlgorithm::ed25519, base::as_bytes(text)));
}

std::expected<Checkpoint, base::ParseError> open_checkpoint(std::string_view note,
                                                            const NoteKey& key) {
  const auto blank = note.find("\n\n");
  if (note.size() > longest_note || blank == std::string_view::npos) {
    return std::unexpected(refused("this is not a signed note"));
  }
  auto text = note.substr(0, blank + 1);
  if (!key.verify(text, note.substr(blank + 2))) {
    return std::unexpected(refused("the checkpoint is not signed by " + key.name()));
  }
  Checkpoint checkpoint{.origin = std::string{take_line(text)}, .size = 0, .root = {}};
  const auto size = take_line(text);
  const auto root = base::from_base64(take_line(text));
  const auto [end, error] =
      std::from_chars(size.data(), size.data() + size.size(), checkpoint.size);
  if (checkpoint.origin != key.name() || error != std::errc{} || end != size.data() + size.size() ||
      !root || root->size() != checkpoint.root.size()) {
    return std::unexpected(refused("the note is signed, but no checkpoint of " + key.name()));
  }
  std::ranges::copy(*root, checkpoint.root.begin());
  return checkpoint;
}

}  // namespace merkle
