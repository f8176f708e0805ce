#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <array>
#include <cstring>

#include "base/error.h"
#include "crypto/iterations.h"
#include "crypto/key.h"
#include "crypto/key_state.h"
#include "crypto/openssl_error.h"
#include "crypto/pem.h"
#include "der/reader.h"

namespace crypto {
namespace {

using der::refuse;

constexpr int pbkdf2_iterations = 600'000;  // OWASP's figure for PBKDF2 with HMAC-SHA-256

template <auto Function>
struct FreeBy {
  void operator()(auto* object) const { Function(object); }
};
using Pkcs8Ptr = std::unique_ptr<PKCS8_PRIV_KEY_INFO, FreeBy<PKCS8_PRIV_KEY_INFO_free>>;
using EncryptedPtr = std::unique_ptr<X509_SIG, FreeBy<X509_SIG_free>>;

base::Bytes number_of(EVP_PKEY* key, const char* name) {
  BIGNUM* made = nullptr;
  check(EVP_PKEY_get_bn_param(key, name, &made), "reading a public key");
  const BignumPtr number{made};
  base::Bytes bytes(static_cast<std::size_t>(BN_num_bytes(made)));
  BN_bn2bin(made, bytes.data());
  return bytes;
}

std::expected<PublicKey, base::ParseError> public_ec_key(EVP_PKEY* key) {
  unsigned char* encoded = nullptr;
  const auto size = EVP_PKEY_get1_encoded_public_key(key, &encoded);
  const std::unique_ptr<unsigned char, FreeBy<[](void* p) { OPENSSL_free(p); }>> owner{encoded};
  const base::ByteView point{encoded, size};
  std::array<char, 64> group{};
  EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, group.data(), group.size(),
                                 nullptr);
  const std::string_view name{group.data()};
  const auto curve = name == "prime256v1"  ? std::optional{Curve::p256}
                     : name == "secp384r1" ? std::optional{Curve::p384}
                     : name == "secp521r1" ? std::optional{Curve::p521}
                                           : std::nullopt;
  if (!curve || point.size() != 1 + 2 * field_octets(*curve) || point.front() != 0x04) {
    take_openssl_errors();
    return refuse("the EC key is not on P-256, P-384 or P-521");
  }
  return PublicKey::from_ec_point(*curve, point.subspan(1, field_octets(*curve)),
                                  point.subspan(1 + field_octets(*curve)));
}

std::expected<PublicKey, base::ParseError> public_key_of(EVP_PKEY* key) {
  switch (EVP_PKEY_get_base_id(key)) {
    case EVP_PKEY_RSA:
      return PublicKey::from_rsa(number_of(key, OSSL_PKEY_PARAM_RSA_N),
                                 number_of(key, OSSL_PKEY_PARAM_RSA_E));
    case EVP_PKEY_EC:
      return public_ec_key(key);
    case EVP_PKEY_ED25519: {
      std::array<std::uint8_t, 32> raw;
      auto size = raw.size();
      check(EVP_PKEY_get_raw_public_key(key, raw.data(), &size), "reading a public key");
      return PublicKey::from_ed25519(raw);
    }
    default:
      return refuse("the key is neither RSA, EC on P-256, P-384 or P-521, nor Ed25519");
  }
}

std::unexpected<base::ParseError> refuse_key(const char* reason) {
  take_openssl_errors();
  return refuse(reason);
}

// The two halves belong together: what signs is verified by what we would put in a certificate.
std::expected<PrivateKey, base::ParseError> checked(PrivateKey key) {
  const auto message = base::as_bytes("pairwise consistency");
  const auto algorithm = default_signature_algorithm(key.public_key());
  try {
    if (key.public_key().verify(algorithm, message, key.sign(algorithm, message))) {
      return key;
    }
  } catch (const base::Error&) {
    // Numbers that do not even sign: the log has OpenSSL's reason.
  }
  return refuse("the private key does not belong to its public key");
}

std::expected<PrivateKey, base::ParseError> decrypt(base::ByteView der,
                                                    const std::optional<base::Secret>& passphrase) {
  if (!passphrase) {
    return refuse("the private key is encrypted: its passphrase is needed");
  }
  if (!has_bounded_iterations(der)) {
    return refuse("the private key is encrypted with too many iterations");
  }
  const auto* at = der.data();
  const EncryptedPtr encrypted{d2i_X509_SIG(nullptr, &at, static_cast<long>(der.size()))};
  if (!encrypted || at != der.data() + der.size()) {
    return refuse_key("not an encrypted private key");
  }
  const auto text = passphrase->reveal();
  const Pkcs8Ptr info{PKCS8_decrypt(encrypted.get(), text.data(), static_cast<int>(text.size()))};
  if (!info) {
    return refuse_key("the passphrase is wrong, or the private key is damaged");
  }
  KeyPtr key{EVP_PKCS82PKEY(info.get())};
  return key ? KeyAccess::adopt(std::move(key)) : refuse_key("not a private key");
}

// PEM with a `Proc-Type: 4,ENCRYPTED` header, and the older forms of RSA and EC keys.
std::expected<PrivateKey, base::ParseError> read_older_pem(
    std::string_view pem, const std::optional<base::Secret>& passphrase) {
  const auto give = [](char* out, int size, int, void* given) {
    const auto& secret = *static_cast<const std::optional<base::Secret>*>(given);
    if (!secret || secret->reveal().size() > static_cast<std::size_t>(size)) {
      return -1;
    }
    std::memcpy(out, secret->reveal().data(), secret->reveal().size());
    return static_cast<int>(secret->reveal().size());
  };
  const BioPtr bio{
      check_made(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), "reading a key")};
  KeyPtr key{PEM_read_bio_PrivateKey(bio.get(), nullptr, give,
                                     const_cast<std::optional<base::Secret>*>(&passphrase))};
  return key ? KeyAccess::adopt(std::move(key))
             : refuse_key("the private key is damaged, or its passphrase is wrong or missing");
}

