#pragma once

#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/acme/account.h"
#include "core/acme/external_account.h"
#include "core/acme/order.h"
#include "core/certificate.h"
#include "db/session.h"

namespace storage {

// Where a page of a list begins: before that id, and after so many entries.
struct AcmePage {
  std::int64_t before_id = std::numeric_limits<std::int64_t>::max();
  std::int64_t offset = 0;
  int limit = 50;
};

// A certificate without its octets.
struct AcmeCertificate {
  core::CertificateId id;
  x509::SerialNumber serial_number;
  std::string common_name;
  std::string names;  // "DNS:a, IP:192.0.2.1"
  std::string fingerprint;
  base::Time not_before;
  base::Time not_after;
  std::optional<base::Time> revoked_at;
  std::optional<x509::RevocationReason> revocation_reason;
  base::Time created_at;
};
BOOST_DESCRIBE_STRUCT(AcmeCertificate, (),
                      (id, serial_number, common_name, names, fingerprint, not_before, not_after,
                       revoked_at, revocation_reason, created_at))

// The order that a certificate came from.
struct AcmeOrigin {
  core::acme::OrderId order_id;
  core::acme::AccountId account_id;
};

BOOST_DEFINE_ENUM_CLASS(AcmeCertificateStatus, active, revoked, expired)

struct AcmeCertificateFilter {
  std::optional<core::acme::AccountId> account_id = {};
  std::vector<x509::SerialNumber> any_serial = {};
  std::optional<std::string> fingerprint = {};
  std::optional<AcmeCertificateStatus> status = {};
  std::optional<std::string> domain = {};  // one of its names, exactly
  std::optional<base::Time> expiring_before = {};
  std::optional<base::Time> issued_from = {};
  std::optional<base::Time> issued_before = {};
};

struct AcmeAccountFilter {
  std::optional<core::acme::AccountStatus> status = {};
  std::optional<bool> has_eab = {};
  std::optional<core::acme::ExternalAccountId> eab_id = {};
  std::string contact = {};  // a part of one, in any case
  std::optional<base::Time> created_from = {};
  std::optional<base::Time> created_before = {};
};

// What the ACME server has issued and for whom, as administrators look for it: the newest first.
class AcmeInventoryStore {
 public:
  explicit AcmeInventoryStore(db::Session& session) : session_{session} {}

  std::vector<AcmeCertificate> certificates(const AcmeCertificateFilter& filter,
                                            const AcmePage& page, base::Time now) const;
  std::int64_t count_certificates(const AcmeCertificateFilter& filter, base::Time now) const;
  std::optional<AcmeOrigin> origin_of(const core::CertificateId& id) const;
  std::map<core::CertificateId, AcmeOrigin> origins_of(
      const std::vector<AcmeCertificate>& certificates) const;

  std::vector<core::acme::Account> accounts(const AcmeAccountFilter& filter,
                                            const AcmePage& page) const;

  std::vector<core::acme::ExternalAccount> external_accounts(const AcmePage& page) const;
  // The account that each of these opened last.
  std::map<core::acme::ExternalAccountId, core::acme::AccountId> accounts_opened_by(
      const std::vector<core::acme::ExternalAccount>& externals) const;
  std::map<core::acme::ExternalAccountId, std::string> kids_of(
      const std::vector<core::acme::Account>& accounts) const;

 private:
  void add_conditions(db::Query& query, const AcmeCertificateFilter& filter, base::Time now) const;
  void add_account(db::Query& query, const core::acme::AccountId& account) const;

  db::Session& session_;
};

}  // namespace storage
