#include "service/inventory.h"

#include <algorithm>

#include "storage/certificate_store.h"
#include "storage/import_store.h"
#include "x509/certificate.h"

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

core::Certificate Inventory::attach_key(const auth::Act& act, const core::CertificateId& id,
                                        const crypto::PrivateKey& key) {
  return database_.write(act, [&](db::Session& session) {
    auto certificate = existing(session, id);
    const auto parsed = x509::Certificate::parse(certificate.der).value();
    if (!std::ranges::equal(parsed.spki(), key.public_key().spki())) {
      throw base::Error{base::ErrorCode::invalid_request,
                        {base::FieldError{"key", "is not the key of this certificate"}}};
    }
    const auto key_id =
        certificate.key_id ? std::nullopt : std::optional{keys_.store(session, key, "certificate")};
    if (!key_id || !storage::ImportStore{session}.set_key(id, *key_id)) {
      throw base::Error{base::ErrorCode::conflict,
                        "the private key of this certificate is kept already"};
    }
    certificate.key_id = key_id;
    session.record("certificate", id, certificate.common_name,
                   About{certificate.serial_number, certificate.subject});
    return certificate;
  });
}

}  // namespace service
