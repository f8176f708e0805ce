#pragma once

#include "api/acme_admin/user_view.h"
#include "storage/acme_allowance_store.h"

namespace api::acme_admin {

struct IdentifierView {
  IdentifierUid id;
  core::acme::IdentifierType identifier_type;
  std::string identifier_value;
  std::optional<UserUid> created_by;
  base::Time created_at;
};
BOOST_DESCRIBE_STRUCT(IdentifierView, (),
                      (id, identifier_type, identifier_value, created_by, created_at))

// With the accounts that it is assigned to.
struct AssignedIdentifierView : IdentifierView {
  std::vector<AccountUid> account_ids;
};
BOOST_DESCRIBE_STRUCT(AssignedIdentifierView, (IdentifierView), (account_ids))

std::vector<IdentifierView> views(db::Session& session,
                                  const std::vector<core::acme::AllowedIdentifier>& list);
std::vector<AssignedIdentifierView> assigned_views(
    db::Session& session, const std::vector<core::acme::AllowedIdentifier>& list);

}  // namespace api::acme_admin
