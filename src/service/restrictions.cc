#include "service/restrictions.h"

#include <algorithm>

#include "storage/access_store.h"
#include "storage/authority_store.h"
#include "storage/certificate_store.h"
#include "storage/restriction_store.h"
#include "storage/tag_store.h"
#include "storage/template_store.h"
#include "storage/user_store.h"

namespace service {
namespace {

constexpr std::size_t most_named = 100;

struct RestrictedTo {
  std::vector<core::AuthorityId> ca_ids;
  std::vector<core::TemplateId> template_ids;
  std::vector<core::Tag> tags;
};
BOOST_DESCRIBE_STRUCT(RestrictedTo, (), (ca_ids, template_ids, tags))

RestrictedTo about(const core::Restriction& restriction) {
  return {restriction.authorities, restriction.templates, restriction.tags};
}

bool is_administrator(const auth::Caller& caller) {
  return caller.role == "admin";
}

template <class Id, class Store>
std::vector<Id> checked(std::vector<Id> ids, const Store& store, const char* field) {
  std::vector<base::FieldError> errors;
  if (ids.size() > most_named) {
    errors.push_back({field, "names more than 100"});
  }
  for (std::size_t i = 0; i < ids.size() && errors.empty(); ++i) {
    if (!store.find(ids[i])) {
      errors.push_back({std::string{field} + "[" + std::to_string(i) + "]", "does not exist"});
    }
  }
  if (!errors.empty()) {
    throw base::Error{base::ErrorCode::invalid_request, std::move(errors)};
  }
  std::ranges::sort(ids);
  const auto repeated = std::ranges::unique(ids);
  ids.erase(repeated.begin(), repeated.end());
  return ids;
}

// A tag may be named before any certificate has it.
std::vector<core::Tag> checked(const std::vector<core::Tag>& tags) {
  if (tags.size() > most_named) {
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{"tags", "names more than 100"}}};
  }
  return core::in_order(tags);
}

core::Restriction checked(db::Session& session, const core::Restriction& wanted) {
  return {.authorities = checked(wanted.authorities, storage::AuthorityStore{session}, "ca_ids"),
          .templates = checked(wanted.templates, storage::TemplateStore{session}, "template_ids"),
          .tags = checked(wanted.tags)};
}

[[noreturn]] void refuse(const char* detail) {
  throw base::Error{base::ErrorCode::not_found, detail};
}

}  // namespace

std::shared_ptr<const core::Reach> Restrictions::reach_of(const auth::Caller& caller) {
  static const auto everything = std::make_shared<const core::Reach>();
  const auto id = core::UserId::from_number(caller.user_id);
  if (!id || is_administrator(caller)) {
    return everything;
  }
  const auto now = std::chrono::steady_clock::now();
  std::uint64_t version = 0;
  {
    const std::lock_guard lock{mutex_};
    const auto found = kept_.find(caller.user_id);
    if (found != kept_.end() && now < found->second.until) {
      return found->second.reach;
    }
    version = version_;
  }
  auto reach = read(*id);
  const auto kept =
      reach.is_everything() ? everything : std::make_shared<const core::Reach>(std::move(reach));
  const std::lock_guard lock{mutex_};
  if (version == version_) {
    if (kept_.size() >= most_kept) {
      kept_.clear();
    }
    kept_.insert_or_assign(caller.user_id, Kept{kept, now + life});
  }
  return kept;
}

core::Reach Restrictions::read(const core::UserId& id) {
  return database_.read([&](db::Session& session) {
    const storage::RestrictionStore store{session};
    core::Reach reach;
    if (auto own = store.of(id); !own.is_empty()) {
      reach.any.push_back(std::move(own));
    }
    for (auto& [group, restriction] : store.of_groups(id)) {
      reach.any.push_back(std::move(restriction));
    }
    return reach;
  });
}

