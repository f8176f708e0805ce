#include "core/lint/lint.h"

#include <algorithm>
#include <array>

#include "core/lint/input.h"
#include "json/json.h"

namespace core::lint {
namespace {

using std::chrono::days;
using std::chrono::sys_days;

void run(std::vector<Finding>& findings, std::span<const Lint> lints, const Input& input) {
  for (const auto& lint : lints) {
    if (auto detail = lint.check(input)) {
      findings.push_back({.lint = std::string{lint.name},
                          .severity = lint.severity,
                          .citation = std::string{lint.citation},
                          .detail = *std::move(detail)});
    }
  }
}

constexpr Lint well_formed{.name = "well_formed",
                           .set = Set::rfc5280,
                           .severity = Severity::error,
                           .citation = "RFC 5280, section 4.1",
                           .description =
                               "The certificate is DER of the structure of X.509, and "
                               "no extension is in it twice",
                           .check = nullptr};

}  // namespace

std::vector<Finding> examine(base::ByteView tbs, Sets sets) {
  const auto input = Input::read(tbs);
  if (!input) {
    return {{.lint = std::string{well_formed.name},
             .severity = well_formed.severity,
             .citation = std::string{well_formed.citation},
             .detail = input.error().reason}};
  }
  std::vector<Finding> findings;
  run(findings, rfc5280_lints(), *input);
  run(findings, house_lints(), *input);
  if (sets.baseline && input->is_tls_server()) {
    run(findings, baseline_lints(), *input);
  }
  return findings;
}

bool blocks(std::span<const Finding> findings) {
  return std::ranges::any_of(
      findings, [](const Finding& finding) { return finding.severity == Severity::error; });
}

std::vector<Finding> findings_from(std::string_view recorded) {
  return recorded.empty() ? std::vector<Finding>{}
                          : json::parse<std::vector<Finding>>(recorded, json::Unknown::ignore);
}

std::vector<Lint> all_lints() {
  std::vector<Lint> all{well_formed};
  for (const auto lints : {rfc5280_lints(), house_lints(), baseline_lints()}) {
    all.insert(all.end(), lints.begin(), lints.end());
  }
  return all;
}

days longest_baseline_validity(base::Time not_before) {
  using namespace std::chrono_literals;
  const struct {
    sys_days from;
    days most;
  } steps[] = {
      {2029y / 3 / 15, days{47}}, {2027y / 3 / 15, days{100}}, {2026y / 3 / 15, days{200}}};
  for (const auto& step : steps) {
    if (not_before >= step.from) {
      return step.most;
    }
  }
  return days{398};
}

}  // namespace core::lint
