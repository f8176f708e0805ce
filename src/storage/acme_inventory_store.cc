#include "storage/acme_inventory_store.h"

#include <set>

#include "base/text.h"
#include "storage/certificate_names.h"

namespace storage {

using core::acme::Account;
using core::acme::AccountId;
using core::acme::ExternalAccount;
using core::acme::ExternalAccountId;
using core::acme::OrderId;

namespace {

// An account that has fewer orders is where a search begins; of others, the certificates are
// walked.
constexpr std::int64_t few_orders = 1'000;

// For LIKE: the characters that stand for others stand for themselves.
std::string anywhere(std::string_view part) {
  std::string pattern{"%"};
  for (const char c : base::lower(part)) {
    pattern += c == '%' || c == '_' || c == '!' ? "!" : "";
    pattern += c;
  }
  return pattern + "%";
}

void add_page(db::Query& query, const AcmePage& page) {
  query.add(" AND id < ", page.before_id)
      .add(" ORDER BY id DESC LIMIT ", page.limit)
      .add(" OFFSET ", page.offset);
}

}  // namespace

void AcmeInventoryStore::add_account(db::Query& query, const AccountId& account) const {
  const auto orders = session_.number(
      "SELECT COUNT(*) FROM (SELECT 1 FROM acme_orders WHERE account_id = $1 LIMIT $2) AS found",
      account, few_orders + 1);
  if (orders <= few_orders) {
    query.add(" AND id IN (SELECT certificate_id FROM acme_orders WHERE account_id = ", account)
        .add(")");
  } else {
    query
        .add(
            " AND EXISTS (SELECT 1 FROM acme_orders WHERE certificate_id = certificates.id "
            "AND account_id = ",
            account)
        .add(")");
  }
}

void AcmeInventoryStore::add_conditions(db::Query& query, const AcmeCertificateFilter& filter,
                                        base::Time now) const {
  if (filter.account_id) {
    add_account(query, *filter.account_id);
  }
  if (!filter.any_serial.empty()) {
    query.add_any(" AND serial_number", filter.any_serial);
  }
  if (filter.fingerprint) {
    query.add(" AND fingerprint = ", *filter.fingerprint);
  }
  if (filter.domain) {
    add_name_or_address(query, *filter.domain);
  }
  if (filter.expiring_before) {
    query.add(" AND not_after < ", *filter.expiring_before);
  }
  if (filter.issued_from) {
    query.add(" AND created_at >= ", *filter.issued_from);
  }
  if (filter.issued_before) {
    query.add(" AND created_at < ", *filter.issued_before);
  }
  if (filter.status == AcmeCertificateStatus::revoked) {
    query.add(" AND revoked_at IS NOT NULL");
  } else if (filter.status) {
    query.add(" AND revoked_at IS NULL AND not_after")
        .add(filter.status == AcmeCertificateStatus::active ? " >= " : " < ", now);
  }
}

std::vector<AcmeCertificate> AcmeInventoryStore::certificates(const AcmeCertificateFilter& filter,
                                                              const AcmePage& page,
                                                              base::Time now) const {
  db::Query query{"FROM certificates WHERE source = 'acme'"};
  add_conditions(query, filter, now);
  add_page(query, page);
  return session_.select<AcmeCertificate>(query);
}

std::int64_t AcmeInventoryStore::count_certificates(const AcmeCertificateFilter& filter,
                                                    base::Time now) const {
  db::Query query{"SELECT COUNT(*) FROM certificates WHERE source = 'acme'"};
  add_conditions(query, filter, now);
  return session_.number(query);
}

std::optional<AcmeOrigin> AcmeInventoryStore::origin_of(const core::CertificateId& id) const {
  std::optional<AcmeOrigin> origin;
  session_.each(
      "SELECT id, account_id FROM acme_orders WHERE certificate_id = $1",
      [&](std::span<const db::Value> row) {
        origin = AcmeOrigin{db::from_value<OrderId>(row[0], "id"),
                            db::from_value<AccountId>(row[1], "account_id")};
      },
      id);
  return origin;
}

std::map<core::CertificateId, AcmeOrigin> AcmeInventoryStore::origins_of(
    const std::vector<AcmeCertificate>& certificates) const {
  std::map<core::CertificateId, AcmeOrigin> origins;
  if (certificates.empty()) {
    return origins;
  }
  std::vector<core::CertificateId> ids;
  for (const auto& certificate : certificates) {
    ids.push_back(certificate.id);
  }
  db::Query query{"SELECT certificate_id, id, account_id FROM acme_orders WHERE"};
  query.add_any(" certificate_id", ids);
  session_.each(query, [&](std::span<const db::Value> row) {
    origins.emplace(db::from_value<core::CertificateId>(row[0], "certificate_id"),
                    AcmeOrigin{db::from_value<OrderId>(row[1], "id"),
                               db::from_value<AccountId>(row[2], "account_id")});
  });
  return origins;
}

std::vector<Account> AcmeInventoryStore::accounts(const AcmeAccountFilter& filter,
                                                  const AcmePage& page) const {
  db::Query query{"FROM acme_accounts WHERE TRUE"};
  if (filter.status) {
    query.add(" AND status = ", *filter.status);
  }
  if (filter.has_eab) {
    query.add(*filter.has_eab ? " AND eab_id IS NOT NULL" : " AND eab_id IS NULL");
  }
  if (filter.eab_id) {
    query.add(" AND eab_id = ", *filter.eab_id);
  }
  if (!filter.contact.empty()) {
    query.add(" AND LOWER(contacts) LIKE ", anywhere(filter.contact)).add(" ESCAPE '!'");
  }
  if (filter.created_from) {
    query.add(" AND created_at >= ", *filter.created_from);
  }
  if (filter.created_before) {
    query.add(" AND created_at < ", *filter.created_before);
  }
  add_page(query, page);
  return session_.select<Account>(query);
}

std::vector<ExternalAccount> AcmeInventoryStore::external_accounts(const AcmePage& page) const {
  db::Query query{"FROM acme_external_accounts WHERE TRUE"};
  add_page(query, page);
  return session_.select<ExternalAccount>(query);
}

std::map<ExternalAccountId, AccountId> AcmeInventoryStore::accounts_opened_by(
    const std::vector<ExternalAccount>& externals) const {
  std::map<ExternalAccountId, AccountId> opened;
  if (externals.empty()) {
    return opened;
  }
  std::vector<ExternalAccountId> ids;
  for (const auto& external : externals) {
    ids.push_back(external.id);
  }
  db::Query query{"SELECT eab_id, MAX(id) FROM acme_accounts WHERE"};
  query.add_any(" eab_id", ids).add(" GROUP BY eab_id");
  session_.each(query, [&](std::span<const db::Value> row) {
    opened.emplace(db::from_value<ExternalAccountId>(row[0], "eab_id"),
                   db::from_value<AccountId>(row[1], "id"));
  });
  return opened;
}

std::map<ExternalAccountId, std::string> AcmeInventoryStore::kids_of(
    const std::vector<Account>& accounts) const {
  std::set<ExternalAccountId> wanted;
  for (const auto& account : accounts) {
    if (account.eab_id) {
      wanted.insert(*account.eab_id);
    }
  }
  std::map<ExternalAccountId, std::string> kids;
  if (wanted.empty()) {
    return kids;
  }
  db::Query query{"SELECT id, kid FROM acme_external_accounts WHERE"};
  query.add_any(" id", std::vector(wanted.begin(), wanted.end()));
  session_.each(query, [&](std::span<const db::Value> row) {
    kids.emplace(db::from_value<ExternalAccountId>(row[0], "id"),
                 db::from_value<std::string>(row[1], "kid"));
  });
  return kids;
}

}  // namespace storage
