#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace core::acme {

// issue-value = *WSP [issuer-domain-name *WSP] [";" *WSP [parameters *WSP]]  (RFC 8659,
// section 4.2): the value of a CAA record, and of the TXT record of dns-persist-01.
struct IssueValue {
  std::string issuer;                             // lower case; empty: nobody
  std::map<std::string, std::string> parameters;  // tags in lower case
};

// Nothing when the value is malformed; so is one that has a parameter twice.
std::optional<IssueValue> read_issue_value(std::string_view text);

// The parts between separators, without blanks around them.
std::vector<std::string_view> split_trimmed(std::string_view text, char separator);

}  // namespace core::acme
