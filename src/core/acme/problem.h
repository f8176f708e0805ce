#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/value.h"
#include "core/acme/identifier.h"

// What an ACME server says when it refuses (RFC 8555, section 6.7).
//
// Refusals of ACME carry more than base::Error can (a type of the RFC's, subproblems per name), and
// a stranger can cause them at will: they are values.
namespace core::acme {

// The names of the registry, which are what goes over the wire. A type whose name is a word of C++
// or that RFCs beyond 8555 define comes here as well.
BOOST_DEFINE_ENUM_CLASS(ProblemType, accountDoesNotExist, alreadyReplaced, alreadyRevoked, badCSR,
                        badNonce, badPublicKey, badRevocationReason, badSignatureAlgorithm, caa,
                        compound, connection, dns, externalAccountRequired, incorrectResponse,
                        invalidContact, invalidProfile, malformed, orderNotReady, rateLimited,
                        rejectedIdentifier, serverInternal, tls, unauthorized, unsupportedContact,
                        unsupportedIdentifier, userActionRequired)

struct Subproblem {
  ProblemType type;
  std::string detail;
  std::optional<RequestedIdentifier> identifier = std::nullopt;  // as it was sent
};

struct Problem {
  ProblemType type;
  std::string detail;  // for the person who runs the client
  std::vector<Subproblem> subproblems = {};
  int status = 0;       // 0: the usual one of its type
  int retry_after = 0;  // seconds; 0: nothing said
};

template <class T>
using Result = std::expected<T, Problem>;

inline std::unexpected<Problem> refuse(ProblemType type, std::string detail, int status = 0) {
  return std::unexpected(Problem{.type = type, .detail = std::move(detail), .status = status});
}

// One refused name is the problem itself; several are subproblems of one that sums them up.
Problem combine(std::vector<Subproblem> subproblems);

// "urn:ietf:params:acme:error:malformed".
std::string urn(ProblemType type);

// The HTTP status it goes out with.
int status_of(const Problem& problem);

// The problem document (RFC 9457), as it is sent and as it is kept with an order or a challenge.
std::string to_json(const Problem& problem);

}  // namespace core::acme

// Takes the value of a Result, or leaves the function with its problem. Not for use inside of
// braces that make a value: g++ forgets to destroy the members made so far when they are left
// half-way.
#define ACME_TRY(...)                                         \
  ({                                                          \
    auto acme_result = (__VA_ARGS__);                         \
    if (!acme_result) {                                       \
      return std::unexpected(std::move(acme_result).error()); \
    }                                                         \
    *std::move(acme_result);                                  \
  })

// The same for a Result without a value.
#define ACME_CHECK(...)                                        \
  do {                                                         \
    if (auto acme_checked = (__VA_ARGS__); !acme_checked) {    \
      return std::unexpected(std::move(acme_checked).error()); \
    }                                                          \
  } while (false)
