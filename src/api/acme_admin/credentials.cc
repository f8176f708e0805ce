#include <algorithm>

#include "api/acme_admin/identifier_view.h"
#include "api/acme_admin/parts.h"
#include "api/acme_admin/profile_view.h"
#include "auth/permission.h"

namespace api::acme_admin {
namespace {

using core::acme::ExternalAccount;

struct CredentialView {
  CredentialUid id;
  std::string kid;
  std::string label;
  std::optional<UserUid> created_by;
  std::optional<AccountUid> account_id;  // that it opened last
  bool used;
  std::optional<base::Time> used_at;
  bool revoked;
  base::Time created_at;
};
BOOST_DESCRIBE_STRUCT(CredentialView, (),
                      (id, kid, label, created_by, account_id, used, used_at, revoked, created_at))

// The one answer with the MAC key.
struct NewCredentialView : CredentialView {
  std::string hmac_key;
};
BOOST_DESCRIBE_STRUCT(NewCredentialView, (CredentialView), (hmac_key))

struct CreateBody {
  std::string kid;
  std::optional<std::string> label;
};
BOOST_DESCRIBE_STRUCT(CreateBody, (), (kid, label))

struct Credentials {
  Parts parts;

  http::Done<std::vector<CredentialView>> list(const http::Call& call,
                                               const PageQuery& query) const;
  http::Created<NewCredentialView> create(const http::Call& call, const CreateBody& body) const;
  CredentialView read(const http::Call& call, const CredentialUid& id) const;
  CredentialView revoke(const http::Call& call, const CredentialUid& id) const;
  std::vector<IdentifierView> identifiers(const http::Call& call, const CredentialUid& id) const;
  void add_identifier(const http::Call& call, const CredentialUid& id,
                      const IdentifierUid& identifier) const;
  void remove_identifier(const http::Call& call, const CredentialUid& id,
                         const IdentifierUid& identifier) const;
  std::optional<ProfileView> profile(const http::Call& call, const CredentialUid& id) const;
  void assign_profile(const http::Call& call, const CredentialUid& id,
                      const ProfileUid& profile) const;
  void unassign_profile(const http::Call& call, const CredentialUid& id,
                        const ProfileUid& profile) const;

