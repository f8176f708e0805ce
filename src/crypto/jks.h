#pragma once

#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/secret.h"
#include "crypto/key.h"
#include "crypto/random.h"

namespace crypto {

struct KeyStoreContent {
  PrivateKey key;
  std::vector<base::Bytes> chain;  // DER, the key's own certificate first
  std::string alias;
  base::Time made_at;
};

// A Java KeyStore of the old kind ("JKS"), for programs that read no PKCS#12: its key is protected
// by SHA-1 alone, so the file needs a good password and a safe place. Throws invalid_request when
// the password is not valid UTF-8 or has less than the six characters that keytool asks for.
base::Bytes make_jks(const KeyStoreContent& content, const base::Secret& password, Random& random);

}  // namespace crypto
