#include "service/templates.h"

#include <algorithm>

#include "base/log.h"
#include "base/text.h"

namespace service {
namespace {

constexpr int most_templates = 1000;
constexpr int most_versions = 200;

struct About {
  std::string template_type;
  std::int64_t version;
  bool is_active;
};
BOOST_DESCRIBE_STRUCT(About, (), (template_type, version, is_active))

void check(const std::string& name, const std::string& description, const core::Profile& profile,
           const std::string& place = {}) {
  auto errors = core::name_problems(name, description);
  const auto& types = core::template_types();
  if (std::ranges::find(types, profile.name) == types.end()) {
    errors.push_back({"template_type", "not one of the types of templates"});
  }
  for (auto& problem : core::problems_of(profile)) {
    errors.push_back(std::move(problem));
  }
  if (!errors.empty()) {
    for (auto& each : errors) {
      each.field = place + each.field;
    }
    throw base::Error{base::ErrorCode::invalid_request, std::move(errors)};
  }
}

core::Template existing(storage::TemplateStore& templates, const core::TemplateId& id) {
  auto found = templates.find_to_change(id);
  if (!found) {
    throw base::Error{base::ErrorCode::not_found, "no template has this id"};
  }
  return *std::move(found);
}

void refuse_if_system(const core::Template& record) {
  if (record.is_system) {
    throw base::Error{base::ErrorCode::forbidden,
                      "this template came with the program: duplicate it, and change the copy"};
  }
}

void refuse_if_taken(storage::TemplateStore& templates, const std::string& name_key) {
  if (templates.find_by_name(name_key)) {
    throw base::Error{base::ErrorCode::conflict, "a template of this name exists already"};
  }
}

Templates::Shown shown(const storage::TemplateStore& templates, const core::Template& record) {
  const auto version = templates.version(record.id, record.version);
  if (!version) {
    throw base::Error{base::ErrorCode::internal, "a template without its version"};
  }
  return {record, profile_of(*version), templates.issued_by(record.id)};
}

core::TemplateVersion version_of(const core::Template& record, const core::Profile& profile,
                                 base::Time now, const std::string& by) {
  return {.template_id = record.id,
          .version = record.version,
          .profile = json::to_text(profile),
          .created_at = now,
          .created_by = by};
}

// One transaction's work on templates, with its act and time.
struct Editing {
  db::Session& session;
  const std::string& by;
  base::Time now;
  storage::TemplateStore templates{session};

  core::Template add(const Templates::Draft& draft, bool is_system) {
    if (templates.count() >= most_templates) {
      throw base::Error{base::ErrorCode::conflict, "there are 1000 templates already"};
    }
    const core::Template record{.id = templates.new_id(),
                                .name = draft.name,
                                .name_key = base::lower(draft.name),
                                .description = draft.description,
                                .template_type = draft.profile.name,
                                .is_system = is_system,
                                .is_active = draft.is_active,
                                .version = 1,
                                .created_at = now,
                                .created_by = by,
                                .updated_at = now,
                                .updated_by = by};
    templates.insert(record);
    templates.insert(version_of(record, draft.profile, now, by));
    session.record("template", record.id, record.name,
                   About{record.template_type, record.version, record.is_active});
    return record;
  }

  core::Template change(core::Template record, const core::Profile& profile) {
    ++record.version;
    record.template_type = profile.name;
    record.updated_at = now;
    record.updated_by = by;
    templates.update(record);
    templates.insert(version_of(record, profile, now, by));
    session.record("template", record.id, record.name,
                   About{record.template_type, record.version, record.is_active});
    return record;
  }
};

}  // namespace

core::Profile profile_of(const core::TemplateVersion& version) {
  return json::parse<core::Profile>(version.profile, json::Unknown::ignore);
}

std::shared_ptr<const core::BoundProfile> TemplateProfiles::current(const core::TemplateId& id) {
  const auto record = database_.read(
      [&](db::Session& session) { return storage::TemplateStore{session}.find(id); });
  if (!record) {
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{"template_id", "no template has this id"}}};
  }
  if (!record->is_active) {
    throw base::Error{base::ErrorCode::conflict, "this template was switched off"};
  }
  return version(id, record->version);
}

std::shared_ptr<const core::BoundProfile> TemplateProfiles::version(const core::TemplateId& id,
                                                                    std::int64_t version) {
  const std::pair key{id, version};
  {
    const std::lock_guard lock{mutex_};
    if (const auto found = kept_.find(key); found != kept_.end()) {
      return found->second;
    }
  }
  const auto row = database_.read(
      [&](db::Session& session) { return storage::TemplateStore{session}.version(id, version); });
  if (!row) {
    throw base::Error{base::ErrorCode::conflict,
                      "the version of the template that made this certificate is gone"};
  }
  auto made =
      std::make_shared<const core::BoundProfile>(core::BoundProfile{id, version, profile_of(*row)});
  const std::lock_guard lock{mutex_};
  if (kept_.size() >= most_kept) {
    kept_.clear();
  }
  kept_.insert_or_assign(key, made);
  return made;
}

