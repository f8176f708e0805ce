#include "service/keys.h"

#include "crypto/aead.h"
#include "crypto/digest.h"
#include "storage/key_store.h"

namespace service {
namespace {

std::string context_of(const core::KeyId& id, std::string_view purpose) {
  return "key " + std::to_string(id.to_number()) + " " + std::string{purpose};
}

}  // namespace

MasterKey::MasterKey(base::Secret key) : key_{std::move(key)} {
  if (key_.reveal().size() != crypto::aead_key_octets) {
    throw base::Error{base::ErrorCode::unavailable, "the master key does not have 32 octets"};
  }
}

base::Bytes MasterKey::wrap(base::ByteView secret, std::string_view context,
                            crypto::Random& random) const {
  return crypto::seal(base::as_bytes(key_.reveal()), secret, base::as_bytes(context), random);
}

base::Secret MasterKey::unwrap(base::ByteView wrapped, std::string_view context) const {
  auto opened = crypto::open(base::as_bytes(key_.reveal()), wrapped, base::as_bytes(context));
  if (!opened) {
    throw base::Error{base::ErrorCode::unavailable,
                      "a secret in the database does not open under this master key: start with "
                      "the master key that the database was made with"};
  }
  base::Secret secret{std::string{base::as_text(*opened)}};
  std::ranges::fill(*opened, std::uint8_t{0});
  return secret;
}

std::string MasterKey::fingerprint(std::string_view secret, std::string_view context) const {
  const auto input = std::string{context} + "\n" + std::string{secret};
  return base::to_hex(crypto::hmac_sha256(base::as_bytes(key_.reveal()), base::as_bytes(input)));
}

core::KeyId Keys::store(db::Session& session, const crypto::PrivateKey& key,
                        std::string_view purpose) {
  storage::KeyStore keys{session};
  const auto id = keys.new_id();
  const auto pkcs8 = key.to_pkcs8_der();
  keys.insert(
      {.id = id,
       .purpose = std::string{purpose},
       .algorithm = key.public_key().name(),
       .spki = base::to_bytes(key.public_key().spki()),
       .wrapped = master_.wrap(base::as_bytes(pkcs8.reveal()), context_of(id, purpose), random_),
       .created_at = clock_.now()});
  return id;
}

crypto::PrivateKey Keys::load(db::Session& session, const core::KeyId& id) const {
  const auto stored = storage::KeyStore{session}.find(id);
  if (!stored) {
    throw base::Error{base::ErrorCode::not_found, "the private key is not kept here"};
  }
  const auto pkcs8 = master_.unwrap(stored->wrapped, context_of(id, stored->purpose));
  auto key = crypto::PrivateKey::from_pkcs8_der(base::as_bytes(pkcs8.reveal()));
  if (!key) {
    throw base::Error{base::ErrorCode::internal, "a stored key is broken: " + key.error().reason};
  }
  return *std::move(key);
}

void Keys::erase(db::Session& session, const core::KeyId& id) {
  storage::KeyStore{session}.remove(id);
}

}  // namespace service
