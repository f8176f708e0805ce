#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "crypto/key.h"
#include "merkle/tree.h"

// Signed notes and checkpoints as C2SP signed-note and tlog-checkpoint write them, with Ed25519.
namespace merkle {

// Who signs: a name without blanks and plus signs, and a key. As text: "name+1a2b3c4d+Aa..."
class NoteKey {
 public:
  static std::expected<NoteKey, base::ParseError> make(std::string name, crypto::PublicKey key);
  static std::expected<NoteKey, base::ParseError> parse(std::string_view text);
  std::string to_string() const;

  const std::string& name() const { return name_; }

  // The line of a signature, and whether a note has one of ours that is right.
  std::string signature_line(base::ByteView signature) const;
  bool verify(std::string_view text, std::string_view signature_lines) const;

 private:
  NoteKey(std::string name, crypto::PublicKey key);

  std::string name_;
  crypto::PublicKey key_;
  std::array<std::uint8_t, 4> id_;
};

struct Checkpoint {
  std::string origin;
  std::uint64_t size;
  Hash root;

  // The text that is signed: three lines.
  std::string to_text() const;
};

std::string sign_checkpoint(const Checkpoint& checkpoint, const NoteKey& key,
                            const crypto::PrivateKey& private_key);

// Refuses what the key did not sign.
std::expected<Checkpoint, base::ParseError> open_checkpoint(std::string_view note,
                                                            const NoteKey& key);

}  // namespace merkle
