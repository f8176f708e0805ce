#pragma once

#include <boost/json/fwd.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/id.h"
#include "core/regular_expression.h"
#include "x509/csr.h"

// What administrators demand of a CSR, beyond that it is the order's.
namespace core::acme {

using CsrProfileId = base::Id<struct CsrProfile>;

struct CsrProfile {
  CsrProfileId id;
  std::string name;
  std::string description;
  std::string profile_data;  // JSON, as it was sent: what CsrRules reads of it, and anything else
  std::string created_by;
  base::Time created_at;
  base::Time updated_at;
};
BOOST_DESCRIBE_STRUCT(CsrProfile, (),
                      (id, name, description, profile_data, created_by, created_at, updated_at))

// A pattern with the text that messages quote.
struct QuotedPattern {
  std::string text;
  RegularExpression expression;
};

// The checks of a profile. What is left out is not checked; -1 is no bound.
struct CsrRules {
  std::optional<std::map<std::string, std::int64_t>> keys = {};  // least bits by label: "RSA"
  std::optional<std::vector<std::string>> signature_algorithms = {};
  std::optional<std::vector<std::string>> key_usages = {};
  std::optional<std::vector<std::string>> extended_key_usages = {};
  std::int64_t least_common_names = -1;
  std::int64_t most_common_names = -1;
  std::optional<QuotedPattern> common_name_pattern = {};
  std::int64_t least_names = -1;
  std::int64_t most_names = -1;
  std::optional<QuotedPattern> name_pattern = {};
  std::optional<std::vector<std::string>> name_types = {};
  std::optional<QuotedPattern> subject_pattern = {};
  bool wildcard_common_names = true;
  bool wildcard_names = true;
  std::optional<std::int64_t> deepest = {};  // labels below a base domain
  std::optional<std::vector<std::string>> base_domains = {};
  bool keys_may_be_reused = true;
  std::int64_t renewal_window_days = 0;

  bool has_history_checks() const { return !keys_may_be_reused || renewal_window_days > 0; }
};

// Reads profile_data; throws invalid_request with all that is wrong with it. Members that no check
// knows are left alone: other versions may know them.
CsrRules read_csr_rules(const boost::json::object& profile_data);
CsrRules csr_rules_of(const CsrProfile& profile);

// What was issued before, as far as the rules ask for it.
struct CsrHistory {
  std::int64_t with_same_key = 0;
  std::int64_t in_force_for_longer = 0;  // for one of the names, beyond the renewal window
};

// What breaks the rules, one sentence each, in the order of the checks; nothing when all is well.
std::vector<std::string> csr_violations(const CsrRules& rules,
                                        const x509::CertificateRequest& request,
                                        const CsrHistory& history, base::Time now);

// The DNS names among the alternative names of a request.
std::vector<std::string> dns_names_of(const x509::CertificateRequest& request);

}  // namespace core::acme
