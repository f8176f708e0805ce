#include "service/inventory.h"

#include "storage/certificate_store.h"

namespace service {
namespace {

struct About {
  x509::SerialNumber serial_number;
  std::string subject;
};
BOOST_DESCRIBE_STRUCT(About, (), (serial_number, subject))

core::Certificate existing(db::Session& session, const core::CertificateId& id) {
  auto certificate = storage::CertificateStore{session}.find(id);
  if (!certificate) {
    throw base::Error{base::ErrorCode::not_found, "no certificate has this id"};
  }
  return *std::move(certificate);
}

}  // namespace

void Inventory::remove(const auth::Act& act, const core::CertificateId& id) {
  database_.write(act, [&](db::Session& session) {
    const auto certificate = existing(session, id);
    if (const auto obstacle = core::deletion_obstacle(certificate, clock_.now())) {
      throw base::Error{base::ErrorCode::conflict, *obstacle};
    }
    storage::CertificateStore{session}.remove(certificate);
    if (certificate.key_id) {
      keys_.erase(session, *certificate.key_id);
    }
    session.record("certificate", id, certificate.common_name,
                   About{certificate.serial_number, certificate.subject});
  });
}

crypto::PrivateKey Inventory::reveal_key(const auth::Act& act, const core::CertificateId& id) {
  return database_.write(act, [&](db::Session& session) {
    const auto certificate = existing(session, id);
    if (!certificate.key_id) {
      throw base::Error{base::ErrorCode::not_found,
                        "the private key of this certificate is not kept here"};
    }
    session.record("certificate", id, certificate.common_name,
                   About{certificate.serial_number, certificate.subject});
    return keys_.load(session, *certificate.key_id);
  });
}

}  // namespace service
