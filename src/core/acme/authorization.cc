#include "core/acme/authorization.h"

#include <algorithm>

namespace core::acme {

std::vector<ChallengeType> offered(const Authorization& authorization) {
  std::vector<ChallengeType> types;
  std::string_view rest = authorization.challenges;
  while (!rest.empty()) {
    const auto end = std::min(rest.find(' '), rest.size());
    if (const auto type = challenge_type(rest.substr(0, end))) {
      types.push_back(*type);
    }
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return types;
}

AuthorizationStatus status_at(const Authorization& authorization, base::Time now) {
  const bool ends_by_itself = authorization.status == AuthorizationStatus::pending ||
                              authorization.status == AuthorizationStatus::valid;
  return ends_by_itself && authorization.expires_at <= now ? AuthorizationStatus::expired
                                                           : authorization.status;
}

ChallengeStatus challenge_status(const Authorization& authorization, ChallengeType type) {
  if (authorization.attempted != type) {
    return ChallengeStatus::pending;
  }
  if (authorization.validated_at) {
    return ChallengeStatus::valid;
  }
  return authorization.status == AuthorizationStatus::pending ? ChallengeStatus::processing
                                                              : ChallengeStatus::invalid;
}

std::vector<ChallengeType> visible_challenges(const Authorization& authorization) {
  if (authorization.attempted && authorization.status != AuthorizationStatus::pending) {
    return {*authorization.attempted};
  }
  return offered(authorization);
}

Result<Response> challenge_response(const Authorization& authorization, ChallengeType type,
                                    base::Time now) {
  const auto types = offered(authorization);
  if (std::ranges::find(types, type) == types.end()) {
    return refuse(ProblemType::malformed, "there is no such challenge", 404);
  }
  if (status_at(authorization, now) != AuthorizationStatus::pending) {
    // Answering twice is no fault, and changes nothing (RFC 8555, section 7.5.1).
    return authorization.attempted == type
               ? Result<Response>{Response::already_under_way}
               : refuse(ProblemType::malformed, "the authorization is not pending any more");
  }
  if (!authorization.attempted) {
    return Response::start;
  }
  if (*authorization.attempted != type) {
    return refuse(ProblemType::malformed, "another challenge of this authorization, " +
                                              std::string{wire_name(*authorization.attempted)} +
                                              ", is being validated");
  }
  return Response::already_under_way;
}

void fulfil(Authorization& authorization, base::Time now, base::Time valid_until) {
  authorization.status = AuthorizationStatus::valid;
  authorization.validated_at = now;
  authorization.next_attempt_at = std::nullopt;
  authorization.error = std::nullopt;
  authorization.expires_at = valid_until;
}

void fail(Authorization& authorization, const Problem& problem) {
  authorization.status = AuthorizationStatus::invalid;
  authorization.next_attempt_at = std::nullopt;
  authorization.error = to_json(problem);
}

void try_again(Authorization& authorization, base::Time at) {
  authorization.next_attempt_at = at;
}

Result<void> deactivate(Authorization& authorization, base::Time now) {
  const auto status = status_at(authorization, now);
  if (status != AuthorizationStatus::pending && status != AuthorizationStatus::valid) {
    return refuse(ProblemType::malformed, std::string{"the authorization is "} +
                                              boost::describe::enum_to_string(status, "over") +
                                              " and stays so");
  }
  authorization.status = AuthorizationStatus::deactivated;
  authorization.next_attempt_at = std::nullopt;
  return {};
}

std::optional<base::Time> next_attempt(const Authorization& authorization, base::Time now) {
  const auto made = std::clamp<std::int64_t>(authorization.attempts, 1, 10);
  const auto at = now + std::chrono::seconds{std::int64_t{1} << (made - 1)};
  const auto since = authorization.attempted_at.value_or(now);
  return at <= since + attempts_last && at < authorization.expires_at ? std::optional{at}
                                                                      : std::nullopt;
}

}  // namespace core::acme
