#include "api/acme_admin/identifier_view.h"
#include "api/acme_admin/parts.h"
#include "auth/permission.h"
#include "storage/acme_store.h"

namespace api::acme_admin {
namespace {

using core::acme::AllowedIdentifier;

struct CreateBody {
  core::acme::IdentifierType type;
  std::string value;
};
BOOST_DESCRIBE_STRUCT(CreateBody, (), (type, value))

struct Identifiers {
  Parts parts;

  http::Done<std::vector<AssignedIdentifierView>> list(const http::Call& call,
                                                       const PageQuery& query) const;
  http::Created<AssignedIdentifierView> create(const http::Call& call,
                                               const CreateBody& body) const;
  AssignedIdentifierView read(const http::Call& call, const IdentifierUid& id) const;
  void remove(const http::Call& call, const IdentifierUid& id) const;
  void assign(const http::Call& call, const IdentifierUid& id, const AccountUid& account) const;
  void unassign(const http::Call& call, const IdentifierUid& id, const AccountUid& account) const;
  std::vector<AssignedIdentifierView> of_account(const http::Call& call,
                                                 const AccountUid& account) const;
};

}  // namespace

void add_identifiers(http::Surface& surface, const Parts& parts) {
  http::Resource resource{surface, "ACME administration", Identifiers{parts}};

  resource.add(http::Endpoint{.method = http::get,
                              .path = "/allowed-identifiers",
                              .summary = "List what accounts may be allowed to order",
                              .access = {auth::read_acme, auth::write_acme},
                              .handler = &Identifiers::list});
  resource.add(http::Endpoint{.method = http::post,
                              .path = "/allowed-identifiers",
                              .summary = "Add a name, a tree of names or an address",
                              .access = auth::write_acme,
                              .action = "allowed_identifier.create",
                              .handler = &Identifiers::create});
  resource.add(http::Endpoint{.method = http::get,
                              .path = "/allowed-identifiers/{identifier_id}",
                              .summary = "Read an allowed identifier, with its accounts",
                              .access = {auth::read_acme, auth::write_acme},
                              .handler = &Identifiers::read});
  resource.add(http::Endpoint{.method = http::delete_,
                              .path = "/allowed-identifiers/{identifier_id}",
                              .summary = "Delete an allowed identifier, and what it allowed",
                              .access = auth::delete_acme,
                              .action = "allowed_identifier.delete",
                              .handler = &Identifiers::remove});
  resource.add(http::Endpoint{.method = http::put,
                              .path = "/allowed-identifiers/{identifier_id}/accounts/{account_id}",
                              .summary = "Allow an account to order it",
                              .access = auth::write_acme,
                              .action = "allowed_identifier.add_account",
                              .handler = &Identifiers::assign});
  resource.add(http::Endpoint{.method = http::delete_,
                              .path = "/allowed-identifiers/{identifier_id}/accounts/{account_id}",
                              .summary = "Allow an account to order it no longer",
                              .access = auth::write_acme,
                              .action = "allowed_identifier.remove_account",
                              .handler = &Identifiers::unassign});
  resource.add(http::Endpoint{.method = http::get,
                              .path = "/accounts/{account_id}/allowed-identifiers",
                              .summary = "List what an account is allowed to order",
                              .access = {auth::read_acme, auth::write_acme},
                              .handler = &Identifiers::of_account});
}

std::vector<IdentifierView> views(db::Session& session,
                                  const std::vector<AllowedIdentifier>& list) {
  Authors authors{session};
  std::vector<IdentifierView> shown;
  for (const auto& allowed : list) {
    shown.push_back({.id = allowed.id,
                     .identifier_type = allowed.identifier_type,
                     .identifier_value = allowed.identifier_value,
                     .created_by = authors.find(allowed.created_by, allowed.created_at),
                     .created_at = allowed.created_at});
  }
  return shown;
}

std::vector<AssignedIdentifierView> assigned_views(db::Session& session,
                                                   const std::vector<AllowedIdentifier>& list) {
  auto accounts = storage::AcmeAllowanceStore{session}.accounts_of(list);
  std::vector<AssignedIdentifierView> shown;
  for (auto& view : views(session, list)) {
    const auto& own = accounts[view.id.id()];
    shown.push_back({{std::move(view)}, {own.begin(), own.end()}});
  }
  return shown;
}

namespace {

http::Done<std::vector<AssignedIdentifierView>> Identifiers::list(const http::Call& call,
                                                                  const PageQuery& query) const {
  auto page = page_of(query, most_on_a_page);
  return parts.database.read([&](db::Session& session) {
    auto found = storage::AcmeAllowanceStore{session}.list(page.before_id, page.limit);
    auto headers = cut(found, page, parts.base_url, call.request);
    return http::Done<std::vector<AssignedIdentifierView>>{
        .data = assigned_views(session, found), .message = {}, .headers = std::move(headers)};
  });
}

http::Created<AssignedIdentifierView> Identifiers::create(const http::Call& call,
                                                          const CreateBody& body) const {
  const auto made = parts.acme.allowances.create(call.act, body.type, body.value);
  return {.data = parts.database.read(
              [&](db::Session& session) { return assigned_views(session, {made}).front(); }),
          .message = {}};
}

AssignedIdentifierView Identifiers::read(const http::Call& /*call*/,
                                         const IdentifierUid& id) const {
  return parts.database.read([&](db::Session& session) {
    const auto found = storage::AcmeAllowanceStore{session}.find(id.id());
    if (!found) {
      throw base::Error{base::ErrorCode::not_found, "there is no such allowed identifier"};
    }
    return assigned_views(session, {*found}).front();
  });
}

void Identifiers::remove(const http::Call& call, const IdentifierUid& id) const {
  parts.acme.allowances.remove(call.act, id.id());
}

void Identifiers::assign(const http::Call& call, const IdentifierUid& id,
                         const AccountUid& account) const {
  parts.acme.allowances.set_allowed(call.act, account.id(), id.id(), true);
}

void Identifiers::unassign(const http::Call& call, const IdentifierUid& id,
                           const AccountUid& account) const {
  parts.acme.allowances.set_allowed(call.act, account.id(), id.id(), false);
}

// What it may order by its external account is part of it.
std::vector<AssignedIdentifierView> Identifiers::of_account(const http::Call& /*call*/,
                                                            const AccountUid& account) const {
  return parts.database.read([&](db::Session& session) {
    const auto found = storage::AcmeStore{session}.find(account.id());
    if (!found) {
      throw base::Error{base::ErrorCode::not_found, "there is no such ACME account"};
    }
    return assigned_views(
        session, storage::AcmeAllowanceStore{session}.of(found->id, found->eab_id, most_on_a_page));
  });
}

}  // namespace
}  // namespace api::acme_admin
