#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/secret.h"
#include "base/value.h"
#include "crypto/algorithm.h"

namespace crypto {

struct EcPoint {
  Curve curve;
  base::Bytes x;  // as long as the field: 32, 48 or 66 octets
  base::Bytes y;
};

struct RsaParameters {
  base::Bytes modulus;  // big-endian, without leading zeros
  base::Bytes exponent;
};

// What a SubjectPublicKeyInfo says, whether we would take the key or not: for the display of
// foreign certificates.
struct KeyFacts {
  std::string name;  // "RSA 1024", "EC P-256", "Ed25519", "EC secp256k1", "1.2.3.4"
  int bits = 0;      // 0: unknown
  std::optional<std::string> weakness;  // why we would not take it
};
KeyFacts key_facts(base::ByteView spki);

// A public key that we are willing to work with: RSA of 2048 to 8192 bits with an odd exponent of
// 65537 or more, a point on P-256, P-384 or P-521, or Ed25519. Cheap to copy; thread-safe.
class PublicKey {
 public:
  // Reads a SubjectPublicKeyInfo without OpenSSL's decoders. Refuses weak keys and says why;
  // compressed points and algorithm parameters other than the standard's are refused as well.
  static std::expected<PublicKey, base::ParseError> from_spki(base::ByteView der);

  // From the parameters of a JWK: big-endian; coordinates have the length of the field.
  static std::expected<PublicKey, base::ParseError> from_ec_point(Curve curve, base::ByteView x,
                                                                  base::ByteView y);
  static std::expected<PublicKey, base::ParseError> from_rsa(base::ByteView modulus,
                                                             base::ByteView exponent);
  static std::expected<PublicKey, base::ParseError> from_ed25519(base::ByteView raw);

  base::ByteView spki() const;      // DER
  base::ByteView key_bits() const;  // the subjectPublicKey in it: what key identifiers hash

  KeyType type() const;
  int bits() const;                               // 2048, 256, ...
  std::string name() const;                       // "RSA 2048", "EC P-256", "Ed25519"
  std::optional<KeyAlgorithm> algorithm() const;  // nothing for RSA of an unusual size

  std::optional<EcPoint> ec_point() const;
  std::optional<RsaParameters> rsa() const;
  std::optional<base::Bytes> ed25519() const;

  // What only a longer look finds: an RSA modulus with small factors, with primes next to each
  // other (Fermat), or of the form of CVE-2017-15361 (ROCA). To ask before a certificate is issued.
  std::optional<std::string> weakness() const;

  // False also when the algorithm does not fit the key or the signature is malformed.
  bool verify(SignatureAlgorithm algorithm, base::ByteView message, base::ByteView signature) const;

  bool operator==(const PublicKey& other) const;

 private:
  friend class PrivateKey;
  friend struct KeyAccess;
  struct State;
  explicit PublicKey(std::shared_ptr<const State> state) : state_{std::move(state)} {}
  std::shared_ptr<const State> state_;
};

// A private key in memory. Cheap to copy (copies share the key); signs from many threads at once
// without a lock held over a signature. The key is wiped when the last copy goes.
class PrivateKey {
 public:
  static PrivateKey generate(KeyAlgorithm algorithm);

  static std::expected<PrivateKey, base::ParseError> from_pkcs8_der(base::ByteView der);

  // Reads PKCS#8, encrypted or not, and the older RSA and EC forms, DER or PEM.
  static std::expected<PrivateKey, base::ParseError> read(
      base::ByteView der_or_pem, const std::optional<base::Secret>& passphrase = std::nullopt);
  static std::expected<PrivateKey, base::ParseError> from_pem(
      std::string_view pem, const std::optional<base::Secret>& passphrase = std::nullopt);

  base::Secret to_pkcs8_der() const;

  // With a passphrase: encrypted with AES-256-CBC under PBKDF2 (PBES2, RFC 8018).
  base::Secret to_pkcs8_pem(const std::optional<base::Secret>& passphrase = std::nullopt) const;

  const PublicKey& public_key() const;

  // Throws internal when the algorithm does not fit the key.
  base::Bytes sign(SignatureAlgorithm algorithm, base::ByteView message) const;

 private:
  friend struct KeyAccess;
  struct State;
  explicit PrivateKey(std::shared_ptr<const State> state) : state_{std::move(state)} {}
  std::shared_ptr<const State> state_;
};

// What signs certificates, CRLs and OCSP answers: a key in memory, or one in an HSM. Thread-safe.
class Signer {
 public:
  virtual ~Signer() = default;
  virtual const PublicKey& public_key() const = 0;
  virtual SignatureAlgorithm algorithm() const = 0;
  virtual base::Bytes sign(base::ByteView message) const = 0;

  // Signs within a tenth of a millisecond or so, here. An RSA signature takes as long as thirty of
  // the others, and a key elsewhere may take any time.
  virtual bool is_quick() const { return false; }
};

// The algorithm that fits the strength of the key: P-384 signs with SHA-384, and so on.
SignatureAlgorithm default_signature_algorithm(const PublicKey& key);

class KeySigner final : public Signer {
 public:
  explicit KeySigner(PrivateKey key);
  KeySigner(PrivateKey key, SignatureAlgorithm algorithm);  // throws when it does not fit

  const PublicKey& public_key() const override { return key_.public_key(); }
  SignatureAlgorithm algorithm() const override { return algorithm_; }
  base::Bytes sign(base::ByteView message) const override { return key_.sign(algorithm_, message); }
  bool is_quick() const override { return public_key().type() != KeyType::rsa; }

 private:
  PrivateKey key_;
  SignatureAlgorithm algorithm_;
};

}  // namespace crypto
