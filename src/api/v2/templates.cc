#include "api/v2/templates.h"

#include "api/v2/certificate_view.h"
#include "api/v2/template_preview.h"
#include "api/v2/template_view.h"
#include "auth/permission.h"

namespace api::v2 {
namespace {

constexpr std::size_t most_in_bulk = 100;
constexpr std::size_t most_imported = 200;

struct ListQuery {
  std::optional<bool> active;
  std::string type;
  std::string search;
};
BOOST_DESCRIBE_STRUCT(ListQuery, (), (active, type, search))

struct DuplicateBody {
  std::optional<std::string> name;
};
BOOST_DESCRIBE_STRUCT(DuplicateBody, (), (name))

struct BulkBody {
  std::vector<core::TemplateId> ids;
};
BOOST_DESCRIBE_STRUCT(BulkBody, (), (ids))

struct BulkFailure {
  core::TemplateId id;
  std::string error;
};
BOOST_DESCRIBE_STRUCT(BulkFailure, (), (id, error))

struct BulkResult {
  std::vector<core::TemplateId> success;
  std::vector<BulkFailure> failed;
};
BOOST_DESCRIBE_STRUCT(BulkResult, (), (success, failed))

struct ImportBody {
  static constexpr bool is_form = true;
  std::optional<std::string> json_content;
  std::optional<http::Upload> file;
  std::optional<bool> update_existing;
};
BOOST_DESCRIBE_STRUCT(ImportBody, (), (json_content, file, update_existing))

struct ImportResult {
  int imported;
  int skipped;
  int updated;
};
BOOST_DESCRIBE_STRUCT(ImportResult, (), (imported, skipped, updated))

struct VersionView {
  std::int64_t version;
  base::Time created_at;
  std::string created_by;
  core::Profile rules;
};
BOOST_DESCRIBE_STRUCT(VersionView, (), (version, created_at, created_by, rules))

struct Templates {
  service::Templates& templates;
  service::Authorities& authorities;
  service::Restrictions& restrictions;

  std::vector<TemplateView> list(const http::Call& call, const ListQuery& query) const;
  http::Created<TemplateView> create(const http::Call& call, const TemplateBody& body) const;
  TemplateView read(const http::Call& call, const core::TemplateId& id) const;
  http::Done<TemplateView> update(const http::Call& call, const core::TemplateId& id,
                                  const TemplateBody& body) const;
  http::Created<TemplateView> duplicate(const http::Call& call, const core::TemplateId& id,
                                        const DuplicateBody& body) const;
  void remove(const http::Call& call, const core::TemplateId& id) const;
  http::Done<BulkResult> bulk_remove(const http::Call& call, const BulkBody& body) const;
  http::File export_one(const http::Call& call, const core::TemplateId& id) const;
  http::File export_all(const http::Call& call) const;
  http::Done<ImportResult> import(const http::Call& call, const ImportBody& body) const;
  std::vector<VersionView> versions(const http::Call& call, const core::TemplateId& id) const;
  PreviewView preview(const http::Call& call, const PreviewBody& body) const;

