#include <algorithm>

#include "api/acme_admin/parts.h"
#include "api/acme_admin/uid.h"
#include "auth/permission.h"
#include "core/acme/jwk.h"
#include "storage/acme_csr_profile_store.h"
#include "storage/acme_service_store.h"
#include "storage/acme_store.h"

namespace api::acme_admin {
namespace {

using core::acme::Account;

struct AccountView {
  AccountUid id;
  std::string jwk_thumbprint;
  core::acme::AccountStatus status;
  bool tos_agreed;
  std::optional<std::string> eab_kid;
  base::Time created_at;
  std::optional<json::Raw> jwk;  // nothing for those who may only read
};
BOOST_DESCRIBE_STRUCT(AccountView, (),
                      (id, jwk_thumbprint, status, tos_agreed, eab_kid, created_at, jwk))

struct AccountDetail : AccountView {
  json::Raw contacts;
  std::optional<ProfileUid> csr_profile_id;
};
BOOST_DESCRIBE_STRUCT(AccountDetail, (AccountView), (contacts, csr_profile_id))

struct ListQuery {
  std::optional<core::acme::AccountStatus> status;
  std::optional<std::string> eab_only;  // true, false, 1, 0
  std::optional<std::string> eab_kid;
  std::string contact;
  std::optional<base::Time> created_before;
  std::optional<base::Time> created_after;
  std::optional<std::int64_t> limit;
  std::optional<std::int64_t> offset;
  std::optional<std::string> cursor;
};
BOOST_DESCRIBE_STRUCT(ListQuery, (),
                      (status, eab_only, eab_kid, contact, created_before, created_after, limit,
                       offset, cursor))

struct Accounts {
  Parts parts;

  http::Done<std::vector<AccountView>> list(const http::Call& call, const ListQuery& query) const;
  AccountDetail read(const http::Call& call, const AccountUid& id) const;
};

}  // namespace

void add_accounts(http::Surface& surface, const Parts& parts) {
  http::Resource resource{surface, "ACME administration", Accounts{parts}};

  resource.add(http::Endpoint{.method = http::get,
                              .path = "/accounts",
                              .summary = "List ACME accounts, the newest first",
                              .access = auth::read_acme,
                              .handler = &Accounts::list});
  resource.add(http::Endpoint{.method = http::get,
                              .path = "/accounts/{account_id}",
                              .summary = "Read one ACME account",
                              .access = auth::read_acme,
                              .handler = &Accounts::read});
}

namespace {

std::vector<AccountView> views(db::Session& session, const std::vector<Account>& accounts,
                               const auth::Caller& caller) {
  const bool with_keys = caller.rights.include(auth::write_acme.name());
  const auto kids = storage::AcmeInventoryStore{session}.kids_of(accounts);
  std::vector<AccountView> list;
  for (const auto& account : accounts) {
    const auto kid = account.eab_id ? kids.find(*account.eab_id) : kids.end();
    const auto key =
        with_keys ? std::optional{crypto::PublicKey::from_spki(account.key_spki)} : std::nullopt;
    list.push_back({.id = account.id,
                    .jwk_thumbprint = account.key_thumbprint,
                    .status = account.status,
                    .tos_agreed = account.terms_agreed,
                    .eab_kid = kid == kids.end() ? std::nullopt : std::optional{kid->second},
                    .created_at = account.created_at,
                    .jwk = key && *key ? std::optional{json::Raw{core::acme::jwk_text(**key)}}
                                       : std::nullopt});
  }
  return list;
}

std::optional<bool> truth_of(const std::optional<std::string>& text) {
  if (!text) {
    return std::nullopt;
  }
  if (*text == "true" || *text == "1") {
    return true;
  }
  if (*text == "false" || *text == "0") {
    return false;
  }
  throw base::Error{base::ErrorCode::invalid_request,
                    {base::FieldError{"eab_only", "neither true nor false"}}};
}

http::Done<std::vector<AccountView>> Accounts::list(const http::Call& call,
                                                    const ListQuery& query) const {
  const auto page = page_of({query.limit, query.offset, query.cursor}, usual_limit);
  storage::AcmeAccountFilter filter{.status = query.status,
                                    .contact = query.contact,
                                    .created_from = query.created_after,
                                    .created_before = query.created_before};
  if (truth_of(query.eab_only).value_or(false)) {
    filter.has_eab = true;
  }
  http::Done<std::vector<AccountView>> answer{.data = {}, .message = {}};
  parts.database.read([&](db::Session& session) {
    if (query.eab_kid) {
      const auto external =
          storage::AcmeServiceStore{session}.find_external_account(*query.eab_kid);
      if (!external) {
        return;
      }
      filter.eab_id = external->id;
    }
    auto found = storage::AcmeInventoryStore{session}.accounts(filter, page);
    answer.headers = cut(found, page, parts.base_url, call.request);
    answer.data = views(session, found, call.caller);
  });
  return answer;
}

AccountDetail Accounts::read(const http::Call& call, const AccountUid& id) const {
  return parts.database.read([&](db::Session& session) {
    const auto account = storage::AcmeStore{session}.find(id.id());
    if (!account) {
      throw base::Error{base::ErrorCode::not_found, "there is no such ACME account"};
    }
    const auto profile = storage::AcmeCsrProfileStore{session}.of(account->id, account->eab_id);
    return AccountDetail{{views(session, {*account}, call.caller).front()},
                         {account->contacts},
                         profile ? std::optional<ProfileUid>{profile->id} : std::nullopt};
  });
}

}  // namespace
}  // namespace api::acme_admin
