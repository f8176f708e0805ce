#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "crypto/random.h"

namespace service {

// Replay nonces (RFC 8555, section 6.5) without storage: a nonce is a number that counts up, with
// a MAC under a key of this process. Which numbers were used is one bit each, for the latest ones,
// two million unless said otherwise; older ones are refused. Lock-free; a restart makes all nonces
// bad, and clients retry.
class AcmeNonces {
 public:
  static constexpr std::uint64_t numbers_per_word = 32;

  explicit AcmeNonces(crypto::Random& random, std::uint64_t words = 1 << 16);

  std::string draw();

  // True once per nonce drawn, whatever number of threads ask.
  [[nodiscard]] bool use(std::string_view nonce);

 private:
  // The upper half says which block of 32 numbers the lower half has the used ones of. A word is
  // taken over by a later block in one exchange, so there is no moment at which bits are lost.
  using Word = std::atomic<std::uint64_t>;

  std::uint64_t words_;
  std::array<std::uint8_t, 32> key_;
  std::atomic<std::uint64_t> next_;
  std::unique_ptr<Word[]> used_;
};

}  // namespace service
