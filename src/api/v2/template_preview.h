#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/v2/template_view.h"
#include "core/issuance.h"

namespace api::v2 {

struct PreviewBody {
  static constexpr json::Alias aliases[] = {{"template", "rules"}};
  std::optional<core::TemplateId> template_id;  // to start from; `rules` change it
  std::optional<TemplateBody> rules;
  std::optional<std::string> common_name;
  std::optional<std::vector<std::string>> san;
  std::optional<core::AuthorityId> ca_id;
};
BOOST_DESCRIBE_STRUCT(PreviewBody, (), (template_id, rules, common_name, san, ca_id))

struct PreviewProblem {
  std::string field;
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(PreviewProblem, (), (field, reason))

struct PreviewExtension {
  std::string oid;
  std::string name;
  bool critical;
  std::string value;
};
BOOST_DESCRIBE_STRUCT(PreviewExtension, (), (oid, name, critical, value))

// A sample, signed by a key that exists for samples only; or why there is none.
struct PreviewView {
  std::vector<PreviewProblem> problems;
  std::string subject;
  std::string san_combined;
  std::string key_type;
  std::optional<base::Time> valid_from;
  std::optional<base::Time> valid_to;
  std::vector<PreviewExtension> extensions;
  std::vector<core::lint::Finding> lint;
  std::string pem;
};
BOOST_DESCRIBE_STRUCT(PreviewView, (),
                      (problems, subject, san_combined, key_type, valid_from, valid_to, extensions,
                       lint, pem))

PreviewView preview_of(const core::Profile& profile, const PreviewBody& wanted,
                       const core::IssuerFacts& issuer, base::Time now);

}  // namespace api::v2
