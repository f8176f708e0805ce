#pragma once

#include "db/database.h"
#include "http/endpoint.h"

namespace api::v2 {

struct AuditView {
  std::int64_t id;
  base::Time timestamp;
  std::string username;
  std::string action;
  std::string resource_type;
  std::string resource_id;
  std::string resource_name;
  std::string details;  // JSON
  std::string ip_address;
  std::string user_agent;
  std::string credential;
  std::string request_id;
  bool success;
};
BOOST_DESCRIBE_STRUCT(AuditView, (),
                      (id, timestamp, username, action, resource_type, resource_id, resource_name,
                       details, ip_address, user_agent, credential, request_id, success))

AuditView view(const db::Entry& entry);

// How the actions of one of the contract's categories begin; empty for none. Throws
// invalid_request for an unknown one.
std::string start_of_category(const std::optional<std::string>& category);

void add_audit(http::Surface& surface, db::Database& database);

}  // namespace api::v2
