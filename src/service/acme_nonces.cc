#include "service/acme_nonces.h"

#include "base/bytes.h"
#include "crypto/digest.h"
#include "crypto/token.h"

namespace service {
namespace {

constexpr std::size_t number_octets = 8;
constexpr std::size_t mac_octets = 16;

std::array<std::uint8_t, number_octets + mac_octets> seal(std::uint64_t number,
                                                          base::ByteView key) {
  std::array<std::uint8_t, number_octets + mac_octets> nonce;
  for (std::size_t i = 0; i < number_octets; ++i) {
    nonce[i] = static_cast<std::uint8_t>(number >> (56 - 8 * i));
  }
  const auto mac = crypto::hmac_sha256(key, base::ByteView{nonce}.first(number_octets));
  std::copy_n(mac.begin(), mac_octets, nonce.begin() + number_octets);
  return nonce;
}

}  // namespace

AcmeNonces::AcmeNonces(crypto::Random& random, std::uint64_t words)
    : words_{words}, next_{numbers_per_word}, used_{std::make_unique<Word[]>(words)} {
  random.fill(key_);
}

std::string AcmeNonces::draw() {
  return base::to_base64url(seal(next_.fetch_add(1, std::memory_order_relaxed), key_));
}

bool AcmeNonces::use(std::string_view nonce) {
  if (nonce.size() != 32) {
    return false;
  }
  const auto octets = base::from_base64url(nonce);
  if (!octets || octets->size() != number_octets + mac_octets) {
    return false;
  }
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < number_octets; ++i) {
    number = number << 8 | (*octets)[i];
  }
  if (!crypto::equal_in_constant_time(*octets, seal(number, key_))) {
    return false;
  }
  const auto block = number / numbers_per_word;
  const auto bit = std::uint64_t{1} << (number % numbers_per_word);
  const auto tag = (block & 0xffffffff) << 32;
  auto& word = used_[block % words_];
  auto seen = word.load();
  for (;;) {
    const auto seen_block = seen >> 32;
    if (seen_block > tag >> 32 || (seen_block == tag >> 32 && (seen & bit) != 0)) {
      return false;  // too old, or used
    }
    const auto taken = seen_block == tag >> 32 ? seen | bit : tag | bit;
    if (word.compare_exchange_weak(seen, taken)) {
      return true;
    }
  }
}

}  // namespace service
