#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/value.h"
#include "x509/certificate.h"

// Before an authority is made: who would refuse what it issues, and why. Rules about whole chains,
// where the lints look at one certificate.
namespace core {

// `refusal`: what it issues is good for nothing, or not for what was asked. `warning`: some
// software refuses, or does not do what one may expect. `note`: good to know.
BOOST_DEFINE_ENUM_CLASS(ChainSeverity, note, warning, refusal)

struct ChainFinding {
  std::string rule;
  ChainSeverity severity;
  std::vector<std::string> clients;  // who refuses, or is surprised
  std::string citation;
  std::string detail;
};
BOOST_DESCRIBE_STRUCT(ChainFinding, (), (rule, severity, clients, citation, detail))

// The candidate as it would be, and the chain above it, its issuer first and a root last; empty for
// a root. Signatures do not count: a candidate may be signed by anybody.
std::vector<ChainFinding> simulate_chain(const x509::Certificate& candidate,
                                         const std::vector<x509::Certificate>& above,
                                         base::Time now);

}  // namespace core
