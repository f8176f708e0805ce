#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <array>

#include "base/error.h"
#include "crypto/fetch.h"
#include "crypto/key.h"
#include "crypto/key_state.h"
#include "crypto/openssl_error.h"

namespace crypto {
namespace {

// RSA of 8192 bits; ECDSA on P-521 has 139 octets.
constexpr std::size_t most_signature_octets = 1024;

struct DigestValue {
  std::array<std::uint8_t, 64> octets;
  std::size_t size;
};

DigestValue digest_for(SignatureAlgorithm algorithm, base::ByteView message) {
  DigestValue value;
  const auto keep = [&](const auto& octets) {
    std::ranges::copy(octets, value.octets.begin());
    value.size = octets.size();
  };
  switch (digest_of(algorithm)) {
    case DigestAlgorithm::sha384:
      keep(sha384(message));
      break;
    case DigestAlgorithm::sha512:
      keep(sha512(message));
      break;
    default:
      keep(sha256(message));
      break;
  }
  return value;
}

KeyContextPtr new_context(EVP_PKEY* key) {
  return KeyContextPtr{
      check_made(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr), "making a key context")};
}

void set_padding(EVP_PKEY_CTX* context, SignatureAlgorithm algorithm) {
  if (type_of(algorithm) != KeyType::rsa) {
    return;
  }
  const int padding = is_pss(algorithm) ? RSA_PKCS1_PSS_PADDING : RSA_PKCS1_PADDING;
  check(EVP_PKEY_CTX_set_rsa_padding(context, padding), "choosing the padding");
  check(EVP_PKEY_CTX_set_signature_md(context, fetched(digest_of(algorithm))),
        "choosing the digest");
  if (is_pss(algorithm)) {
    check(EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST), "choosing the salt");
  }
}

KeyContextPtr signing_context(EVP_PKEY* key, SignatureAlgorithm algorithm) {
  auto context = new_context(key);
  check(EVP_PKEY_sign_init(context.get()), "preparing a signature");
  set_padding(context.get(), algorithm);
  return context;
}

base::Bytes sign_ed25519(EVP_PKEY* key, base::ByteView message) {
  const DigestContextPtr context{check_made(EVP_MD_CTX_new(), "preparing a signature")};
  check(EVP_DigestSignInit_ex(context.get(), nullptr, nullptr, nullptr, nullptr, key, nullptr),
        "preparing a signature");
  base::Bytes signature(64);
  auto size = signature.size();
  check(EVP_DigestSign(context.get(), signature.data(), &size, message.data(), message.size()),
        "signing");
  return signature;
}

bool verify_ed25519(EVP_PKEY* key, base::ByteView message, base::ByteView signature) {
  const DigestContextPtr context{check_made(EVP_MD_CTX_new(), "preparing a verification")};
  check(EVP_DigestVerifyInit_ex(context.get(), nullptr, nullptr, nullptr, nullptr, key, nullptr),
        "preparing a verification");
  return EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(),
                          message.size()) == 1;
}

bool verify_rsa(EVP_PKEY* key, SignatureAlgorithm algorithm, const DigestValue& digest,
                base::ByteView signature) {
  const auto context = new_context(key);
  check(EVP_PKEY_verify_init(context.get()), "preparing a verification");
  set_padding(context.get(), algorithm);
  return EVP_PKEY_verify(context.get(), signature.data(), signature.size(), digest.octets.data(),
                         digest.size) == 1;
}

}  // namespace

DigestAlgorithm digest_of(SignatureAlgorithm algorithm) {
  switch (algorithm) {
    case SignatureAlgorithm::ecdsa_sha384:
    case SignatureAlgorithm::rsa_sha384:
    case SignatureAlgorithm::rsa_pss_sha384:
      return DigestAlgorithm::sha384;
    case SignatureAlgorithm::ecdsa_sha512:
    case SignatureAlgorithm::rsa_sha512:
    case SignatureAlgorithm::rsa_pss_sha512:
      return DigestAlgorithm::sha512;
    default:
      return DigestAlgorithm::sha256;
  }
}

