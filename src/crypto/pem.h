#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/value.h"

// The textual encoding of RFC 7468.
namespace crypto {

struct PemBlock {
  std::string label;                 // "CERTIFICATE"
  std::vector<std::string> headers;  // "Proc-Type: 4,ENCRYPTED", of older private keys
  base::Bytes bytes;
};

std::string to_pem(std::string_view label, base::ByteView der);

// All blocks of a text; what stands around them is skipped. A block that is broken is refused.
// No blocks: an empty list.
std::expected<std::vector<PemBlock>, base::ParseError> read_pem(std::string_view text);

// The text looks like PEM rather than DER.
bool looks_like_pem(base::ByteView bytes);

// DER as it is, or the only block of a PEM text with that label ("CERTIFICATE"; a request may be
// "NEW CERTIFICATE REQUEST" as well, which is asked for by its own call).
std::expected<base::Bytes, base::ParseError> der_from(base::ByteView der_or_pem,
                                                      std::string_view label);

}  // namespace crypto
