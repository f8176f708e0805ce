#pragma once

#include <optional>
#include <vector>

#include "core/acme/account.h"
#include "core/acme/csr_profile.h"
#include "core/ids.h"
#include "db/session.h"

namespace storage {

// CSR profiles, who has which, and what they look at: certificates that were issued before.
class AcmeCsrProfileStore {
 public:
  explicit AcmeCsrProfileStore(db::Session& session) : session_{session} {}

  core::acme::CsrProfileId new_id() {
    return session_.new_id<core::acme::CsrProfileId>("acme_csr_profiles");
  }
  void insert(const core::acme::CsrProfile& profile) {
    session_.insert("acme_csr_profiles", profile);
  }
  void update(const core::acme::CsrProfile& profile);
  void remove(const core::acme::CsrProfileId& id);  // and all assignments of it
  std::optional<core::acme::CsrProfile> find(const core::acme::CsrProfileId& id) const;
  std::optional<core::acme::CsrProfile> find_by_name(std::string_view name) const;
  // The newest first, those before that id.
  std::vector<core::acme::CsrProfile> list(std::int64_t before_id, int limit) const;
  std::vector<core::acme::AccountId> accounts_of(const core::acme::CsrProfileId& id,
                                                 int limit) const;

  // One profile each: an earlier one is replaced.
  void assign(const core::acme::AccountId& account, const core::acme::CsrProfileId& id);
  void assign(const core::acme::ExternalAccountId& eab, const core::acme::CsrProfileId& id);
  // Changes nothing where another profile is assigned, or none.
  void unassign(const core::acme::AccountId& account, const core::acme::CsrProfileId& id);
  void unassign(const core::acme::ExternalAccountId& eab, const core::acme::CsrProfileId& id);

  std::optional<core::acme::CsrProfile> of(const core::acme::ExternalAccountId& eab) const;
  // The account's own, or else that of the external account which it is bound to.
  std::optional<core::acme::CsrProfile> of(
      const core::acme::AccountId& account,
      const std::optional<core::acme::ExternalAccountId>& eab) const;

  // Certificates and their keys
  void note_key(base::ByteView spki_sha256, const core::CertificateId& id);
  std::int64_t count_with_key(base::ByteView spki_sha256) const;
  // Of ACME, not revoked, with one of these DNS names among theirs, in force beyond that time.
  std::int64_t count_in_force(const std::vector<std::string>& dns_names, base::Time beyond) const;

 private:
  db::Session& session_;
};

}  // namespace storage
