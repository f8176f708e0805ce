#pragma once

#include <functional>
#include <optional>
#include <string>

#include "auth/permission.h"
#include "base/secret.h"
#include "core/certificate.h"
#include "http/endpoint.h"
#include "service/authorities.h"
#include "service/inventory.h"

namespace api::v2 {

BOOST_DEFINE_ENUM_CLASS(ExportFormat, pem, der, chain, pkcs12, pfx, pkcs7, p7b, jks, key)

// By GET: what needs no password and holds no key.
struct ExportQuery {
  ExportFormat format = ExportFormat::pem;
  bool include_chain = false;
  bool include_key = false;
  std::optional<std::string> password;
};
BOOST_DESCRIBE_STRUCT(ExportQuery, (), (format, include_chain, include_key, password))

struct ExportBody {
  std::optional<ExportFormat> format;
  std::optional<bool> include_chain;
  std::optional<bool> include_key;
  std::optional<base::Secret> password;
  std::optional<bool> legacy_encryption;
};
BOOST_DESCRIBE_STRUCT(ExportBody, (),
                      (format, include_chain, include_key, password, legacy_encryption))

struct Export {
  ExportFormat format;
  bool include_chain;
  bool include_key;
  std::optional<base::Secret> password;
  bool legacy_encryption;
};
Export to_export(const ExportQuery& query);
Export to_export(const ExportBody& body);

// What can be exported, be it a certificate or an authority.
struct Exportable {
  std::string name;
  base::Bytes der;
  std::vector<x509::Certificate> above;                          // its issuer first
  std::function<crypto::PrivateKey(bool encrypted)> reveal_key;  // which is audited
  auth::Permission key_permission = auth::read_private_keys;
};

// The file. Whoever wants the key needs the permission for it, by POST only.
http::File export_file(const http::Call& call, const Exportable& exported, const Export& wanted);

http::File export_certificate(const http::Call& call, const core::Certificate& certificate,
                              const Export& wanted, service::Authorities& authorities,
                              service::Inventory& inventory);

// The media types of all formats.
std::vector<std::string> export_types();

}  // namespace api::v2
