#pragma once

#include "api/acme_admin/user_view.h"
#include "storage/acme_csr_profile_store.h"

namespace api::acme_admin {

struct ProfileView {
  ProfileUid id;
  std::string name;
  std::string description;
  json::Raw profile_data;
  std::optional<UserUid> created_by;
  base::Time created_at;
  base::Time updated_at;
};
BOOST_DESCRIBE_STRUCT(ProfileView, (),
                      (id, name, description, profile_data, created_by, created_at, updated_at))

ProfileView view(db::Session& session, const core::acme::CsrProfile& profile);

}  // namespace api::acme_admin
