#pragma once

#include "crypto/digest.h"

struct evp_md_st;

namespace crypto {

// The digest, fetched from its provider once: an implicit fetch costs 0.5 µs each time.
const evp_md_st* fetched(DigestAlgorithm algorithm);

}  // namespace crypto