bool is_pss(SignatureAlgorithm algorithm) {
  return algorithm == SignatureAlgorithm::rsa_pss_sha256 ||
         algorithm == SignatureAlgorithm::rsa_pss_sha384 ||
         algorithm == SignatureAlgorithm::rsa_pss_sha512;
}

KeyContextPtr ContextPool::take(SignatureAlgorithm algorithm) {
  const std::scoped_lock lock{mutex_};
  const auto found =
      std::ranges::find(contexts_, algorithm, [](auto& entry) { return entry.first; });
  if (found == contexts_.end()) {
    return nullptr;
  }
  auto context = std::move(found->second);
  std::swap(*found, contexts_.back());
  contexts_.pop_back();
  return context;
}

void ContextPool::put_back(SignatureAlgorithm algorithm, KeyContextPtr context) {
  const std::scoped_lock lock{mutex_};
  if (contexts_.size() < most) {
    contexts_.emplace_back(algorithm, std::move(context));
  }
}

base::Bytes PrivateKey::sign(SignatureAlgorithm algorithm, base::ByteView message) const {
  if (type_of(algorithm) != public_key().type()) {
    throw base::Error{base::ErrorCode::internal, "the signature algorithm does not fit the key"};
  }
  if (algorithm == SignatureAlgorithm::ed25519) {
    return sign_ed25519(state_->key.get(), message);
  }
  const auto digest = digest_for(algorithm, message);
  auto context = state_->contexts.take(algorithm);
  if (!context) {
    context = signing_context(state_->key.get(), algorithm);
  }
  std::array<std::uint8_t, most_signature_octets> signature;
  auto size = signature.size();
  check(EVP_PKEY_sign(context.get(), signature.data(), &size, digest.octets.data(), digest.size),
        "signing");
  state_->contexts.put_back(algorithm, std::move(context));
  return {signature.begin(), signature.begin() + static_cast<std::ptrdiff_t>(size)};
}

bool PublicKey::verify(SignatureAlgorithm algorithm, base::ByteView message,
                       base::ByteView signature) const {
  if (type_of(algorithm) != state_->type) {
    return false;
  }
  if (state_->type == KeyType::ec) {
    const auto digest = digest_for(algorithm, message);
    return state_->ecdsa->verify({digest.octets.data(), digest.size}, signature);
  }
  const bool is_good =
      algorithm == SignatureAlgorithm::ed25519
          ? verify_ed25519(state_->key.get(), message, signature)
          : verify_rsa(state_->key.get(), algorithm, digest_for(algorithm, message), signature);
  if (!is_good) {
    take_openssl_errors();
  }
  return is_good;
}

SignatureAlgorithm default_signature_algorithm(const PublicKey& key) {
  switch (key.type()) {
    case KeyType::rsa:
      return SignatureAlgorithm::rsa_sha256;
    case KeyType::ed25519:
      return SignatureAlgorithm::ed25519;
    case KeyType::ec:
      break;
  }
  switch (key.ec_point()->curve) {
    case Curve::p384:
      return SignatureAlgorithm::ecdsa_sha384;
    case Curve::p521:
      return SignatureAlgorithm::ecdsa_sha512;
    default:
      return SignatureAlgorithm::ecdsa_sha256;
  }
}

KeySigner::KeySigner(PrivateKey key)
    : key_{std::move(key)}, algorithm_{default_signature_algorithm(key_.public_key())} {}

KeySigner::KeySigner(PrivateKey key, SignatureAlgorithm algorithm)
    : key_{std::move(key)}, algorithm_{algorithm} {
  if (type_of(algorithm) != key_.public_key().type()) {
    throw base::Error{base::ErrorCode::invalid_request,
                      to_text(algorithm) + " does not fit a key of " + key_.public_key().name()};
  }
}

}  // namespace crypto
