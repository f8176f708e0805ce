#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/value.h"

// Lints: rules that a certificate keeps or breaks, judged on the bytes that are about to be
// signed. What blocks is told before the key is touched; what only warns is kept with the
// certificate.
namespace core::lint {

BOOST_DEFINE_ENUM_CLASS(Severity, warn, error)

// `rfc5280` and the documents it is extended by; the CA/Browser Forum's Baseline Requirements for
// TLS servers; our own.
BOOST_DEFINE_ENUM_CLASS(Set, rfc5280, baseline, house)

struct Input;

// Nothing, or what is wrong.
using Verdict = std::optional<std::string>;

struct Lint {
  std::string_view name;
  Set set;
  Severity severity;
  std::string_view citation;
  std::string_view description;
  Verdict (*check)(const Input&);
};

struct Finding {
  std::string lint;
  Severity severity;
  std::string citation;
  std::string detail;
};
BOOST_DESCRIBE_STRUCT(Finding, (), (lint, severity, citation, detail))

struct Sets {
  bool baseline = false;  // the other two always apply
};

// Judges a TBSCertificate. What cannot be read is one finding: well_formed.
std::vector<Finding> examine(base::ByteView tbs, Sets sets);

bool blocks(std::span<const Finding> findings);

// What `Certificate::lint` keeps.
std::vector<Finding> findings_from(std::string_view recorded);

// All lints, for the documentation and the API.
std::vector<Lint> all_lints();

std::span<const Lint> rfc5280_lints();
std::span<const Lint> baseline_lints();
std::span<const Lint> house_lints();

// How long a TLS server's certificate may last by the Baseline Requirements (section 6.3.2), which
// shorten it in steps until 2029. By the date of its beginning.
std::chrono::days longest_baseline_validity(base::Time not_before);

}  // namespace core::lint
