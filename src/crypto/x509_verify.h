#pragma once

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/value.h"

// OpenSSL's opinion of certificates: for imports, for the raw view of the console, for tests.
namespace crypto {

struct ChainQuery {
  base::ByteView leaf;                     // DER
  std::vector<base::Bytes> intermediates;  // DER
  std::vector<base::Bytes> roots;          // DER
  base::Time at;
  std::string host;               // also checks the name; empty: does not
  std::vector<base::Bytes> crls;  // DER; when there are any, all of the chain is checked
  std::string purpose = {};       // "sslserver", "sslclient", ...; empty: any
};

// Why the chain does not verify (RFC 5280, section 6); nothing when it does.
std::optional<std::string> chain_problem(const ChainQuery& query);

// Text as `openssl x509 -text`, `openssl req -text` and `openssl crl -text` print it.
std::expected<std::string, base::ParseError> describe_certificate(base::ByteView der);
std::expected<std::string, base::ParseError> describe_request(base::ByteView der);
std::expected<std::string, base::ParseError> describe_crl(base::ByteView der);

}  // namespace crypto
