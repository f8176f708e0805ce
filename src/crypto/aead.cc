#include "crypto/aead.h"

#include <openssl/evp.h>

#include <memory>

#include "base/error.h"
#include "crypto/openssl_error.h"

namespace crypto {
namespace {

constexpr std::size_t nonce_octets = 12;
constexpr std::size_t tag_octets = 16;

struct FreeCipher {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, FreeCipher>;

const EVP_CIPHER* cipher() {
  static const EVP_CIPHER* const fetched =
      check_made(EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr), "fetching a cipher");
  return fetched;
}

void require_key(base::ByteView key) {
  if (key.size() != aead_key_octets) {
    throw base::Error{base::ErrorCode::internal, "a wrapping key has 32 octets"};
  }
}

}  // namespace

base::Bytes seal(base::ByteView key, base::ByteView plaintext, base::ByteView associated_data,
                 Random& random) {
  require_key(key);
  base::Bytes sealed(nonce_octets + plaintext.size() + tag_octets);
  random.fill(std::span{sealed}.first(nonce_octets));
  const CipherContext context{check_made(EVP_CIPHER_CTX_new(), "encrypting")};
  check(EVP_EncryptInit_ex2(context.get(), cipher(), key.data(), sealed.data(), nullptr),
        "encrypting");
  int size = 0;
  check(EVP_EncryptUpdate(context.get(), nullptr, &size, associated_data.data(),
                          static_cast<int>(associated_data.size())),
        "encrypting");
  auto* const out = sealed.data() + nonce_octets;
  check(EVP_EncryptUpdate(context.get(), out, &size, plaintext.data(),
                          static_cast<int>(plaintext.size())),
        "encrypting");
  check(EVP_EncryptFinal_ex(context.get(), out + plaintext.size(), &size), "encrypting");
  check(
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, tag_octets, out + plaintext.size()),
      "encrypting");
  return sealed;
}

std::expected<base::Bytes, base::ParseError> open(base::ByteView key, base::ByteView sealed,
                                                  base::ByteView associated_data) {
  require_key(key);
  if (sealed.size() < nonce_octets + tag_octets) {
    return std::unexpected(base::ParseError{"what was wrapped is cut short"});
  }
  const auto ciphertext = sealed.subspan(nonce_octets, sealed.size() - nonce_octets - tag_octets);
  auto tag = base::to_bytes(sealed.last(tag_octets));
  base::Bytes plaintext(ciphertext.size());
  const CipherContext context{check_made(EVP_CIPHER_CTX_new(), "decrypting")};
  check(EVP_DecryptInit_ex2(context.get(), cipher(), key.data(), sealed.data(), nullptr),
        "decrypting");
  int size = 0;
  check(EVP_DecryptUpdate(context.get(), nullptr, &size, associated_data.data(),
                          static_cast<int>(associated_data.size())),
        "decrypting");
  check(EVP_DecryptUpdate(context.get(), plaintext.data(), &size, ciphertext.data(),
                          static_cast<int>(ciphertext.size())),
        "decrypting");
  check(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, tag_octets, tag.data()),
        "decrypting");
  std::uint8_t none = 0;
  if (EVP_DecryptFinal_ex(context.get(), &none, &size) != 1) {
    take_openssl_errors();
    return std::unexpected(base::ParseError{"what was wrapped does not open with this key here"});
  }
  return plaintext;
}

}  // namespace crypto
