#include "core/webauthn/authenticator_data.h"

#include <algorithm>

#include "core/webauthn/cbor.h"

namespace core::webauthn {
namespace {

constexpr std::size_t longest_id = 1023;  // section 5.8.3

using Refusal = std::unexpected<base::ParseError>;

Refusal refuse(const char* reason) {
  return Refusal{base::ParseError{reason}};
}

enum Flag : std::uint8_t {
  user_present = 0x01,
  user_verified = 0x04,
  backup_eligible = 0x08,
  backed_up = 0x10,
  has_credential = 0x40,
  has_extensions = 0x80,
};

std::int64_t big_endian(base::ByteView octets) {
  std::int64_t number = 0;
  for (const auto octet : octets) {
    number = number << 8 | octet;
  }
  return number;
}

std::string uuid_text(base::ByteView octets) {
  auto text = base::to_hex(octets);
  for (const auto at : {8, 13, 18, 23}) {
    text.insert(static_cast<std::size_t>(at), "-");
  }
  return text;
}

// The octets of a member of the key; empty when there are none.
base::ByteView member(const Cbor& key, std::int64_t label) {
  const auto* const found = key.find(label);
  const auto* const octets = found == nullptr ? nullptr : found->octets();
  return octets == nullptr ? base::ByteView{} : *octets;
}

std::int64_t number(const Cbor& key, std::int64_t label) {
  const auto* const found = key.find(label);
  const auto* const value = found == nullptr ? nullptr : found->number();
  return value == nullptr ? 0 : *value;
}

// Labels and values of RFC 9053, sections 7.1 and 7.2, and of RFC 8230, section 4.
std::expected<crypto::PublicKey, base::ParseError> key_of(const Cbor& key) {
  constexpr std::int64_t type = 1;
  constexpr std::int64_t algorithm = 3;
  constexpr std::int64_t curve = -1;
  switch (number(key, algorithm)) {
    case -7:
      if (number(key, type) == 2 && number(key, curve) == 1) {
        return crypto::PublicKey::from_ec_point(crypto::Curve::p256, member(key, -2),
                                                member(key, -3));
      }
      break;
    case -8:
      if (number(key, type) == 1 && number(key, curve) == 6) {
        return crypto::PublicKey::from_ed25519(member(key, -2));
      }
      break;
    case -257:
      if (number(key, type) == 3) {
        return crypto::PublicKey::from_rsa(member(key, -1), member(key, -2));
      }
      break;
    default:
      return refuse("a key for an algorithm that was not asked for");
  }
  return refuse("a key that does not fit its algorithm");
}

std::expected<NewCredential, base::ParseError> read_credential(base::ByteView& rest) {
  constexpr std::size_t head = 18;
  if (rest.size() < head) {
    return refuse("authenticator data that ends too early");
  }
  const auto aaguid = rest.first(16);
  const auto id_size = static_cast<std::size_t>(big_endian(rest.subspan(16, 2)));
  rest = rest.subspan(head);
  if (id_size == 0 || id_size > longest_id || id_size > rest.size()) {
    return refuse("a credential id that is empty, or too long");
  }
  const auto id = rest.first(id_size);
  rest = rest.subspan(id_size);
  auto key = read_cose_key(rest);
  if (!key) {
    return Refusal{key.error()};
  }
  return NewCredential{uuid_text(aaguid), base::to_bytes(id), *std::move(key)};
}

}  // namespace

std::expected<crypto::PublicKey, base::ParseError> read_cose_key(base::ByteView& rest) {
  const auto cbor = read_cbor(rest);
  if (!cbor) {
    return Refusal{cbor.error()};
  }
  return key_of(*cbor);
}

std::expected<AuthenticatorData, base::ParseError> AuthenticatorData::parse(base::ByteView octets) {
  constexpr std::size_t head = 37;
  if (octets.size() < head) {
    return refuse("authenticator data that ends too early");
  }
  const auto flags = octets[32];
  AuthenticatorData data{.rp_id_hash = {},
                         .user_present = (flags & Flag::user_present) != 0,
                         .user_verified = (flags & Flag::user_verified) != 0,
                         .backup_eligible = (flags & Flag::backup_eligible) != 0,
                         .backed_up = (flags & Flag::backed_up) != 0,
                         .sign_count = big_endian(octets.subspan(33, 4)),
                         .credential = std::nullopt};
  std::ranges::copy(octets.first(32), data.rp_id_hash.begin());
  auto rest = octets.subspan(head);
  if ((flags & Flag::has_credential) != 0) {
    auto credential = read_credential(rest);
    if (!credential) {
      return Refusal{credential.error()};
    }
    data.credential = *std::move(credential);
  }
  if ((flags & Flag::has_extensions) != 0) {
    const auto extensions = read_cbor(rest);
    if (!extensions) {
      return Refusal{extensions.error()};
    }
    if (extensions->map() == nullptr) {
      return refuse("extensions that are no map");
    }
  }
  if (!rest.empty()) {
    return refuse("authenticator data with something behind it");
  }
  if (data.backed_up && !data.backup_eligible) {
    return refuse("a backup of what must not be backed up");  // section 6.1.3
  }
  return data;
}

crypto::SignatureAlgorithm signature_algorithm(const crypto::PublicKey& key) {
  switch (key.type()) {
    case crypto::KeyType::rsa:
      return crypto::SignatureAlgorithm::rsa_sha256;
    case crypto::KeyType::ed25519:
      return crypto::SignatureAlgorithm::ed25519;
    case crypto::KeyType::ec:
      break;
  }
  return crypto::SignatureAlgorithm::ecdsa_sha256;
}

int cose_algorithm(const crypto::PublicKey& key) {
  switch (key.type()) {
    case crypto::KeyType::rsa:
      return -257;
    case crypto::KeyType::ed25519:
      return -8;
    case crypto::KeyType::ec:
      break;
  }
  return -7;
}

}  // namespace core::webauthn
