#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/v2/dashboard.h"
#include "http/endpoint.h"

namespace api::v2 {

BOOST_DEFINE_ENUM_CLASS(Severity, critical, warning, info)

struct AttentionItem {
  std::string kind;
  Severity severity;
  std::string title;
  std::string detail;
  std::string target;
  std::int64_t target_id;
  std::optional<base::Time> due;
};
BOOST_DESCRIBE_STRUCT(AttentionItem, (), (kind, severity, title, detail, target, target_id, due))

struct Attention {
  std::vector<AttentionItem> items;
};
BOOST_DESCRIBE_STRUCT(Attention, (), (items))

// What needs somebody's hands, the most pressing first: certificates and authorities near their
// end, revocation lists out of date, and, for those who may see them, ACME orders that wait for
// approval or failed.
Attention attention_for(const DashboardParts& parts, const http::Call& call);

}  // namespace api::v2