void Templates::make_built_in() {
  const auto is_current = [](storage::TemplateStore& templates,
                             const core::BuiltInTemplate& wanted) {
    const auto record = templates.find_by_name(base::lower(wanted.name));
    if (!record) {
      return false;
    }
    // A name that a person gave before the program did stays theirs.
    return !record->is_system ||
           templates.version(record->id, record->version)->profile == json::to_text(wanted.profile);
  };
  const auto& all = core::built_in_templates();
  const bool is_done = database_.read([&](db::Session& session) {
    storage::TemplateStore templates{session};
    return std::ranges::all_of(all, [&](const auto& each) { return is_current(templates, each); });
  });
  if (is_done) {
    return;
  }
  const auth::Act act{.by = "system", .action = "template.create"};
  database_.write(act, [&](db::Session& session) {
    Editing editing{session, act.by, clock_.now()};
    session.bookkeeping("the templates that come with the program");
    for (const auto& each : all) {
      if (is_current(editing.templates, each)) {
        continue;
      }
      if (const auto record = editing.templates.find_by_name(base::lower(each.name))) {
        editing.change(*record, each.profile);
      } else {
        editing.add({.name = each.name, .description = each.description, .profile = each.profile},
                    true);
      }
    }
  });
}

Templates::Shown Templates::create(const auth::Act& act, const Draft& draft) {
  check(draft.name, draft.description, draft.profile);
  return database_.write(act, [&](db::Session& session) {
    Editing editing{session, act.by, clock_.now()};
    refuse_if_taken(editing.templates, base::lower(draft.name));
    return shown(editing.templates, editing.add(draft, false));
  });
}

Templates::Shown Templates::update(const auth::Act& act, const core::TemplateId& id,
                                   const Changes& changes) {
  return database_.write(act, [&](db::Session& session) {
    Editing editing{session, act.by, clock_.now()};
    auto record = existing(editing.templates, id);
    refuse_if_system(record);
    auto profile = shown(editing.templates, record).profile;
    if (changes.profile) {
      profile = changes.profile(std::move(profile));
    }
    if (changes.name && base::lower(*changes.name) != record.name_key) {
      refuse_if_taken(editing.templates, base::lower(*changes.name));
    }
    record.name = changes.name.value_or(record.name);
    record.name_key = base::lower(record.name);
    record.description = changes.description.value_or(record.description);
    record.is_active = changes.is_active.value_or(record.is_active);
    check(record.name, record.description, profile);
    return shown(editing.templates, editing.change(record, profile));
  });
}

Templates::Shown Templates::duplicate(const auth::Act& act, const core::TemplateId& id,
                                      const std::optional<std::string>& name) {
  return database_.write(act, [&](db::Session& session) {
    Editing editing{session, act.by, clock_.now()};
    const auto original = shown(editing.templates, existing(editing.templates, id));
    const auto free_name = [&] {
      for (int i = 1; i < 100; ++i) {
        auto candidate =
            original.record.name + (i == 1 ? " (copy)" : " (copy " + std::to_string(i) + ")");
        if (!editing.templates.find_by_name(base::lower(candidate))) {
          return candidate;
        }
      }
      throw base::Error{base::ErrorCode::conflict, "there are 99 copies already: give a name"};
    };
    const Draft draft{.name = name ? *name : free_name(),
                      .description = original.record.description,
                      .profile = original.profile};
    check(draft.name, draft.description, draft.profile);
    refuse_if_taken(editing.templates, base::lower(draft.name));
    return shown(editing.templates, editing.add(draft, false));
  });
}

void Templates::remove(const auth::Act& act, const core::TemplateId& id) {
  database_.write(act, [&](db::Session& session) {
    storage::TemplateStore templates{session};
    const auto record = existing(templates, id);
    refuse_if_system(record);
    if (const auto issued = templates.issued_by(id); issued > 0) {
      throw base::Error{base::ErrorCode::conflict,
                        std::to_string(issued) +
                            " certificates were made from this template, and are renewed by it: "
                            "switch it off instead"};
    }
    templates.remove(id);
    session.record("template", id, record.name, About{record.template_type, record.version, false});
  });
}

Templates::Imported Templates::import(const auth::Act& act, const std::vector<Draft>& drafts,
                                      bool update_existing) {
  for (std::size_t i = 0; i < drafts.size(); ++i) {
    check(drafts[i].name, drafts[i].description, drafts[i].profile, "[" + std::to_string(i) + "].");
  }
  return database_.write(act, [&](db::Session& session) {
    Editing editing{session, act.by, clock_.now()};
    session.bookkeeping("an import may find that everything is there already");
    Imported result;
    for (const auto& draft : drafts) {
      auto record = editing.templates.find_by_name(base::lower(draft.name));
      if (!record) {
        editing.add(draft, false);
        ++result.imported;
      } else if (update_existing && !record->is_system) {
        record = existing(editing.templates, record->id);
        record->name = draft.name;
        record->description = draft.description;
        record->is_active = draft.is_active;
        editing.change(*record, draft.profile);
        ++result.updated;
      } else {
        ++result.skipped;
      }
    }
    return result;
  });
}

std::optional<Templates::Shown> Templates::find(const core::TemplateId& id) {
  return database_.read([&](db::Session& session) {
    const storage::TemplateStore templates{session};
    const auto record = templates.find(id);
    return record ? std::optional{shown(templates, *record)} : std::nullopt;
  });
}

std::vector<Templates::Shown> Templates::list(const storage::TemplateFilter& filter) {
  auto lowered = filter;
  lowered.search = base::lower(filter.search);
  return database_.read([&](db::Session& session) {
    const storage::TemplateStore templates{session};
    std::vector<Shown> all;
    for (const auto& record : templates.list(lowered, most_templates)) {
      all.push_back(shown(templates, record));
    }
    return all;
  });
}

std::vector<core::TemplateVersion> Templates::versions(const core::TemplateId& id) {
  return database_.read([&](db::Session& session) {
    return storage::TemplateStore{session}.versions(id, most_versions);
  });
}

}  // namespace service