std::expected<PrivateKey, base::ParseError> read_der(
    base::ByteView der, const std::optional<base::Secret>& passphrase) {
  // PrivateKeyInfo begins with a version, EncryptedPrivateKeyInfo with an AlgorithmIdentifier.
  der::Reader outer{der};
  auto content = DER_TRY(outer.sequence());
  if (content.next_is(der::tag::sequence)) {
    return decrypt(der, passphrase);
  }
  DER_CHECK(content.integer());
  if (content.next_is(der::tag::sequence)) {
    return PrivateKey::from_pkcs8_der(der);
  }
  const auto* at = der.data();
  KeyPtr key{d2i_AutoPrivateKey(nullptr, &at, static_cast<long>(der.size()))};
  if (!key || at != der.data() + der.size()) {
    return refuse_key("not a private key");
  }
  return KeyAccess::adopt(std::move(key));
}

Pkcs8Ptr to_pkcs8(EVP_PKEY* key) {
  return Pkcs8Ptr{check_made(EVP_PKEY2PKCS8(key), "encoding a private key")};
}

base::Secret take_bio(BIO* bio) {
  char* data = nullptr;
  const auto size = BIO_get_mem_data(bio, &data);
  base::Secret secret{std::string{data, static_cast<std::size_t>(size)}};
  OPENSSL_cleanse(data, static_cast<std::size_t>(size));
  return secret;
}

EncryptedPtr encrypt(PKCS8_PRIV_KEY_INFO* info, const base::Secret& passphrase) {
  X509_ALGOR* algorithm = check_made(PKCS5_pbe2_set_iv(EVP_aes_256_cbc(), pbkdf2_iterations,
                                                       nullptr, 16, nullptr, NID_hmacWithSHA256),
                                     "preparing an encryption");
  const auto text = passphrase.reveal();
  EncryptedPtr encrypted{
      PKCS8_set0_pbe(text.data(), static_cast<int>(text.size()), info, algorithm)};
  if (!encrypted) {
    X509_ALGOR_free(algorithm);
    fail("encrypting a private key");
  }
  return encrypted;
}

}  // namespace

