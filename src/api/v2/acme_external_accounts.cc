#include "api/v2/acme_admin.h"
#include "api/v2/paging.h"
#include "service/acme.h"
#include "storage/acme_service_store.h"

namespace api::v2 {
namespace {

using core::acme::ExternalAccount;
using core::acme::ExternalAccountId;

struct CredentialView {
  ExternalAccountId id;
  std::string kid;
  std::string description;
  core::acme::ExternalAccountStatus status;
  std::optional<std::string> service;  // the only one that takes it
  std::vector<std::string> allowed_names;
  bool pre_authorized;
  bool reusable;
  std::int64_t used;
  std::optional<base::Time> last_used_at;
  std::optional<base::Time> expires_at;
  bool enabled;
  std::optional<base::Time> revoked_at;
  std::string created_by;
  base::Time created_at;
};
BOOST_DESCRIBE_STRUCT(CredentialView, (),
                      (id, kid, description, status, service, allowed_names, pre_authorized,
                       reusable, used, last_used_at, expires_at, enabled, revoked_at, created_by,
                       created_at))

// The one answer with the MAC key.
struct NewCredentialView : CredentialView {
  std::string hmac_key;
};
BOOST_DESCRIBE_STRUCT(NewCredentialView, (CredentialView), (hmac_key))

struct CreateBody {
  static constexpr json::Alias aliases[] = {{"label", "description"},
                                            {"allowed_domains", "allowed_names"}};

  std::optional<std::string> kid;
  std::optional<std::string> description;
  std::optional<std::string> service;
  std::optional<std::vector<std::string>> allowed_names;
  std::optional<bool> pre_authorized;
  std::optional<bool> reusable;
  std::optional<base::Time> expires_at;
};
BOOST_DESCRIBE_STRUCT(CreateBody, (),
                      (kid, description, service, allowed_names, pre_authorized, reusable,
                       expires_at))

struct UpdateBody {
  static constexpr json::Alias aliases[] = {{"label", "description"},
                                            {"allowed_domains", "allowed_names"}};

  std::optional<std::string> description;
  std::optional<std::vector<std::string>> allowed_names;
  std::optional<bool> pre_authorized;
  std::optional<std::string> expires_at;  // empty: never
  std::optional<bool> enabled;
};
BOOST_DESCRIBE_STRUCT(UpdateBody, (),
                      (description, allowed_names, pre_authorized, expires_at, enabled))

struct ListQuery {
  int page = 1;
  int per_page = 20;
};
BOOST_DESCRIBE_STRUCT(ListQuery, (), (page, per_page))

struct Credentials {
  db::Database& database;
  service::Acme& acme;

