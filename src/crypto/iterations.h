#pragma once

#include "base/bytes.h"

namespace crypto {

// Password-based encryption names its own iteration count: a hostile file could keep a core busy
// for hours. True when no count in this DER (INTEGERs that follow a salt) is above ten million.
// DER within OCTET STRINGs is looked at as well.
bool has_bounded_iterations(base::ByteView der);

}  // namespace crypto