std::expected<PrivateKey, base::ParseError> KeyAccess::adopt(KeyPtr key) {
  auto public_key = DER_TRY(public_key_of(key.get()));
  return PrivateKey{std::make_shared<PrivateKey::State>(std::move(key), std::move(public_key))};
}

PrivateKey PrivateKey::generate(KeyAlgorithm algorithm) {
  KeyPtr key;
  if (type_of(algorithm) == KeyType::ed25519) {
    key.reset(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  } else if (type_of(algorithm) == KeyType::ec) {
    key.reset(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", to_text(algorithm).substr(3).c_str()));
  } else {
    const auto bits = static_cast<std::size_t>(std::stoi(to_text(algorithm).substr(4)));
    key.reset(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", bits));
  }
  auto made = KeyAccess::adopt(check_made(std::move(key), "generating a key"));
  if (!made) {
    fail("generating a key");
  }
  return *std::move(made);
}

std::expected<PrivateKey, base::ParseError> PrivateKey::from_pkcs8_der(base::ByteView der) {
  const auto* at = der.data();
  const Pkcs8Ptr info{d2i_PKCS8_PRIV_KEY_INFO(nullptr, &at, static_cast<long>(der.size()))};
  if (!info || at != der.data() + der.size()) {
    return refuse_key("not a private key in PKCS#8");
  }
  KeyPtr key{EVP_PKCS82PKEY(info.get())};
  return key ? KeyAccess::adopt(std::move(key)) : refuse_key("not a private key in PKCS#8");
}

std::expected<PrivateKey, base::ParseError> PrivateKey::read(
    base::ByteView der_or_pem, const std::optional<base::Secret>& passphrase) {
  if (looks_like_pem(der_or_pem)) {
    return from_pem(base::as_text(der_or_pem), passphrase);
  }
  auto key = DER_TRY(read_der(der_or_pem, passphrase));
  return checked(std::move(key));
}

std::expected<PrivateKey, base::ParseError> PrivateKey::from_pem(
    std::string_view pem, const std::optional<base::Secret>& passphrase) {
  const auto blocks = DER_TRY(read_pem(pem));
  for (const auto& block : blocks) {
    if (!block.label.ends_with("PRIVATE KEY")) {
      continue;
    }
    auto key =
        block.headers.empty() ? read_der(block.bytes, passphrase) : read_older_pem(pem, passphrase);
    if (!key) {
      return key;
    }
    return checked(*std::move(key));
  }
  return refuse("there is no private key in this text");
}

base::Secret PrivateKey::to_pkcs8_der() const {
  const auto info = to_pkcs8(state_->key.get());
  unsigned char* der = nullptr;
  const int size = i2d_PKCS8_PRIV_KEY_INFO(info.get(), &der);
  if (size < 0) {
    fail("encoding a private key");
  }
  base::Secret secret{std::string{reinterpret_cast<char*>(der), static_cast<std::size_t>(size)}};
  OPENSSL_clear_free(der, static_cast<std::size_t>(size));
  return secret;
}

base::Secret PrivateKey::to_pkcs8_pem(const std::optional<base::Secret>& passphrase) const {
  const auto info = to_pkcs8(state_->key.get());
  const BioPtr bio{check_made(BIO_new(BIO_s_secmem()), "encoding a private key")};
  if (passphrase) {
    check(PEM_write_bio_PKCS8(bio.get(), encrypt(info.get(), *passphrase).get()),
          "encoding a private key");
  } else {
    check(PEM_write_bio_PKCS8_PRIV_KEY_INFO(bio.get(), info.get()), "encoding a private key");
  }
  return take_bio(bio.get());
}

const PublicKey& PrivateKey::public_key() const {
  return state_->public_key;
}

}  // namespace crypto
