#pragma once

#include <boost/json/fwd.hpp>
#include <string>
#include <vector>

#include "auth/caller.h"
#include "base/clock.h"
#include "core/acme/account.h"
#include "core/acme/csr_profile.h"
#include "db/database.h"

namespace service {

// What administrators demand of CSRs, and whether one keeps to it.
class AcmeCsrProfiles {
 public:
  struct Content {
    std::string name;
    std::string description;
    boost::json::object profile_data;
  };

  AcmeCsrProfiles(db::Database& database, const base::Clock& clock)
      : database_{database}, clock_{clock} {}

  core::acme::CsrProfile create(const auth::Act& act, const Content& content);
  core::acme::CsrProfile replace(const auth::Act& act, const core::acme::CsrProfileId& id,
                                 const Content& content);
  // And all assignments of it.
  void remove(const auth::Act& act, const core::acme::CsrProfileId& id);
  core::acme::CsrProfile find(const core::acme::CsrProfileId& id);

  // One profile each: an earlier one is replaced. Unassigning what is not assigned is no mistake.
  void set_assigned(const auth::Act& act, const core::acme::AccountId& account,
                    const core::acme::CsrProfileId& id, bool assigned);
  void set_assigned(const auth::Act& act, const core::acme::ExternalAccountId& eab,
                    const core::acme::CsrProfileId& id, bool assigned);

  // What the CSR breaks; changes nothing.
  std::vector<std::string> try_out(const core::acme::CsrProfileId& id,
                                   const x509::CertificateRequest& request);

  // Whether an account may have a certificate by this CSR. The problem is badCSR, with a subproblem
  // per violation, or when `required` and neither the account nor its external account has one.
  core::acme::Result<void> check(const core::acme::Account& account,
                                 const x509::CertificateRequest& request, bool required);

 private:
  db::Database& database_;
  const base::Clock& clock_;
};

}  // namespace service
