#include "api/v2/acme_admin.h"
#include "api/v2/acme_fields.h"
#include "service/acme.h"

namespace api::v2 {
namespace {

struct ServiceView {
  std::string name;
  std::string description;
  std::string directory_url;
  bool enabled;
  std::optional<core::AuthorityId> issuing_ca_id;
  std::vector<std::string> challenge_types;
  bool eab_required;
  std::int64_t validity_days;
  std::vector<core::acme::ServiceProfile> profiles;
  std::vector<std::string> allowed_names;
  std::vector<std::string> forbidden_names;
  bool wildcards_allowed;
  bool ips_allowed;
  std::string terms_of_service;
  bool require_approval;  // a person looks at each finalized order
  base::Time created_at;
};
BOOST_DESCRIBE_STRUCT(ServiceView, (),
                      (name, description, directory_url, enabled, issuing_ca_id, challenge_types,
                       eab_required, validity_days, profiles, allowed_names, forbidden_names,
                       wildcards_allowed, ips_allowed, terms_of_service, require_approval,
                       created_at))

struct ChangesBody {
  std::optional<std::string> description;
  std::optional<bool> enabled;
  std::optional<std::int64_t> issuing_ca_id;  // 0: the default authority
  std::optional<std::vector<std::string>> challenge_types;
  std::optional<bool> eab_required;
  std::optional<std::int64_t> validity_days;
  std::optional<std::vector<core::acme::ServiceProfile>> profiles;
  std::optional<std::vector<std::string>> allowed_names;
  std::optional<std::vector<std::string>> forbidden_names;
  std::optional<bool> wildcards_allowed;
  std::optional<bool> ips_allowed;
  std::optional<std::string> terms_of_service;
  std::optional<bool> require_approval;
};
BOOST_DESCRIBE_STRUCT(ChangesBody, (),
                      (description, enabled, issuing_ca_id, challenge_types, eab_required,
                       validity_days, profiles, allowed_names, forbidden_names, wildcards_allowed,
                       ips_allowed, terms_of_service, require_approval))

struct CreateBody : ChangesBody {
  std::string name;
};
BOOST_DESCRIBE_STRUCT(CreateBody, (ChangesBody), (name))

struct Services {
  db::Database& database;
  service::Acme& acme;

  std::vector<ServiceView> list(const http::Call& call) const;
  http::Created<ServiceView> create(const http::Call& call, const CreateBody& body) const;
  ServiceView read(const http::Call& call, const std::string& name) const;
  http::Done<ServiceView> update(const http::Call& call, const std::string& name,
                                 const ChangesBody& body) const;
  http::Message remove(const http::Call& call, const std::string& name) const;

  ServiceView view(const http::Call& call, const core::acme::Service& service) const;
};

}  // namespace

void add_acme_services(http::Surface& surface, db::Database& database, service::Acme& acme) {
  http::Resource services{surface, "ACME server", Services{database, acme}};

  services.add(http::Endpoint{.method = http::get,
                              .path = "/acme/services",
                              .summary = "List the ACME services, the default one first",
                              .access = auth::read_acme,
                              .handler = &Services::list});
  services.add(http::Endpoint{.method = http::post,
                              .path = "/acme/services",
                              .summary = "Make an ACME service below /acme/{name}",
                              .access = auth::write_acme,
                              .limit = http::Limit::strict,
                              .action = "acme.service.create",
                              .handler = &Services::create});
  services.add(http::Endpoint{.method = http::get,
                              .path = "/acme/services/{name}",
                              .summary = "Read one ACME service",
                              .access = auth::read_acme,
                              .handler = &Services::read});
  services.add(http::Endpoint{.method = http::patch,
                              .path = "/acme/services/{name}",
                              .summary = "Change an ACME service",
                              .access = auth::write_acme,
                              .action = "acme.service.update",
                              .handler = &Services::update});
  services.add(http::Endpoint{.method = http::delete_,
                              .path = "/acme/services/{name}",
                              .summary = "Delete an ACME service",
                              .access = auth::delete_acme,
                              .action = "acme.service.delete",
                              .handler = &Services::remove});
}

namespace {

std::vector<std::string> texts_in(const std::string& json) {
  return json::parse<std::vector<std::string>>(json, json::Unknown::ignore);
}

service::AcmeServices::Changes changes_in(const ChangesBody& body) {
  service::AcmeServices::Changes changes{.description = body.description,
                                         .is_enabled = body.enabled,
                                         .authority_id = std::nullopt,
                                         .challenges = body.challenge_types,
                                         .eab_required = body.eab_required,
                                         .validity_days = body.validity_days,
                                         .profiles = body.profiles,
                                         .allowed_names = body.allowed_names,
                                         .forbidden_names = body.forbidden_names,
                                         .wildcards_allowed = body.wildcards_allowed,
                                         .ips_allowed = body.ips_allowed,
                                         .terms_of_service = body.terms_of_service,
                                         .requires_approval = body.require_approval};
  if (body.issuing_ca_id) {
    changes.authority_id = authority_in("issuing_ca_id", *body.issuing_ca_id);
  }
  return changes;
}

ServiceView Services::view(const http::Call& call, const core::acme::Service& service) const {
  const bool is_default = service.name == core::acme::default_service;
  const auto settings = is_default ? acme.rules.common() : service::AcmeSettings{};
  std::vector<std::string> challenges;
  for (const auto type : core::acme::policy_of(service).challenges) {
    challenges.emplace_back(core::acme::wire_name(type));
  }
  return {.name = service.name,
          .description = service.description,
          .directory_url = "https://" + call.request.host + "/acme/" +
                           (is_default ? "" : service.name + "/") + "directory",
          .enabled = is_default ? settings.enabled : service.is_enabled,
          .issuing_ca_id = service.authority_id,
          .challenge_types = std::move(challenges),
          .eab_required = service.eab_required,
          .validity_days =
              is_default ? std::chrono::duration_cast<std::chrono::days>(settings.validity).count()
                         : service.validity_days,
          .profiles = json::parse<std::vector<core::acme::ServiceProfile>>(service.profiles,
                                                                           json::Unknown::ignore),
          .allowed_names = texts_in(service.allowed_names),
          .forbidden_names = texts_in(service.forbidden_names),
          .wildcards_allowed = service.wildcards_allowed,
          .ips_allowed = service.ips_allowed,
          .terms_of_service = is_default ? settings.terms_of_service : service.terms_of_service,
          .require_approval = is_default ? settings.approval_required : service.requires_approval,
          .created_at = service.created_at};
}

std::vector<ServiceView> Services::list(const http::Call& call) const {
  std::vector<ServiceView> views;
  for (const auto& service : acme.services.list()) {
    views.push_back(view(call, service));
  }
  return views;
}

http::Created<ServiceView> Services::create(const http::Call& call, const CreateBody& body) const {
  const auto service = acme.services.create(call.act, body.name, changes_in(body));
  return {.data = view(call, service), .message = "ACME service created"};
}

ServiceView Services::read(const http::Call& call, const std::string& name) const {
  return view(call, acme.services.find(name));
}

http::Done<ServiceView> Services::update(const http::Call& call, const std::string& name,
                                         const ChangesBody& body) const {
  const auto service = acme.services.update(call.act, name, changes_in(body));
  return {.data = view(call, service), .message = "ACME service updated"};
}

http::Message Services::remove(const http::Call& call, const std::string& name) const {
  acme.services.remove(call.act, name);
  return {.message = "ACME service deleted"};
}

}  // namespace
}  // namespace api::v2
