#include "api/v2/certificate_export.h"

#include "api/v2/certificate_view.h"
#include "crypto/jks.h"
#include "crypto/pem.h"
#include "crypto/pkcs12.h"

namespace api::v2 {
namespace {

constexpr std::size_t least_password = 8;

[[noreturn]] void refuse(const char* field, std::string reason) {
  throw base::Error{base::ErrorCode::invalid_request, {base::FieldError{field, std::move(reason)}}};
}

bool wants_key(const Export& wanted) {
  return wanted.include_key || wanted.format == ExportFormat::key ||
         wanted.format == ExportFormat::pkcs12 || wanted.format == ExportFormat::pfx ||
         wanted.format == ExportFormat::jks;
}

void check_rights(const http::Call& call, const auth::Permission& permission) {
  if (call.request.method != http::Method::post) {
    refuse("include_key", "private keys are downloaded by POST, with the fields in the body");
  }
  if (!call.caller.rights.include(permission.name())) {
    throw base::Error{base::ErrorCode::forbidden, "you need the permission " +
                                                      std::string{permission.name()} +
                                                      " to download this private key"};
  }
}

std::string chain_text(const Exportable& exported) {
  std::string text;
  for (const auto& certificate : exported.above) {
    text += certificate.pem();
  }
  return text;
}

std::vector<base::Bytes> chain_bytes(const Exportable& exported) {
  std::vector<base::Bytes> chain;
  for (const auto& certificate : exported.above) {
    chain.push_back(base::to_bytes(certificate.der()));
  }
  return chain;
}

std::vector<base::Bytes> with_chain(const Exportable& exported) {
  auto all = chain_bytes(exported);
  all.insert(all.begin(), exported.der);
  return all;
}

// The password of a file that must have one.
const base::Secret& password_of(const Export& wanted, const char* what) {
  if (!wanted.password || wanted.password->reveal().size() < least_password) {
    refuse("password", std::string{what} + " needs a password of at least 8 characters");
  }
  return *wanted.password;
}

http::File jks_file(const http::Call& call, const Exportable& exported,
                    const crypto::PrivateKey& key, const Export& wanted) {
  crypto::SystemRandom random;
  const auto bytes = crypto::make_jks(
      {.key = key, .chain = with_chain(exported), .alias = exported.name, .made_at = call.now},
      password_of(wanted, "a Java KeyStore"), random);
  return {.name = file_name(exported.name, ".jks"),
          .content_type = "application/x-java-keystore",
          .content = std::string{base::as_text(bytes)}};
}

http::File pkcs12_file(const Exportable& exported, const crypto::PrivateKey& key,
                       const Export& wanted) {
  const auto& password = password_of(wanted, "a PKCS#12 file");
  const auto bytes =
      crypto::make_pkcs12({.key = key,
                           .certificate = exported.der,
                           .chain = chain_bytes(exported),
                           .friendly_name = exported.name},
                          password,
                          wanted.legacy_encryption ? crypto::Pkcs12Encryption::legacy
                                                   : crypto::Pkcs12Encryption::modern);
  return {.name = file_name(exported.name, ".p12"),
          .content_type = "application/x-pkcs12",
          .content = std::string{base::as_text(bytes)}};
}

// The key, if the format has it. What is wrong with the order is said before the key is looked at.
std::optional<crypto::PrivateKey> key_for(const http::Call& call, const Exportable& exported,
                                          const Export& wanted) {
  if (!wants_key(wanted)) {
    return std::nullopt;
  }
  check_rights(call, exported.key_permission);
  if (wanted.format == ExportFormat::pkcs12 || wanted.format == ExportFormat::pfx) {
    password_of(wanted, "a PKCS#12 file");
  } else if (wanted.format == ExportFormat::jks) {
    password_of(wanted, "a Java KeyStore");
  }
  return exported.reveal_key(wanted.password && !wanted.password->empty());
}

}  // namespace

std::vector<std::string> export_types() {
  return {"application/x-pem-file", "application/pkix-cert", "application/x-pkcs12",
          "application/x-pkcs7-certificates", "application/x-java-keystore"};
}

Export to_export(const ExportQuery& query) {
  if (query.password) {
    refuse("password", "passwords do not belong into addresses: send it by POST");
  }
  return {.format = query.format,
          .include_chain = query.include_chain,
          .include_key = query.include_key,
          .password = std::nullopt,
          .legacy_encryption = false};
}

Export to_export(const ExportBody& body) {
  return {.format = body.format.value_or(ExportFormat::pem),
          .include_chain = body.include_chain.value_or(false),
          .include_key = body.include_key.value_or(false),
          .password = body.password,
          .legacy_encryption = body.legacy_encryption.value_or(false)};
}

http::File export_file(const http::Call& call, const Exportable& exported, const Export& wanted) {
  const auto key = key_for(call, exported, wanted);
  const auto pem = crypto::to_pem("CERTIFICATE", exported.der);
  const auto& name = exported.name;

  switch (wanted.format) {
    case ExportFormat::der:
      return {.name = file_name(name, ".cer"),
              .content_type = "application/pkix-cert",
              .content = std::string{base::as_text(exported.der)}};
    case ExportFormat::chain:
      return {.name = file_name(name, "-chain.pem"),
              .content_type = "application/x-pem-file",
              .content = pem + chain_text(exported)};
    case ExportFormat::pkcs12:
    case ExportFormat::pfx:
      return pkcs12_file(exported, key.value(), wanted);
    case ExportFormat::jks:
      return jks_file(call, exported, key.value(), wanted);
    case ExportFormat::pkcs7:
    case ExportFormat::p7b:
      return {.name = file_name(name, ".p7b"),
              .content_type = "application/x-pkcs7-certificates",
              .content = std::string{base::as_text(crypto::make_pkcs7(with_chain(exported)))}};
    case ExportFormat::key:
      return {.name = file_name(name, ".key"),
              .content_type = "application/x-pem-file",
              .content = std::string{key.value().to_pkcs8_pem(wanted.password).reveal()}};
    case ExportFormat::pem:
      break;
  }
  auto content = pem;
  if (wanted.include_chain) {
    content += chain_text(exported);
  }
  if (key) {
    content += key->to_pkcs8_pem(wanted.password).reveal();
  }
  return {.name = file_name(name, ".pem"),
          .content_type = "application/x-pem-file",
          .content = std::move(content)};
}

http::File export_certificate(const http::Call& call, const core::Certificate& certificate,
                              const Export& wanted, service::Authorities& authorities,
                              service::Inventory& inventory) {
  return export_file(
      call,
      {.name = certificate.common_name,
       .der = certificate.der,
       .above = authorities.issuer(certificate.authority_id)->chain,
       .reveal_key =
           [&](bool /*encrypted*/) { return inventory.reveal_key(call.act, certificate.id); }},
      wanted);
}

}  // namespace api::v2
