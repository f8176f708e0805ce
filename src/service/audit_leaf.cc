#include "service/audit_leaf.h"

namespace service {
namespace {

struct Leaf {
  std::int64_t id;
  base::Time at;
  std::string username;
  std::string action;
  std::string resource_type;
  std::int64_t resource_id;
  std::string resource_name;
  std::string details;
  std::string ip_address;
  std::string user_agent;
  std::string credential;
  std::string request_id;
  bool success;
};
BOOST_DESCRIBE_STRUCT(Leaf, (),
                      (id, at, username, action, resource_type, resource_id, resource_name, details,
                       ip_address, user_agent, credential, request_id, success))

}  // namespace

std::string leaf_text(const db::Entry& entry) {
  return json::to_text(Leaf{.id = entry.id,
                            .at = entry.at,
                            .username = entry.username,
                            .action = entry.action,
                            .resource_type = entry.resource_type,
                            .resource_id = entry.resource_id,
                            .resource_name = entry.resource_name,
                            .details = entry.details,
                            .ip_address = entry.ip_address,
                            .user_agent = entry.user_agent,
                            .credential = entry.credential,
                            .request_id = entry.request_id,
                            .success = entry.success});
}

merkle::Hash leaf_hash(const db::Entry& entry) {
  return merkle::leaf_hash(base::as_bytes(leaf_text(entry)));
}

}  // namespace service
