#include "crypto/digest.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "crypto/fetch.h"
#include "crypto/handles.h"
#include "crypto/openssl_error.h"

namespace crypto {
namespace {

EVP_MD* fetch(const char* name) {
  return check_made(EVP_MD_fetch(nullptr, name, nullptr), "fetching a digest");
}

void digest_into(DigestAlgorithm algorithm, base::ByteView bytes, std::uint8_t* out) {
  thread_local const DigestContextPtr context{
      check_made(EVP_MD_CTX_new(), "making a digest context")};
  check(EVP_DigestInit_ex2(context.get(), fetched(algorithm), nullptr), "starting a digest");
  check(EVP_DigestUpdate(context.get(), bytes.data(), bytes.size()), "computing a digest");
  check(EVP_DigestFinal_ex(context.get(), out, nullptr), "finishing a digest");
}

struct FreeMac {
  void operator()(EVP_MAC* mac) const { EVP_MAC_free(mac); }
  void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
};
using MacContextPtr = std::unique_ptr<EVP_MAC_CTX, FreeMac>;

// Each thread keeps one per digest: making one costs five times as much as using it.
EVP_MAC_CTX* hmac_context(DigestAlgorithm algorithm) {
  thread_local std::array<MacContextPtr, 4> contexts;
  auto& context = contexts[static_cast<std::size_t>(algorithm)];
  if (!context) {
    const std::unique_ptr<EVP_MAC, FreeMac> mac{
        check_made(EVP_MAC_fetch(nullptr, "HMAC", nullptr), "fetching HMAC")};
    MacContextPtr made{check_made(EVP_MAC_CTX_new(mac.get()), "making an HMAC context")};
    std::string name = EVP_MD_get0_name(fetched(algorithm));
    const OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name.data(), 0),
        OSSL_PARAM_construct_end()};
    check(EVP_MAC_CTX_set_params(made.get(), parameters), "choosing the digest of an HMAC");
    context = std::move(made);
  }
  return context.get();
}

template <std::size_t Size>
std::array<std::uint8_t, Size> digest_of(DigestAlgorithm algorithm, base::ByteView bytes) {
  std::array<std::uint8_t, Size> value;
  digest_into(algorithm, bytes, value.data());
  return value;
}

}  // namespace

const EVP_MD* fetched(DigestAlgorithm algorithm) {
  // Kept until the program ends, since threads may still sign while it goes down.
  static const EVP_MD* const digests[] = {fetch("SHA1"), fetch("SHA2-256"), fetch("SHA2-384"),
                                          fetch("SHA2-512")};
  return digests[static_cast<std::size_t>(algorithm)];
}

std::array<std::uint8_t, 20> sha1(base::ByteView bytes) {
  return digest_of<20>(DigestAlgorithm::sha1, bytes);
}
std::array<std::uint8_t, 32> sha256(base::ByteView bytes) {
  return digest_of<32>(DigestAlgorithm::sha256, bytes);
}
std::array<std::uint8_t, 48> sha384(base::ByteView bytes) {
  return digest_of<48>(DigestAlgorithm::sha384, bytes);
}
std::array<std::uint8_t, 64> sha512(base::ByteView bytes) {
  return digest_of<64>(DigestAlgorithm::sha512, bytes);
}

base::Bytes digest(DigestAlgorithm algorithm, base::ByteView bytes) {
  base::Bytes value(static_cast<std::size_t>(EVP_MD_get_size(fetched(algorithm))));
  digest_into(algorithm, bytes, value.data());
  return value;
}

base::Bytes hmac(DigestAlgorithm algorithm, base::ByteView key, base::ByteView bytes) {
  auto* const context = hmac_context(algorithm);
  base::Bytes value(EVP_MAX_MD_SIZE);
  auto size = value.size();
  static constexpr std::uint8_t no_key = 0;  // a null pointer would mean "the key of before"
  check(EVP_MAC_init(context, key.empty() ? &no_key : key.data(), key.size(), nullptr),
        "starting an HMAC");
  check(EVP_MAC_update(context, bytes.data(), bytes.size()), "computing an HMAC");
  check(EVP_MAC_final(context, value.data(), &size, value.size()), "finishing an HMAC");
  value.resize(size);
  return value;
}

std::array<std::uint8_t, 32> hmac_sha256(base::ByteView key, base::ByteView bytes) {
  const auto value = hmac(DigestAlgorithm::sha256, key, bytes);
  std::array<std::uint8_t, 32> result;
  std::copy_n(value.begin(), result.size(), result.begin());
  return result;
}

Sha256::Sha256() : context_{check_made(EVP_MD_CTX_new(), "making a digest context")} {
  check(EVP_DigestInit_ex2(context_, fetched(DigestAlgorithm::sha256), nullptr),
        "starting a digest");
}

Sha256::~Sha256() {
  EVP_MD_CTX_free(context_);
}

Sha256::Sha256(Sha256&& other) noexcept : context_{std::exchange(other.context_, nullptr)} {}

Sha256& Sha256::operator=(Sha256&& other) noexcept {
  std::swap(context_, other.context_);
  return *this;
}

Sha256& Sha256::add(base::ByteView bytes) {
  check(EVP_DigestUpdate(context_, bytes.data(), bytes.size()), "computing a digest");
  return *this;
}

std::array<std::uint8_t, 32> Sha256::value() const {
  const DigestContextPtr copy{check_made(EVP_MD_CTX_new(), "making a digest context")};
  check(EVP_MD_CTX_copy_ex(copy.get(), context_), "copying a digest");
  std::array<std::uint8_t, 32> result;
  check(EVP_DigestFinal_ex(copy.get(), result.data(), nullptr), "finishing a digest");
  return result;
}

}  // namespace crypto
