#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "core/acme/account.h"
#include "core/acme/challenge.h"
#include "core/acme/identifier.h"
#include "core/acme/problem.h"
#include "core/acme/reference.h"

namespace core::acme {

struct Order;
using OrderId = base::Id<Order>;
struct Authorization;
using AuthorizationId = base::Id<Authorization>;
using AuthorizationReference = Reference<AuthorizationId>;

// RFC 8555, section 7.1.6. `expired` is never stored: it is a pending or valid one past its time.
BOOST_DEFINE_ENUM_CLASS(AuthorizationStatus, pending, valid, invalid, deactivated, expired, revoked)
BOOST_DEFINE_ENUM_CLASS(ChallengeStatus, pending, processing, valid, invalid)

// An authorization with its challenges. They share one token, and only the one that the client
// chose has a fate of its own; the others stay as they were offered.
struct Authorization {
  AuthorizationId id;
  std::string secret;
  AccountId account_id;
  OrderId order_id;  // the one it was made for
  IdentifierType identifier_type;
  std::string identifier;  // without a wildcard's label
  bool wildcard;
  AuthorizationStatus status;
  std::string token;
  std::string challenges;  // those offered, separated by blanks: "http-01 dns-01"
  std::optional<ChallengeType> attempted;
  std::int64_t attempts;                      // made so far, of the challenge attempted
  std::optional<base::Time> attempted_at;     // since when
  std::optional<base::Time> next_attempt_at;  // while it is under way
  std::optional<base::Time> validated_at;
  std::optional<std::string> error;  // a problem document
  std::string trace;                 // JSON: each step of the last attempt
  base::Time expires_at;
  base::Time created_at;
  // The account as the client that answered knows it; part of what it proves in some challenges.
  std::optional<std::string> account_url = std::nullopt;
  bool subdomains = false;  // speaks for all names below, too (RFC 9444)

  AuthorizationReference reference() const { return {id, secret}; }
};
BOOST_DESCRIBE_STRUCT(Authorization, (),
                      (id, secret, account_id, order_id, identifier_type, identifier, wildcard,
                       status, token, challenges, attempted, attempts, attempted_at,
                       next_attempt_at, validated_at, error, trace, expires_at, created_at,
                       account_url, subdomains))

std::vector<ChallengeType> offered(const Authorization& authorization);

// The status at that time.
AuthorizationStatus status_at(const Authorization& authorization, base::Time now);
ChallengeStatus challenge_status(const Authorization& authorization, ChallengeType type);

// What a client sees of the challenges: all offered ones while it may choose, afterwards only the
// one that decided (RFC 8555, section 7.1.4).
std::vector<ChallengeType> visible_challenges(const Authorization& authorization);

// What answering a challenge means for an authorization in this state.
enum class Response { start, already_under_way };
Result<Response> challenge_response(const Authorization& authorization, ChallengeType type,
                                    base::Time now);

// How an attempt leaves the authorization.
void fulfil(Authorization& authorization, base::Time now, base::Time valid_until);
void fail(Authorization& authorization, const Problem& problem);
void try_again(Authorization& authorization, base::Time at);

// Gives it up on the client's wish (section 7.5.2): pending and valid ones can be.
Result<void> deactivate(Authorization& authorization, base::Time now);

// Attempts follow each other after 1, 2 and 4 seconds: long enough for a web server that is just
// being reloaded and a zone that is just being copied, short enough for a person who waits.
inline constexpr auto attempts_last = std::chrono::seconds{8};
std::optional<base::Time> next_attempt(const Authorization& authorization, base::Time now);

}  // namespace core::acme
