#include "api/v2/restrictions.h"

#include "auth/permission.h"

namespace api::v2 {
namespace {

struct RestrictionBody {
  std::optional<std::vector<core::AuthorityId>> ca_ids;
  std::optional<std::vector<core::TemplateId>> template_ids;
  std::optional<std::vector<core::Tag>> tags;
};
BOOST_DESCRIBE_STRUCT(RestrictionBody, (), (ca_ids, template_ids, tags))

struct GroupRestriction {
  core::GroupId group_id;
  std::vector<core::AuthorityId> ca_ids;
  std::vector<core::TemplateId> template_ids;
  std::vector<core::Tag> tags;
};
BOOST_DESCRIBE_STRUCT(GroupRestriction, (), (group_id, ca_ids, template_ids, tags))

struct RestrictionView {
  bool restricted;  // by itself
  std::vector<core::AuthorityId> ca_ids;
  std::vector<core::TemplateId> template_ids;
  std::vector<core::Tag> tags;
};
BOOST_DESCRIBE_STRUCT(RestrictionView, (), (restricted, ca_ids, template_ids, tags))

struct UserRestrictionView {
  bool restricted;  // by itself or by a group
  std::vector<core::AuthorityId> ca_ids;
  std::vector<core::TemplateId> template_ids;
  std::vector<core::Tag> tags;
  std::vector<GroupRestriction> groups;
};
BOOST_DESCRIBE_STRUCT(UserRestrictionView, (), (restricted, ca_ids, template_ids, tags, groups))

struct Endpoints {
  service::Restrictions& restrictions;

  UserRestrictionView of_user(const http::Call& call, const core::UserId& id) const;
  http::Done<UserRestrictionView> restrict_user(const http::Call& call, const core::UserId& id,
                                                const RestrictionBody& body) const;
  void lift_of_user(const http::Call& call, const core::UserId& id) const;
  RestrictionView of_group(const http::Call& call, const core::GroupId& id) const;
  http::Done<RestrictionView> restrict_group(const http::Call& call, const core::GroupId& id,
                                             const RestrictionBody& body) const;
  void lift_of_group(const http::Call& call, const core::GroupId& id) const;
};

}  // namespace

void add_restrictions(http::Surface& surface, service::Restrictions& restrictions) {
  http::Resource users{surface, "Users", Endpoints{restrictions}};

  users.add(http::Endpoint{.method = http::get,
                           .path = "/users/{user_id}/restriction",
                           .summary = "Read what a user is restricted to, alone and by groups",
                           .access = auth::read_users,
                           .handler = &Endpoints::of_user});
  users.add(http::Endpoint{.method = http::put,
                           .path = "/users/{user_id}/restriction",
                           .summary = "Restrict a user to some authorities, templates or tags",
                           .access = auth::admin_users,
                           .action = "user.restrict",
                           .handler = &Endpoints::restrict_user});
  users.add(http::Endpoint{.method = http::delete_,
                           .path = "/users/{user_id}/restriction",
                           .summary = "Lift the restriction of a user",
                           .access = auth::admin_users,
                           .action = "user.lift_restriction",
                           .handler = &Endpoints::lift_of_user});

  http::Resource groups{surface, "Groups", Endpoints{restrictions}};

  groups.add(http::Endpoint{.method = http::get,
                            .path = "/groups/{group_id}/restriction",
                            .summary = "Read what the members of a group are restricted to",
                            .access = auth::read_groups,
                            .handler = &Endpoints::of_group});
  groups.add(http::Endpoint{.method = http::put,
                            .path = "/groups/{group_id}/restriction",
                            .summary = "Restrict the members of a group",
                            .access = auth::admin_users,
                            .action = "group.restrict",
                            .handler = &Endpoints::restrict_group});
  groups.add(http::Endpoint{.method = http::delete_,
                            .path = "/groups/{group_id}/restriction",
                            .summary = "Lift the restriction of a group",
                            .access = auth::admin_users,
                            .action = "group.lift_restriction",
                            .handler = &Endpoints::lift_of_group});
}

namespace {

core::Restriction read(const RestrictionBody& body) {
  const core::Restriction restriction{
      .authorities = body.ca_ids.value_or(std::vector<core::AuthorityId>{}),
      .templates = body.template_ids.value_or(std::vector<core::TemplateId>{}),
      .tags = body.tags.value_or(std::vector<core::Tag>{})};
  if (restriction.is_empty()) {
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{"ca_ids",
                                        "name an authority, a template or a tag; DELETE lifts "
                                        "the restriction"}}};
  }
  return restriction;
}

UserRestrictionView Endpoints::of_user(const http::Call& /*call*/, const core::UserId& id) const {
  const auto own = restrictions.of(id);
  UserRestrictionView shown{!own.is_empty(), own.authorities, own.templates, own.tags, {}};
  for (const auto& [group, restriction] : restrictions.of_groups(id)) {
    shown.groups.push_back(
        {group, restriction.authorities, restriction.templates, restriction.tags});
    shown.restricted = true;
  }
  return shown;
}

http::Done<UserRestrictionView> Endpoints::restrict_user(const http::Call& call,
                                                         const core::UserId& id,
                                                         const RestrictionBody& body) const {
  restrictions.set(call.act, id, read(body));
  return {.data = of_user(call, id), .message = "User restricted"};
}

void Endpoints::lift_of_user(const http::Call& call, const core::UserId& id) const {
  restrictions.set(call.act, id, {});
}

RestrictionView Endpoints::of_group(const http::Call& /*call*/, const core::GroupId& id) const {
  const auto own = restrictions.of(id);
  return {!own.is_empty(), own.authorities, own.templates, own.tags};
}

http::Done<RestrictionView> Endpoints::restrict_group(const http::Call& call,
                                                      const core::GroupId& id,
                                                      const RestrictionBody& body) const {
  restrictions.set(call.act, id, read(body));
  return {.data = of_group(call, id), .message = "Members of the group restricted"};
}

void Endpoints::lift_of_group(const http::Call& call, const core::GroupId& id) const {
  restrictions.set(call.act, id, {});
}

}  // namespace
}  // namespace api::v2
