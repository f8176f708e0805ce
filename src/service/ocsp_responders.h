#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "core/certificate.h"
#include "db/database.h"
#include "service/authorities.h"
#include "service/issuance.h"
#include "service/keys.h"

namespace service {

// The certificates by which authorities let their OCSP answers be signed (RFC 6960, section
// 4.2.2.2), so that their own keys rest. Short-lived, since nobody asks whether they are revoked
// (id-pkix-ocsp-nocheck); renewed when half of their time is over.
class OcspResponders {
 public:
  static constexpr auto lifetime = std::chrono::days{7};

  struct Responder {
    std::shared_ptr<const crypto::Signer> signer;
    base::Bytes certificate;  // DER
    core::CertificateId id;
    base::Time not_before;
    base::Time not_after;
  };

  OcspResponders(db::Database& database, Authorities& authorities, Issuance& issuance, Keys& keys,
                 const base::Clock& clock)
      : database_{database},
        authorities_{authorities},
        issuance_{issuance},
        keys_{keys},
        clock_{clock} {}

  // Who answers for this authority; nothing when it does so itself: its settings say so, or it
  // cannot issue what the responder needs.
  std::shared_ptr<const Responder> of(const Issuer& issuer);

  // The same, when it is known without the database.
  std::optional<std::shared_ptr<const Responder>> known(const Issuer& issuer);

  // Renews ahead of time; for the job.
  void renew_all();

  // The settings changed, or a certificate was revoked.
  void forget();

 private:
  struct Known {
    std::shared_ptr<const Responder> responder;
    base::Time until;
  };

  std::shared_ptr<const Responder> find_or_make(const Issuer& issuer);
  std::optional<core::Certificate> stored(const Issuer& issuer) const;
  core::Certificate issue(const Issuer& issuer);

  db::Database& database_;
  Authorities& authorities_;
  Issuance& issuance_;
  Keys& keys_;
  const base::Clock& clock_;

  std::mutex making_;
  std::mutex mutex_;  // over the map
  std::map<core::AuthorityId, Known> known_;
};

}  // namespace service
