#pragma once

#include <expected>
#include <string>

#include "base/bytes.h"
#include "core/acme/caa.h"

// The data of resource records, as a resolver hands them over.
namespace net {

// TXT (RFC 1035, section 3.3.14): one or more strings with a length each, joined.
std::expected<std::string, base::ParseError> read_txt(base::ByteView rdata);

// CAA (RFC 8659, section 4.1): flags, length of the tag, tag, value.
std::expected<core::acme::CaaRecord, base::ParseError> read_caa(base::ByteView rdata);

}  // namespace net
