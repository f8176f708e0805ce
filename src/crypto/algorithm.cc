#include "crypto/algorithm.h"

#include <array>

#include "base/error.h"
#include "base/text.h"
#include "der/oid.h"
#include "der/reader.h"

namespace crypto {
namespace {

struct KeyAlgorithmName {
  KeyAlgorithm algorithm;
  std::string_view text;
  std::array<std::string_view, 8> others;  // lower case, without blanks, dashes and underscores
};

constexpr KeyAlgorithmName key_names[] = {
    {KeyAlgorithm::rsa_2048, "RSA 2048", {"rsa2048", "2048", "rsa"}},
    {KeyAlgorithm::rsa_3072, "RSA 3072", {"rsa3072", "3072"}},
    {KeyAlgorithm::rsa_4096, "RSA 4096", {"rsa4096", "4096"}},
    {KeyAlgorithm::rsa_6144, "RSA 6144", {"rsa6144", "6144"}},
    {KeyAlgorithm::rsa_8192, "RSA 8192", {"rsa8192", "8192"}},
    {KeyAlgorithm::ec_p256,
     "EC P-256",
     {"ecp256", "p256", "prime256v1", "secp256r1", "ec256", "ecdsap256", "ecdsa256", "256"}},
    {KeyAlgorithm::ec_p384,
     "EC P-384",
     {"ecp384", "p384", "secp384r1", "ec384", "ecdsap384", "ecdsa384", "384"}},
    {KeyAlgorithm::ec_p521,
     "EC P-521",
     {"ecp521", "p521", "secp521r1", "ec521", "ecdsap521", "ecdsa521", "521"}},
    {KeyAlgorithm::ed25519, "Ed25519", {"ed25519", "eddsa"}},
};

struct SignatureAlgorithmName {
  SignatureAlgorithm algorithm;
  std::string_view text;
  KeyType key;
  std::string_view identifier;  // DER
};

using namespace std::string_view_literals;

// RSASSA-PSS-params with the digest's OID and salt length (RFC 4055, section 3.1). The digests'
// own parameters are NULL, as everyone writes them.
#define PSS_IDENTIFIER(digest, salt)                                \
  "\x30\x41\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a\x30\x34"    \
  "\xa0\x0f\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02" digest \
  "\x05\x00"                                                        \
  "\xa1\x1c\x30\x1a\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x08"    \
  "\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02" digest "\x05\x00\xa2\x03\x02\x01" salt ""sv

constexpr SignatureAlgorithmName signature_names[] = {
    {SignatureAlgorithm::ecdsa_sha256, "ecdsa-with-SHA256", KeyType::ec,
     "\x30\x0a\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x02"sv},
    {SignatureAlgorithm::ecdsa_sha384, "ecdsa-with-SHA384", KeyType::ec,
     "\x30\x0a\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x03"sv},
    {SignatureAlgorithm::ecdsa_sha512, "ecdsa-with-SHA512", KeyType::ec,
     "\x30\x0a\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x04"sv},
    {SignatureAlgorithm::rsa_sha256, "sha256WithRSAEncryption", KeyType::rsa,
     "\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b\x05\x00"sv},
    {SignatureAlgorithm::rsa_sha384, "sha384WithRSAEncryption", KeyType::rsa,
     "\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0c\x05\x00"sv},
    {SignatureAlgorithm::rsa_sha512, "sha512WithRSAEncryption", KeyType::rsa,
     "\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0d\x05\x00"sv},
    {SignatureAlgorithm::rsa_pss_sha256, "rsassaPss with SHA256", KeyType::rsa,
     PSS_IDENTIFIER("\x01", "\x20")},
    {SignatureAlgorithm::rsa_pss_sha384, "rsassaPss with SHA384", KeyType::rsa,
     PSS_IDENTIFIER("\x02", "\x30")},
    {SignatureAlgorithm::rsa_pss_sha512, "rsassaPss with SHA512", KeyType::rsa,
     PSS_IDENTIFIER("\x03", "\x40")},
    {SignatureAlgorithm::ed25519, "ED25519", KeyType::ed25519, "\x30\x05\x06\x03\x2b\x65\x70"sv},
};

#undef PSS_IDENTIFIER

const SignatureAlgorithmName& names_of(SignatureAlgorithm algorithm) {
  return signature_names[static_cast<std::size_t>(algorithm)];
}

// Names of algorithms that we do not work with, but meet in foreign certificates.
constexpr std::pair<der::Oid, std::string_view> foreign_names[] = {
    {der::Oid{"1.2.840.113549.1.1.2"}, "md2WithRSAEncryption"},
    {der::Oid{"1.2.840.113549.1.1.4"}, "md5WithRSAEncryption"},
    {der::Oid{"1.2.840.113549.1.1.5"}, "sha1WithRSAEncryption"},
    {der::Oid{"1.2.840.113549.1.1.10"}, "rsassaPss"},
    {der::Oid{"1.2.840.113549.1.1.14"}, "sha224WithRSAEncryption"},
    {der::Oid{"1.2.840.10045.4.1"}, "ecdsa-with-SHA1"},
    {der::Oid{"1.2.840.10045.4.3.1"}, "ecdsa-with-SHA224"},
    {der::Oid{"1.2.840.10040.4.3"}, "dsa-with-SHA1"},
    {der::Oid{"2.16.840.1.101.3.4.3.2"}, "dsa-with-SHA256"},
    {der::Oid{"1.3.101.113"}, "ED448"},
    {der::Oid{"2.16.840.1.101.3.4.3.17"}, "ML-DSA-44"},
    {der::Oid{"2.16.840.1.101.3.4.3.18"}, "ML-DSA-65"},
    {der::Oid{"2.16.840.1.101.3.4.3.19"}, "ML-DSA-87"},
};

}  // namespace

std::string to_text(KeyAlgorithm algorithm) {
  return std::string{key_names[static_cast<std::size_t>(algorithm)].text};
}

std::expected<KeyAlgorithm, base::ParseError> parse_key_algorithm(std::string_view text) {
  std::string plain;
  for (const char c : text.substr(0, 32)) {
    if (c != ' ' && c != '-' && c != '_') {
      plain += base::lower(c);
    }
  }
  for (const auto& name : key_names) {
    for (const auto other : name.others) {
      if (!plain.empty() && plain == other) {
        return name.algorithm;
      }
    }
  }
  std::string known;
  for (const auto& name : key_names) {
    known += (known.empty() ? "" : ", ") + std::string{name.text};
  }
  return std::unexpected(base::ParseError{"not one of " + known});
}

KeyType type_of(KeyAlgorithm algorithm) {
  switch (algorithm) {
    case KeyAlgorithm::ec_p256:
    case KeyAlgorithm::ec_p384:
    case KeyAlgorithm::ec_p521:
      return KeyType::ec;
    case KeyAlgorithm::ed25519:
      return KeyType::ed25519;
    default:
      return KeyType::rsa;
  }
}

std::string to_text(SignatureAlgorithm algorithm) {
  return std::string{names_of(algorithm).text};
}

KeyType type_of(SignatureAlgorithm algorithm) {
  return names_of(algorithm).key;
}

base::ByteView algorithm_identifier(SignatureAlgorithm algorithm) {
  return base::as_bytes(names_of(algorithm).identifier);
}

std::expected<SignatureAlgorithm, base::ParseError> signature_algorithm(
    base::ByteView identifier_der) {
  const auto identifier = base::as_text(identifier_der);
  for (const auto& name : signature_names) {
    if (identifier == name.identifier) {
      return name.algorithm;
    }
    const bool is_pkcs1 = name.key == KeyType::rsa && name.identifier.size() == 15;
    if (is_pkcs1 && identifier.starts_with("\x30\x0b"sv) &&
        identifier.substr(2) == name.identifier.substr(2, 11)) {
      return name.algorithm;
    }
  }
  return std::unexpected(base::ParseError{"the signature algorithm " +
                                          algorithm_name(identifier_der) + " is not supported"});
}

std::string algorithm_name(base::ByteView identifier_der) {
  for (const auto& name : signature_names) {
    if (base::as_text(identifier_der) == name.identifier) {
      return std::string{name.text};
    }
  }
  der::Reader reader{identifier_der};
  auto sequence = reader.sequence();
  if (!sequence) {
    return "unknown";
  }
  const auto oid = sequence->oid();
  if (!oid) {
    return "unknown";
  }
  for (const auto& [foreign, name] : foreign_names) {
    if (foreign == *oid) {
      return std::string{name};
    }
  }
  for (const auto& name : signature_names) {
    if (name.identifier.substr(2, 11).ends_with(base::as_text(oid->content())) &&
        name.identifier.size() == 15) {
      return std::string{name.text};
    }
  }
  return oid->to_string();
}

}  // namespace crypto