  http::Page<CredentialView> list(const http::Call& call, const ListQuery& query) const;
  http::Created<NewCredentialView> create(const http::Call& call, const CreateBody& body) const;
  CredentialView read(const http::Call& call, const ExternalAccountId& id) const;
  http::Done<CredentialView> update(const http::Call& call, const ExternalAccountId& id,
                                    const UpdateBody& body) const;
  http::Done<CredentialView> revoke(const http::Call& call, const ExternalAccountId& id) const;
  http::Message remove(const http::Call& call, const ExternalAccountId& id) const;
};

}  // namespace

void add_acme_external_accounts(http::Surface& surface, db::Database& database,
                                service::Acme& acme) {
  http::Resource credentials{surface, "ACME server", Credentials{database, acme}};

  credentials.add(http::Endpoint{.method = http::get,
                                 .path = "/acme/eab-credentials",
                                 .summary = "List EAB credentials, the newest first",
                                 .access = auth::read_acme,
                                 .handler = &Credentials::list});
  credentials.add(http::Endpoint{.method = http::post,
                                 .path = "/acme/eab-credentials",
                                 .summary = "Make an EAB credential; its MAC key is shown once",
                                 .access = auth::write_acme,
                                 .limit = http::Limit::strict,
                                 .action = "acme.eab.create",
                                 .handler = &Credentials::create});
  credentials.add(http::Endpoint{.method = http::get,
                                 .path = "/acme/eab-credentials/{credential_id}",
                                 .summary = "Read one EAB credential",
                                 .access = auth::read_acme,
                                 .handler = &Credentials::read});
  credentials.add(http::Endpoint{.method = http::patch,
                                 .path = "/acme/eab-credentials/{credential_id}",
                                 .summary = "Change an EAB credential, or switch it off and on",
                                 .access = auth::write_acme,
                                 .action = "acme.eab.update",
                                 .handler = &Credentials::update});
  credentials.add(http::Endpoint{.method = http::post,
                                 .path = "/acme/eab-credentials/{credential_id}/revoke",
                                 .summary = "Revoke an EAB credential and its accounts' rights",
                                 .access = auth::write_acme,
                                 .action = "acme.eab.revoke",
                                 .handler = &Credentials::revoke});
  credentials.add(http::Endpoint{.method = http::delete_,
                                 .path = "/acme/eab-credentials/{credential_id}",
                                 .summary = "Delete an EAB credential that no account is bound to",
                                 .access = auth::delete_acme,
                                 .action = "acme.eab.delete",
                                 .handler = &Credentials::remove});
}

namespace {

CredentialView view_in(const storage::AcmeServiceStore& store, const ExternalAccount& external,
                       base::Time now) {
  const auto service = external.service_id ? store.find(*external.service_id) : std::nullopt;
  return {.id = external.id,
          .kid = external.kid,
          .description = external.description,
          .status = core::acme::status_at(external, now),
          .service = service ? std::optional{service->name} : std::nullopt,
          .allowed_names =
              json::parse<std::vector<std::string>>(external.allowed_names, json::Unknown::ignore),
          .pre_authorized = external.pre_authorized,
          .reusable = external.is_reusable,
          .used = external.used,
          .last_used_at = external.last_used_at,
          .expires_at = external.expires_at,
          .enabled = external.is_enabled,
          .revoked_at = external.revoked_at,
          .created_by = external.created_by,
          .created_at = external.created_at};
}

CredentialView view(db::Database& database, const ExternalAccount& external, base::Time now) {
  return database.read([&](db::Session& session) {
    return view_in(storage::AcmeServiceStore{session}, external, now);
  });
}

std::optional<std::optional<base::Time>> expiry_in(const UpdateBody& body) {
  if (!body.expires_at) {
    return std::nullopt;
  }
  if (body.expires_at->empty()) {
    return std::optional<base::Time>{};
  }
  const auto time = base::time_from_text(*body.expires_at);
  if (!time) {
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{"expires_at", time.error().reason}}};
  }
  return std::optional{*time};
}

http::Page<CredentialView> Credentials::list(const http::Call& call, const ListQuery& query) const {
  const Paging paging{query.page, query.per_page};
  http::Page<CredentialView> page{
      .items = {}, .total = 0, .page = paging.page, .per_page = paging.per_page};
  database.read([&](db::Session& session) {
    const storage::AcmeServiceStore store{session};
    page.total = store.count_external_accounts();
    for (const auto& external : store.external_accounts(paging.offset, paging.per_page)) {
      page.items.push_back(view_in(store, external, call.now));
    }
  });
  return page;
}

http::Created<NewCredentialView> Credentials::create(const http::Call& call,
                                                     const CreateBody& body) const {
  if (body.kid && body.kid->empty()) {
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{"kid", "is empty: leave it out for a random one"}}};
  }
  const auto made = acme.external_accounts.create(
      call.act, {.kid = body.kid.value_or(""),
                 .description = body.description.value_or(""),
                 .service = body.service.value_or(""),
                 .allowed_names = body.allowed_names.value_or(std::vector<std::string>{}),
                 .pre_authorized = body.pre_authorized.value_or(false),
                 .is_reusable = body.reusable.value_or(false),
                 .expires_at = body.expires_at});
  return {.data = {{view(database, made.external, call.now)}, std::string{made.mac_key.reveal()}},
          .message = "EAB credential created: its MAC key is shown this once"};
}

CredentialView Credentials::read(const http::Call& call, const ExternalAccountId& id) const {
  return view(database, acme.external_accounts.find(id), call.now);
}

http::Done<CredentialView> Credentials::update(const http::Call& call, const ExternalAccountId& id,
                                               const UpdateBody& body) const {
  const auto external = acme.external_accounts.update(call.act, id,
                                                      {.description = body.description,
                                                       .allowed_names = body.allowed_names,
                                                       .pre_authorized = body.pre_authorized,
                                                       .expires_at = expiry_in(body),
                                                       .is_enabled = body.enabled});
  return {.data = view(database, external, call.now), .message = "EAB credential updated"};
}

http::Done<CredentialView> Credentials::revoke(const http::Call& call,
                                               const ExternalAccountId& id) const {
  const auto external = acme.external_accounts.revoke(call.act, id);
  return {.data = view(database, external, call.now), .message = "EAB credential revoked"};
}

http::Message Credentials::remove(const http::Call& call, const ExternalAccountId& id) const {
  acme.external_accounts.remove(call.act, id);
  return {.message = "EAB credential deleted"};
}

}  // namespace
}  // namespace api::v2
