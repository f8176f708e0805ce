#pragma once

#include <boost/json/fwd.hpp>
#include <string>

#include "core/acme/problem.h"
#include "crypto/key.h"

namespace core::acme {

// Reads a public key from a JWK (RFC 7517, 7518, 8037): EC on P-256, P-384, P-521; RSA of 2048 bits
// or more; Ed25519. The problem is badPublicKey, also for a JWK that carries the private key.
Result<crypto::PublicKey> read_jwk(const boost::json::object& jwk);

// The required members of the JWK in the order of their names, without blanks.
std::string jwk_text(const crypto::PublicKey& key);

// The thumbprint of RFC 7638 with SHA-256, in base64url. It is made from the key, hence over the
// required members alone, whatever else the JWK said.
std::string thumbprint(const crypto::PublicKey& key);

}  // namespace core::acme