 private:
  service::Templates::Shown existing(const core::TemplateId& id) const;
};

}  // namespace

void add_templates(http::Surface& surface, service::Templates& templates,
                   service::Authorities& authorities, service::Restrictions& restrictions) {
  http::Resource resource{surface, "Templates", Templates{templates, authorities, restrictions}};

  resource.add(http::Endpoint{.method = http::get,
                              .path = "/templates",
                              .summary = "List templates",
                              .access = auth::read_templates,
                              .handler = &Templates::list});
  resource.add(http::Endpoint{.method = http::post,
                              .path = "/templates",
                              .summary = "Make a template",
                              .access = auth::write_templates,
                              .action = "template.create",
                              .handler = &Templates::create});
  resource.add(http::Endpoint{.method = http::get,
                              .path = "/templates/export",
                              .summary = "Download all templates",
                              .access = auth::read_templates,
                              .file_types = {"application/json"},
                              .handler = &Templates::export_all});
  resource.add(http::Endpoint{.method = http::post,
                              .path = "/templates/import",
                              .summary = "Take templates from a download, all or none",
                              .access = auth::write_templates,
                              .limit = http::Limit::strict,
                              .action = "template.import",
                              .handler = &Templates::import});
  resource.add(http::Endpoint{.method = http::post,
                              .path = "/templates/preview",
                              .summary = "Show the certificate that rules would make",
                              .access = auth::read_templates,
                              .handler = &Templates::preview});
  resource.add(http::Endpoint{.method = http::post,
                              .path = "/templates/bulk/delete",
                              .summary = "Delete several templates",
                              .access = auth::delete_templates,
                              .limit = http::Limit::strict,
                              .action = "template.delete",
                              .handler = &Templates::bulk_remove});
  resource.add(http::Endpoint{.method = http::get,
                              .path = "/templates/{template_id}",
                              .summary = "Read one template",
                              .access = auth::read_templates,
                              .handler = &Templates::read});
  resource.add(http::Endpoint{.method = http::put,
                              .path = "/templates/{template_id}",
                              .summary = "Change a template, which makes a version of it",
                              .access = auth::write_templates,
                              .action = "template.update",
                              .handler = &Templates::update});
  resource.add(http::Endpoint{.method = http::post,
                              .path = "/templates/{template_id}/duplicate",
                              .summary = "Copy a template under another name",
                              .access = auth::write_templates,
                              .action = "template.create",
                              .handler = &Templates::duplicate});
  resource.add(http::Endpoint{.method = http::delete_,
                              .path = "/templates/{template_id}",
                              .summary = "Delete a template that made no certificate",
                              .access = auth::delete_templates,
                              .action = "template.delete",
                              .handler = &Templates::remove});
  resource.add(http::Endpoint{.method = http::get,
                              .path = "/templates/{template_id}/export",
                              .summary = "Download one template",
                              .access = auth::read_templates,
                              .file_types = {"application/json"},
                              .handler = &Templates::export_one});
  resource.add(http::Endpoint{.method = http::get,
                              .path = "/templates/{template_id}/versions",
                              .summary = "List the versions of a template, the latest first",
                              .access = auth::read_templates,
                              .handler = &Templates::versions});
}

namespace {

service::Templates::Draft draft_from(const TemplateBody& body, const std::string& place = {}) {
  if (!body.name) {
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{place + "name", "missing"}}};
  }
  return {.name = *body.name,
          .description = body.description.value_or(""),
          .profile = profile_from(body, blank_profile(body)),
          .is_active = body.is_active.value_or(true)};
}

// One template or a list of them, as they were downloaded: what an export says beside the rules
// (ids, counts, dates) is left aside.
std::vector<service::Templates::Draft> drafts_from(const std::string& text) {
  const auto value = json::parse_value(text);
  const auto bodies = value.is_array()
                          ? json::read_all<std::vector<TemplateBody>>(value, json::Unknown::ignore)
                          : std::vector{json::read_all<TemplateBody>(value, json::Unknown::ignore)};
  if (bodies.empty() || bodies.size() > most_imported) {
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{"json_content", "has not 1 to 200 templates"}}};
  }
  std::vector<service::Templates::Draft> drafts;
  for (const auto& body : bodies) {
    drafts.push_back(draft_from(body, "[" + std::to_string(drafts.size()) + "]."));
  }
  return drafts;
}

std::vector<TemplateView> Templates::list(const http::Call& call, const ListQuery& query) const {
  const auto reach = restrictions.reach_of(call.caller);
  std::vector<TemplateView> views;
  for (const auto& shown :
       templates.list({.is_active = query.active, .type = query.type, .search = query.search})) {
    if (reach->includes(shown.record.id)) {
      views.push_back(view(shown));
    }
  }
  return views;
}

http::Created<TemplateView> Templates::create(const http::Call& call,
                                              const TemplateBody& body) const {
  return {.data = view(templates.create(call.act, draft_from(body))),
          .message = "Template created"};
}