void Restrictions::require(const auth::Caller& caller, const core::CertificateId& id) {
  const auto reach = reach_of(caller);
  if (reach->is_everything()) {
    return;
  }
  database_.read([&](db::Session& session) {
    const auto certificate = storage::CertificateStore{session}.find(id);
    if (!certificate || !is_within(session, *reach, *certificate)) {
      refuse("no certificate has this id");
    }
  });
}

void Restrictions::require(const auth::Caller& caller, const core::AuthorityId& id) {
  if (!reach_of(caller)->includes(id)) {
    refuse("no authority has this id");
  }
}

void Restrictions::require(const auth::Caller& caller, const core::TemplateId& id) {
  if (!reach_of(caller)->includes(id)) {
    refuse("no template has this id");
  }
}

std::vector<core::Tag> Restrictions::require_new(const auth::Caller& caller,
                                                 const core::AuthorityId& authority,
                                                 const std::optional<core::TemplateId>& made_by,
                                                 const std::vector<core::Tag>& tags) {
  require(caller, authority);
  if (made_by) {
    require(caller, *made_by);
  }
  const auto reach = reach_of(caller);
  if (!reach->may_include(authority, made_by)) {
    throw base::Error{base::ErrorCode::forbidden,
                      "your account is restricted to some templates: name one that goes with this "
                      "authority (template_id)"};
  }
  return core::tags_of_new(*reach, authority, made_by, tags);
}

core::Restriction Restrictions::of(const core::UserId& id) {
  return database_.read([&](db::Session& session) {
    if (!storage::UserStore{session}.find(id)) {
      refuse("no user has this id");
    }
    return storage::RestrictionStore{session}.of(id);
  });
}

core::Restriction Restrictions::of(const core::GroupId& id) {
  return database_.read([&](db::Session& session) {
    if (!storage::AccessStore{session}.find_group(id)) {
      refuse("no group has this id");
    }
    return storage::RestrictionStore{session}.of(id);
  });
}

std::map<core::GroupId, core::Restriction> Restrictions::of_groups(const core::UserId& id) {
  return database_.read(
      [&](db::Session& session) { return storage::RestrictionStore{session}.of_groups(id); });
}

void Restrictions::set(const auth::Act& act, const core::UserId& id,
                       const core::Restriction& restriction) {
  database_.write(act, [&](db::Session& session) {
    const auto user = storage::UserStore{session}.find(id);
    if (!user) {
      refuse("no user has this id");
    }
    if (user->role == "admin" && !restriction.is_empty()) {
      throw base::Error{base::ErrorCode::conflict, "administrators cannot be restricted"};
    }
    const auto wanted = checked(session, restriction);
    storage::RestrictionStore{session}.set(id, wanted);
    session.record("user", id, user->username, about(wanted));
  });
}

void Restrictions::set(const auth::Act& act, const core::GroupId& id,
                       const core::Restriction& restriction) {
  database_.write(act, [&](db::Session& session) {
    const auto group = storage::AccessStore{session}.find_group(id);
    if (!group) {
      refuse("no group has this id");
    }
    const auto wanted = checked(session, restriction);
    storage::RestrictionStore{session}.set(id, wanted);
    session.record("group", id, group->name, about(wanted));
  });
}

void Restrictions::note_changes(std::span<const db::Entry> entries) {
  const auto touches = [](const db::Entry& entry) {
    return entry.resource_type == "user" || entry.resource_type == "group";
  };
  if (std::ranges::any_of(entries, touches)) {
    const std::lock_guard lock{mutex_};
    kept_.clear();
    ++version_;
  }
}

bool is_within(db::Session& session, const core::Reach& reach,
               const core::Certificate& certificate) {
  const auto tags =
      reach.names_tags() ? storage::TagStore{session}.of(certificate.id) : std::vector<core::Tag>{};
  return reach.includes(certificate.authority_id, certificate.template_id, tags);
}

}  // namespace service
