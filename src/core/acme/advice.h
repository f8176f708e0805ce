#pragma once

#include <string_view>

#include "core/acme/challenge.h"
#include "core/acme/problem.h"

namespace core::acme {

// What to do about a challenge that failed, for the person who runs the client.
std::string_view advice(ProblemType problem, ChallengeType challenge);

// The type in a problem document's "urn:ietf:params:acme:error:dns"; serverInternal for others.
ProblemType problem_type_in(std::string_view urn);

}  // namespace core::acme
