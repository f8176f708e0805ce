#include "service/import_content.h"

#include <algorithm>

#include "crypto/pem.h"
#include "crypto/pkcs12.h"
#include "der/reader.h"

namespace service {
namespace {

constexpr std::size_t most_objects = 1000;

using Outcome = std::expected<void, base::ParseError>;

std::unexpected<base::ParseError> refuse(std::string reason) {
  return std::unexpected(base::ParseError{std::move(reason)});
}

void add(ImportContent& content, x509::Certificate certificate) {
  if (std::ranges::find(content.certificates, certificate) == content.certificates.end()) {
    content.certificates.push_back(std::move(certificate));
  }
}

void add(ImportContent& content, crypto::PrivateKey key) {
  const auto same = [&](const crypto::PrivateKey& other) {
    return other.public_key() == key.public_key();
  };
  if (std::ranges::none_of(content.keys, same)) {
    content.keys.push_back(std::move(key));
  }
}

void add(ImportContent& content, x509::CertificateRequest request) {
  const auto same = [&](const x509::CertificateRequest& other) {
    return std::ranges::equal(other.der(), request.der());
  };
  if (std::ranges::none_of(content.requests, same)) {
    content.requests.push_back(std::move(request));
  }
}

Outcome add_certificate(ImportContent& content, base::ByteView der) {
  auto certificate = x509::Certificate::parse(der);
  if (!certificate) {
    return refuse("a certificate is not readable: " + certificate.error().reason);
  }
  add(content, *std::move(certificate));
  return {};
}

Outcome add_certificates(ImportContent& content, const std::vector<base::Bytes>& list) {
  for (const auto& der : list) {
    if (auto added = add_certificate(content, der); !added) {
      return added;
    }
  }
  return {};
}

Outcome add_request(ImportContent& content, base::ByteView der) {
  auto request = x509::CertificateRequest::parse(der);
  if (!request) {
    return refuse("a request is not readable: " + request.error().reason);
  }
  add(content, *std::move(request));
  return {};
}

Outcome add_key(ImportContent& content, const crypto::PemBlock& block,
                const std::optional<base::Secret>& password) {
  // The older encrypted keys say how in headers, which only the PEM text has.
  std::string headers;
  for (const auto& header : block.headers) {
    headers += header + "\n";
  }
  auto text = crypto::to_pem(block.label, block.bytes);
  if (!headers.empty()) {
    text.insert(text.find('\n') + 1, headers + "\n");
  }
  const base::Secret kept{std::move(text)};
  auto key = crypto::PrivateKey::from_pem(kept.reveal(), password);
  if (!key) {
    return refuse("a private key is not readable: " + key.error().reason);
  }
  add(content, *std::move(key));
  return {};
}

Outcome add_block(ImportContent& content, const crypto::PemBlock& block,
                  const std::optional<base::Secret>& password) {
  const auto& label = block.label;
  if (label == "CERTIFICATE" || label == "X509 CERTIFICATE") {
    return add_certificate(content, block.bytes);
  }
  if (label == "CERTIFICATE REQUEST" || label == "NEW CERTIFICATE REQUEST") {
    return add_request(content, block.bytes);
  }
  if (label.ends_with("PRIVATE KEY")) {
    return add_key(content, block, password);
  }
  if (label == "PKCS7") {
    const auto list = crypto::read_pkcs7(block.bytes);
    return list ? add_certificates(content, *list) : refuse(list.error().reason);
  }
  return {};  // parameters, public keys, CRLs: nothing that is kept here
}

std::expected<ImportContent, base::ParseError> read_pem_text(
    std::string_view text, const std::optional<base::Secret>& password) {
  const auto blocks = crypto::read_pem(text);
  if (!blocks) {
    return refuse(blocks.error().reason);
  }
  if (blocks->size() > most_objects) {
    return refuse("has more than 1000 objects: import them in parts");
  }
  ImportContent content{.format = "PEM", .certificates = {}, .keys = {}, .requests = {}};
  for (const auto& block : *blocks) {
    if (auto added = add_block(content, block, password); !added) {
      return std::unexpected(std::move(added).error());
    }
  }
  return content;
}

Outcome add_pkcs12(ImportContent& content, base::ByteView der,
                   const std::optional<base::Secret>& password) {
  auto file = crypto::read_pkcs12(der, password.value_or(base::Secret{}));
  if (!file) {
    return refuse(file.error().reason);
  }
  if (file->key) {
    add(content, *std::move(file->key));
  }
  if (!file->certificate.empty()) {
    if (auto added = add_certificate(content, file->certificate); !added) {
      return added;
    }
  }
  return add_certificates(content, file->chain);
}

// PFX ::= SEQUENCE { version INTEGER {v3(3)}, authSafe ContentInfo, ... }
bool looks_like_pkcs12(base::ByteView der) {
  der::Reader outer{der};
  auto file = outer.sequence();
  if (!file) {
    return false;
  }
  const auto version = file->small_integer();
  return version && *version == 3;
}

std::expected<ImportContent, base::ParseError> read_der(
    base::ByteView der, const std::optional<base::Secret>& password) {
  ImportContent content{.format = "DER", .certificates = {}, .keys = {}, .requests = {}};
  if (looks_like_pkcs12(der)) {
    content.format = "PKCS#12";
    if (auto added = add_pkcs12(content, der, password); !added) {
      return std::unexpected(std::move(added).error());
    }
    return content;
  }
  if (add_certificate(content, der) || add_request(content, der)) {
    return content;
  }
  if (const auto list = crypto::read_pkcs7(der)) {
    content.format = "PKCS#7";
    if (auto added = add_certificates(content, *list); !added) {
      return std::unexpected(std::move(added).error());
    }
    return content;
  }
  if (auto key = crypto::PrivateKey::read(der, password)) {
    add(content, *std::move(key));
    return content;
  }
  return refuse("is neither PEM nor a certificate, a request, PKCS#7, PKCS#12 or a key in DER");
}

}  // namespace

std::expected<ImportContent, base::ParseError> read_import(
    base::ByteView bytes, const std::optional<base::Secret>& password) {
  if (bytes.empty()) {
    return refuse("is empty");
  }
  auto content = crypto::looks_like_pem(bytes) ? read_pem_text(base::as_text(bytes), password)
                                               : read_der(bytes, password);
  if (content && content->empty()) {
    return refuse("holds no certificate, request or private key");
  }
  if (content && content->certificates.size() > most_objects) {
    return refuse("has more than 1000 objects: import them in parts");
  }
  return content;
}

void merge(ImportContent& content, ImportContent more) {
  for (auto& certificate : more.certificates) {
    add(content, std::move(certificate));
  }
  for (auto& key : more.keys) {
    add(content, std::move(key));
  }
  for (auto& request : more.requests) {
    add(content, std::move(request));
  }
}

}  // namespace service
