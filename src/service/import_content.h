#pragma once

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/secret.h"
#include "crypto/key.h"
#include "x509/certificate.h"
#include "x509/csr.h"

namespace service {

// What a file holds, each thing once.
struct ImportContent {
  std::string format;  // "PEM", "DER", "PKCS#7", "PKCS#12"
  std::vector<x509::Certificate> certificates;
  std::vector<crypto::PrivateKey> keys;
  std::vector<x509::CertificateRequest> requests;

  bool empty() const { return certificates.empty() && keys.empty() && requests.empty(); }
};

// Reads PEM with whatever stands around its blocks, or one object in DER: a certificate, a request,
// a PKCS#7 bundle, a PKCS#12 file, a private key. The password opens PKCS#12 files and encrypted
// keys. Refuses what is broken, what holds nothing, and more than 1000 objects.
std::expected<ImportContent, base::ParseError> read_import(
    base::ByteView bytes, const std::optional<base::Secret>& password);

// Adds what another file holds.
void merge(ImportContent& content, ImportContent more);

}  // namespace service
