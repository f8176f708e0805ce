#include "service/acme_allowances.h"

#include "storage/acme_allowance_store.h"
#include "storage/acme_service_store.h"
#include "storage/acme_store.h"

namespace service {
namespace {

using core::acme::AccountId;
using core::acme::AllowedIdentifier;
using core::acme::AllowedIdentifierId;
using core::acme::ExternalAccountId;

struct About {
  core::acme::IdentifierType identifier_type;
  std::string identifier_value;
};
BOOST_DESCRIBE_STRUCT(About, (), (identifier_type, identifier_value))

struct OfAccount {
  AllowedIdentifierId identifier_id;
  AccountId account_id;
  bool allowed;
};
BOOST_DESCRIBE_STRUCT(OfAccount, (), (identifier_id, account_id, allowed))

struct OfExternalAccount {
  AllowedIdentifierId identifier_id;
  ExternalAccountId eab_id;
  std::string kid;
  bool allowed;
};
BOOST_DESCRIBE_STRUCT(OfExternalAccount, (), (identifier_id, eab_id, kid, allowed))

AllowedIdentifier existing(const storage::AcmeAllowanceStore& store,
                           const AllowedIdentifierId& id) {
  auto allowed = store.find(id);
  if (!allowed) {
    throw base::Error{base::ErrorCode::not_found, "there is no such allowed identifier"};
  }
  return *std::move(allowed);
}

void check_account(db::Session& session, const AccountId& id) {
  if (!storage::AcmeStore{session}.find(id)) {
    throw base::Error{base::ErrorCode::not_found, "there is no such ACME account"};
  }
}

core::acme::ExternalAccount existing_eab(db::Session& session, const ExternalAccountId& id) {
  auto external = storage::AcmeServiceStore{session}.find(id);
  if (!external) {
    throw base::Error{base::ErrorCode::not_found, "there is no such EAB credential"};
  }
  return *std::move(external);
}

}  // namespace

AllowedIdentifier AcmeAllowances::create(const auth::Act& act, core::acme::IdentifierType type,
                                         std::string_view text) {
  const auto value = core::acme::read_allowed_value(type, text);
  if (!value) {
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{"value", value.error().reason}}};
  }
  return database_.write(act, [&](db::Session& session) {
    storage::AcmeAllowanceStore store{session};
    if (store.find(type, *value)) {
      throw base::Error{base::ErrorCode::conflict, "this identifier is in the list already"};
    }
    const AllowedIdentifier allowed{.id = store.new_id(),
                                    .identifier_type = type,
                                    .identifier_value = *value,
                                    .created_by = act.by,
                                    .created_at = clock_.now()};
    store.insert(allowed);
    session.record("acme_allowed_identifier", allowed.id, *value, About{type, *value});
    return allowed;
  });
}

void AcmeAllowances::remove(const auth::Act& act, const AllowedIdentifierId& id) {
  database_.write(act, [&](db::Session& session) {
    storage::AcmeAllowanceStore store{session};
    const auto allowed = existing(store, id);
    store.remove(id);
    session.record("acme_allowed_identifier", id, allowed.identifier_value,
                   About{allowed.identifier_type, allowed.identifier_value});
  });
}

void AcmeAllowances::set_allowed(const auth::Act& act, const AccountId& account,
                                 const AllowedIdentifierId& id, bool allowed) {
  database_.write(act, [&](db::Session& session) {
    storage::AcmeAllowanceStore store{session};
    const auto identifier = existing(store, id);
    check_account(session, account);
    allowed ? store.allow(account, id) : store.forbid(account, id);
    session.record("acme_allowed_identifier", id, identifier.identifier_value,
                   OfAccount{id, account, allowed});
  });
}

void AcmeAllowances::set_allowed(const auth::Act& act, const ExternalAccountId& eab,
                                 const AllowedIdentifierId& id, bool allowed) {
  database_.write(act, [&](db::Session& session) {
    storage::AcmeAllowanceStore store{session};
    const auto external = existing_eab(session, eab);
    const auto identifier = existing(store, id);
    allowed ? store.allow(eab, id) : store.forbid(eab, id);
    session.record("acme_allowed_identifier", id, identifier.identifier_value,
                   OfExternalAccount{id, eab, external.kid, allowed});
  });
}

}  // namespace service