TemplateView Templates::read(const http::Call& /*call*/, const core::TemplateId& id) const {
  return view(existing(id));
}

http::Done<TemplateView> Templates::update(const http::Call& call, const core::TemplateId& id,
                                           const TemplateBody& body) const {
  const auto changed = templates.update(
      call.act, id,
      {.name = body.name,
       .description = body.description,
       .profile = [&](core::Profile profile) { return profile_from(body, std::move(profile)); },
       .is_active = body.is_active});
  return {.data = view(changed), .message = "Template updated"};
}

http::Created<TemplateView> Templates::duplicate(const http::Call& call, const core::TemplateId& id,
                                                 const DuplicateBody& body) const {
  return {.data = view(templates.duplicate(call.act, id, body.name)),
          .message = "Template duplicated"};
}

void Templates::remove(const http::Call& call, const core::TemplateId& id) const {
  templates.remove(call.act, id);
}

http::Done<BulkResult> Templates::bulk_remove(const http::Call& call, const BulkBody& body) const {
  if (body.ids.empty() || body.ids.size() > most_in_bulk) {
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{"ids", "takes 1 to 100 ids"}}};
  }
  BulkResult result;
  for (const auto& id : body.ids) {
    try {
      templates.remove(call.act, id);
      result.success.push_back(id);
    } catch (const base::Error& error) {
      if (error.code() == base::ErrorCode::internal) {
        throw;
      }
      result.failed.push_back({id, error.what()});
    }
  }
  auto message = std::to_string(result.success.size()) + " deleted";
  if (!result.failed.empty()) {
    message += ", " + std::to_string(result.failed.size()) + " failed";
  }
  return {.data = std::move(result), .message = std::move(message)};
}

http::File Templates::export_one(const http::Call& /*call*/, const core::TemplateId& id) const {
  const auto shown = existing(id);
  return {.name = file_name(shown.record.name, ".json"),
          .content_type = "application/json",
          .content = json::to_text(view(shown))};
}

http::File Templates::export_all(const http::Call& call) const {
  return {.name = "templates.json",
          .content_type = "application/json",
          .content = json::to_text(list(call, {}))};
}

http::Done<ImportResult> Templates::import(const http::Call& call, const ImportBody& body) const {
  if (body.json_content.has_value() == body.file.has_value()) {
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{"json_content", "give this or a file"}}};
  }
  const auto text = body.file ? std::string{base::as_text(body.file->bytes())} : *body.json_content;
  const auto result =
      templates.import(call.act, drafts_from(text), body.update_existing.value_or(false));
  return {.data = {result.imported, result.skipped, result.updated},
          .message = std::to_string(result.imported) + " imported, " +
                     std::to_string(result.updated) + " updated, " +
                     std::to_string(result.skipped) + " skipped"};
}

std::vector<VersionView> Templates::versions(const http::Call& /*call*/,
                                             const core::TemplateId& id) const {
  existing(id);
  std::vector<VersionView> views;
  for (const auto& version : templates.versions(id)) {
    views.push_back(
        {version.version, version.created_at, version.created_by, service::profile_of(version)});
  }
  return views;
}

PreviewView Templates::preview(const http::Call& call, const PreviewBody& body) const {
  auto profile = body.template_id ? existing(*body.template_id).profile
                                  : blank_profile(body.rules.value_or(TemplateBody{}));
  if (body.rules) {
    profile = profile_from(*body.rules, std::move(profile));
  }
  const auto authority = body.ca_id ? *body.ca_id : authorities.default_authority();
  return preview_of(profile, body, authorities.issuer(authority)->facts, call.now);
}

service::Templates::Shown Templates::existing(const core::TemplateId& id) const {
  auto shown = templates.find(id);
  if (!shown) {
    throw base::Error{base::ErrorCode::not_found, "no template has this id"};
  }
  return *std::move(shown);
}

}  // namespace
}  // namespace api::v2
