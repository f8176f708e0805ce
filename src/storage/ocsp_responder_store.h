#pragma once

#include <optional>

#include "core/ids.h"
#include "db/session.h"

namespace storage {

// Which certificate signs the OCSP answers of an authority.
class OcspResponderStore {
 public:
  explicit OcspResponderStore(db::Session& session) : session_{session} {}

  std::optional<core::CertificateId> find(const core::AuthorityId& id) const {
    const auto number =
        session_.number("SELECT certificate_id FROM ocsp_responders WHERE authority_id = $1", id);
    const auto certificate = core::CertificateId::from_number(number);
    return certificate ? std::optional{*certificate} : std::nullopt;
  }

  void put(const core::AuthorityId& id, const core::CertificateId& certificate) {
    session_.send(
        "INSERT INTO ocsp_responders (authority_id, certificate_id) VALUES ($1, $2) "
        "ON CONFLICT (authority_id) DO UPDATE SET certificate_id = excluded.certificate_id",
        id, certificate);
  }

 private:
  db::Session& session_;
};

}  // namespace storage
