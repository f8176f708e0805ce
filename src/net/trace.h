#pragma once

#include <boost/describe.hpp>
#include <string>
#include <vector>

namespace net {

// One step of a look-up or a request to a stranger, in words: what was asked, what answered. Kept
// with the challenge, so that a person sees at which step a validation failed.
struct TraceStep {
  std::string asked;
  std::string answered;
};
BOOST_DESCRIBE_STRUCT(TraceStep, (), (asked, answered))

using Trace = std::vector<TraceStep>;

// "; "-joined for the detail of a problem.
std::string to_text(const Trace& trace);

// Foreign bytes for a message: cut, and everything but printable ASCII replaced.
std::string printable(std::string_view text, std::size_t most = 120);

}  // namespace net
