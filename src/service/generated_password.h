#pragma once

#include "base/secret.h"
#include "crypto/random.h"

namespace service {

// A password for somebody to write down or to keep in a vault: letters and digits, 140 bits.
base::Secret generated_password(crypto::Random& random);

}  // namespace service
