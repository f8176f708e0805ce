#pragma once

#include <string_view>

#include "auth/permission.h"
#include "core/user.h"
#include "db/session.h"

namespace service {

// Of one of the four roles, or of a custom one; an unknown role may do nothing.
auth::Rights rights_of_role(db::Session& session, std::string_view role);

// What the user may do at this moment: the role's rights and those of the groups.
auth::Rights rights_of(db::Session& session, const core::User& user);

bool is_role(db::Session& session, std::string_view role);

}  // namespace service
