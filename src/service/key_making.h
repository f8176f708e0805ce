#pragma once

#include "crypto/key.h"

namespace service {

// Makes a key. Long RSA keys take seconds, up to a minute: one is made at a time, and whoever asks
// meanwhile is told to come again, so that they do not use up the workers of the server. Throws
// unavailable.
crypto::PrivateKey make_key(crypto::KeyAlgorithm algorithm);

}  // namespace service