  CredentialView shown(const ExternalAccount& external, base::Time now) const;
};

void add_links(http::Resource<Credentials>& resource) {
  resource.add(http::Endpoint{.method = http::get,
                              .path = "/eab/{cred_id}/allowed-identifiers",
                              .summary = "List what accounts of an EAB credential may order",
                              .access = {auth::read_acme, auth::write_acme},
                              .handler = &Credentials::identifiers});
  resource.add(http::Endpoint{.method = http::put,
                              .path = "/eab/{cred_id}/allowed-identifiers/{identifier_id}",
                              .summary = "Allow accounts of an EAB credential to order it",
                              .access = auth::write_acme,
                              .action = "eab.add_identifier",
                              .handler = &Credentials::add_identifier});
  resource.add(http::Endpoint{.method = http::delete_,
                              .path = "/eab/{cred_id}/allowed-identifiers/{identifier_id}",
                              .summary = "Allow accounts of an EAB credential to order it no more",
                              .access = auth::write_acme,
                              .action = "eab.remove_identifier",
                              .handler = &Credentials::remove_identifier});
  resource.add(http::Endpoint{.method = http::get,
                              .path = "/eab/{cred_id}/csr-profile",
                              .summary = "Read the CSR profile of an EAB credential, if any",
                              .access = {auth::read_acme, auth::write_acme},
                              .handler = &Credentials::profile});
  resource.add(http::Endpoint{.method = http::put,
                              .path = "/eab/{cred_id}/csr-profile/{profile_id}",
                              .summary = "Assign a CSR profile to an EAB credential",
                              .access = auth::write_acme,
                              .action = "eab.assign_csr_profile",
                              .handler = &Credentials::assign_profile});
  resource.add(http::Endpoint{.method = http::delete_,
                              .path = "/eab/{cred_id}/csr-profile/{profile_id}",
                              .summary = "Take a CSR profile from an EAB credential",
                              .access = auth::write_acme,
                              .action = "eab.unassign_csr_profile",
                              .handler = &Credentials::unassign_profile});
}

}  // namespace

void add_credentials(http::Surface& surface, const Parts& parts) {
  http::Resource resource{surface, "ACME administration", Credentials{parts}};

  resource.add(http::Endpoint{.method = http::get,
                              .path = "/eab",
                              .summary = "List EAB credentials, the newest first",
                              .access = {auth::read_acme, auth::write_acme},
                              .handler = &Credentials::list});
  resource.add(http::Endpoint{.method = http::post,
                              .path = "/eab",
                              .summary = "Make an EAB credential; its MAC key is shown once",
                              .access = auth::write_acme,
                              .limit = http::Limit::strict,
                              .action = "eab.create",
                              .handler = &Credentials::create});
  resource.add(http::Endpoint{.method = http::get,
                              .path = "/eab/{cred_id}",
                              .summary = "Read an EAB credential",
                              .access = {auth::read_acme, auth::write_acme},
                              .handler = &Credentials::read});
  resource.add(http::Endpoint{.method = http::post,
                              .path = "/eab/{cred_id}/revoke",
                              .summary = "Let an EAB credential open no more accounts",
                              .access = auth::write_acme,
                              .action = "eab.revoke",
                              .handler = &Credentials::revoke});
  add_links(resource);
}

namespace {

// It opens no account any more, for whatever reason but that it was used.
bool is_over(const ExternalAccount& external, base::Time now) {
  return external.revoked_at || !external.is_enabled ||
         (external.expires_at && *external.expires_at <= now);
}

std::vector<CredentialView> views(db::Session& session,
                                  const std::vector<ExternalAccount>& externals, base::Time now) {
  const auto accounts = storage::AcmeInventoryStore{session}.accounts_opened_by(externals);
  Authors authors{session};
  std::vector<CredentialView> list;
  for (const auto& external : externals) {
    const auto account = accounts.find(external.id);
    list.push_back({.id = external.id,
                    .kid = external.kid,
                    .label = external.description,
                    .created_by = authors.find(external.created_by, external.created_at),
                    .account_id = account == accounts.end()
                                      ? std::nullopt
                                      : std::optional<AccountUid>{account->second},
                    .used = external.used > 0,
                    .used_at = external.last_used_at,
                    .revoked = is_over(external, now),
                    .created_at = external.created_at});
  }
  return list;
}

std::string trimmed(const std::string& text) {
  constexpr std::string_view blanks = " \t\r\n";
  const auto begin = text.find_first_not_of(blanks);
  return begin == std::string::npos ? std::string{}
                                    : text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

CredentialView Credentials::shown(const ExternalAccount& external, base::Time now) const {
  return parts.database.read(
      [&](db::Session& session) { return views(session, {external}, now).front(); });
}

http::Done<std::vector<CredentialView>> Credentials::list(const http::Call& call,
                                                          const PageQuery& query) const {
  auto page = page_of(query, most_on_a_page);
  return parts.database.read([&](db::Session& session) {
    auto found = storage::AcmeInventoryStore{session}.external_accounts(page);
    auto headers = cut(found, page, parts.base_url, call.request);
    return http::Done<std::vector<CredentialView>>{
        .data = views(session, found, call.now), .message = {}, .headers = std::move(headers)};
  });
}

http::Created<NewCredentialView> Credentials::create(const http::Call& call,
                                                     const CreateBody& body) const {
  const auto kid = trimmed(body.kid);
  if (kid.empty()) {
    throw base::Error{base::ErrorCode::invalid_request, {base::FieldError{"kid", "is empty"}}};
  }
  const auto made = parts.acme.external_accounts.create(
      call.act, {.kid = kid, .description = body.label.value_or("")});
  return {.data = {{shown(made.external, call.now)}, std::string{made.mac_key.reveal()}},
          .message = {}};
}

CredentialView Credentials::read(const http::Call& call, const CredentialUid& id) const {
  return shown(parts.acme.external_accounts.find(id.id()), call.now);
}

// The contract: accounts that it opened go on. So it expires; revoking it with all its accounts is
// POST /api/v2/acme/eab-credentials/{id}/revoke.
CredentialView Credentials::revoke(const http::Call& call, const CredentialUid& id) const {
  const auto closed = parts.acme.external_accounts.close(call.act, id.id());
  return shown(closed, std::max(call.now, closed.expires_at.value_or(call.now)));
}

std::vector<IdentifierView> Credentials::identifiers(const http::Call& /*call*/,
                                                     const CredentialUid& id) const {
  parts.acme.external_accounts.find(id.id());
  return parts.database.read([&](db::Session& session) {
    return acme_admin::views(session,
                             storage::AcmeAllowanceStore{session}.of(id.id(), most_on_a_page));
  });
}

void Credentials::add_identifier(const http::Call& call, const CredentialUid& id,
                                 const IdentifierUid& identifier) const {
  parts.acme.allowances.set_allowed(call.act, id.id(), identifier.id(), true);
}

void Credentials::remove_identifier(const http::Call& call, const CredentialUid& id,
                                    const IdentifierUid& identifier) const {
  parts.acme.allowances.set_allowed(call.act, id.id(), identifier.id(), false);
}

std::optional<ProfileView> Credentials::profile(const http::Call& /*call*/,
                                                const CredentialUid& id) const {
  parts.acme.external_accounts.find(id.id());
  return parts.database.read([&](db::Session& session) -> std::optional<ProfileView> {
    const auto found = storage::AcmeCsrProfileStore{session}.of(id.id());
    return found ? std::optional{view(session, *found)} : std::nullopt;
  });
}

void Credentials::assign_profile(const http::Call& call, const CredentialUid& id,
                                 const ProfileUid& profile) const {
  parts.acme.csr_profiles.set_assigned(call.act, id.id(), profile.id(), true);
}

void Credentials::unassign_profile(const http::Call& call, const CredentialUid& id,
                                   const ProfileUid& profile) const {
  parts.acme.csr_profiles.set_assigned(call.act, id.id(), profile.id(), false);
}

}  // namespace
}  // namespace api::acme_admin
