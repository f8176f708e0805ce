#include "core/acme/caa.h"

#include <algorithm>

#include "core/acme/issue_value.h"

namespace core::acme {
namespace {

bool allows(const CaaRecord& record, const CaaQuestion& question) {
  const auto value = read_issue_value(record.value);
  if (!value || value->issuer.empty() ||
      std::ranges::find(question.issuer_names, value->issuer) == question.issuer_names.end()) {
    return false;
  }
  if (const auto uri = value->parameters.find("accounturi");
      uri != value->parameters.end() && uri->second != question.account_url) {
    return false;
  }
  if (const auto methods = value->parameters.find("validationmethods");
      methods != value->parameters.end()) {
    const auto allowed = split_trimmed(methods->second, ',');
    return std::ranges::find(allowed, question.challenge_type) != allowed.end();
  }
  return true;
}

}  // namespace

std::optional<std::string> caa_obstacle(const std::vector<CaaRecord>& records,
                                        const CaaQuestion& question) {
  std::vector<const CaaRecord*> issue;
  std::vector<const CaaRecord*> issue_wild;
  for (const auto& record : records) {
    if (record.tag == "issue") {
      issue.push_back(&record);
    } else if (record.tag == "issuewild") {
      issue_wild.push_back(&record);
    } else if (record.critical && record.tag != "iodef") {
      // Section 4.1: what is critical and not understood forbids.
      return "the critical CAA property \"" + record.tag + "\" is not known to this CA";
    }
  }
  // Section 4.3: issuewild takes the place of issue for wildcards, and is ignored otherwise.
  const auto& relevant = question.wildcard && !issue_wild.empty() ? issue_wild : issue;
  if (relevant.empty() || std::ranges::any_of(relevant, [&](const auto* record) {
        return allows(*record, question);
      })) {
    return std::nullopt;
  }
  std::string values;
  for (const auto* record : relevant) {
    values += (values.empty() ? "" : ", ") + record->tag + " \"" + record->value + "\"";
  }
  return "CAA records do not name this CA: " + values;
}

}  // namespace core::acme
