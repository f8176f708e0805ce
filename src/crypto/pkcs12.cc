#include "crypto/pkcs12.h"

#include <openssl/evp.h>
#include <openssl/pkcs12.h>
#include <openssl/pkcs7.h>
#include <openssl/x509.h>

#include <memory>

#include "base/error.h"
#include "crypto/handles.h"
#include "crypto/iterations.h"
#include "crypto/key_state.h"
#include "crypto/openssl_error.h"
#include "der/oid.h"
#include "der/reader.h"
#include "der/writer.h"

namespace crypto {
namespace {

using der::refuse;

constexpr int modern_iterations = 100'000;
constexpr int legacy_iterations = 2048;  // what old readers are sure to take

constexpr der::Oid pkcs7_data{"1.2.840.113549.1.7.1"};
constexpr der::Oid pkcs7_signed_data{"1.2.840.113549.1.7.2"};

struct FreeStack {
  void operator()(STACK_OF(X509) * stack) const { sk_X509_pop_free(stack, X509_free); }
};
using Stack = std::unique_ptr<STACK_OF(X509), FreeStack>;

struct FreePkcs12 {
  void operator()(PKCS12* object) const { PKCS12_free(object); }
};
using Pkcs12Ptr = std::unique_ptr<PKCS12, FreePkcs12>;

CertificatePtr read_certificate(base::ByteView der) {
  const auto* at = der.data();
  CertificatePtr certificate{d2i_X509(nullptr, &at, static_cast<long>(der.size()))};
  if (!certificate) {
    take_openssl_errors();
    throw base::Error{base::ErrorCode::invalid_request, "not a certificate"};
  }
  return certificate;
}

base::Bytes encode(X509* certificate) {
  base::Bytes der(static_cast<std::size_t>(i2d_X509(certificate, nullptr)));
  auto* at = der.data();
  i2d_X509(certificate, &at);
  return der;
}

std::unexpected<base::ParseError> refuse_file(const char* reason) {
  take_openssl_errors();
  return refuse(reason);
}

}  // namespace

base::Bytes make_pkcs12(const Pkcs12& content, const base::Secret& password,
                        Pkcs12Encryption encryption) {
  const bool legacy = encryption == Pkcs12Encryption::legacy;
  const CertificatePtr certificate =
      content.certificate.empty() ? nullptr : read_certificate(content.certificate);
  const Stack chain{check_made(sk_X509_new_null(), "making a PKCS#12 file")};
  for (const auto& der : content.chain) {
    check(sk_X509_push(chain.get(), read_certificate(der).release()) > 0 ? 1 : 0,
          "making a PKCS#12 file");
  }
  const int cipher = legacy ? NID_pbe_WithSHA1And3_Key_TripleDES_CBC : NID_aes_256_cbc;
  const int iterations = legacy ? legacy_iterations : modern_iterations;
  const std::string text{password.reveal()};
  const Pkcs12Ptr made{check_made(
      PKCS12_create(text.c_str(),
                    content.friendly_name.empty() ? nullptr : content.friendly_name.c_str(),
                    content.key ? KeyAccess::key(*content.key) : nullptr, certificate.get(),
                    chain.get(), cipher, cipher, iterations, -1, 0),
      "making a PKCS#12 file")};
  check(PKCS12_set_mac(made.get(), text.c_str(), -1, nullptr, 16, iterations,
                       legacy ? EVP_sha1() : EVP_sha256()),
        "making a PKCS#12 file");
  base::Bytes der(static_cast<std::size_t>(i2d_PKCS12(made.get(), nullptr)));
  auto* at = der.data();
  i2d_PKCS12(made.get(), &at);
  return der;
}

std::expected<Pkcs12, base::ParseError> read_pkcs12(base::ByteView der,
                                                    const base::Secret& password) {
  if (!has_bounded_iterations(der)) {
    return refuse("the PKCS#12 file is encrypted with too many iterations");
  }
  const auto* at = der.data();
  const Pkcs12Ptr file{d2i_PKCS12(nullptr, &at, static_cast<long>(der.size()))};
  if (!file || at != der.data() + der.size()) {
    return refuse_file(file ? "something stands behind the PKCS#12 file" : "not a PKCS#12 file");
  }
  const std::string text{password.reveal()};
  EVP_PKEY* key = nullptr;
  X509* certificate = nullptr;
  STACK_OF(X509)* others = nullptr;
  if (PKCS12_parse(file.get(), text.c_str(), &key, &certificate, &others) != 1) {
    return refuse_file("the password is wrong, or the PKCS#12 file is damaged");
  }
  KeyPtr owned_key{key};
  const CertificatePtr owned_certificate{certificate};
  const Stack owned_others{others};
  Pkcs12 content;
  if (owned_key) {
    content.key = DER_TRY(KeyAccess::adopt(std::move(owned_key)));
  }
  if (certificate != nullptr) {
    content.certificate = encode(certificate);
    int size = 0;
    if (const auto* alias = X509_alias_get0(certificate, &size)) {
      content.friendly_name.assign(reinterpret_cast<const char*>(alias),
                                   static_cast<std::size_t>(size));
    }
  }
  for (int i = 0; others != nullptr && i < sk_X509_num(others); ++i) {
    content.chain.push_back(encode(sk_X509_value(others, i)));
  }
  return content;
}

base::Bytes make_pkcs7(const std::vector<base::Bytes>& certificates) {
  // ContentInfo with a SignedData that has certificates and nothing else. The elements of a SET OF
  // are in the order of their encodings (X.690, section 11.6).
  auto sorted = certificates;
  std::ranges::sort(sorted);
  der::Writer writer{64};
  writer.sequence([&] {
    writer.oid(pkcs7_signed_data);
    writer.context(0, [&] {
      writer.sequence([&] {
        writer.integer(1);
        writer.set([] {});  // digestAlgorithms
        writer.sequence([&] { writer.oid(pkcs7_data); });
        writer.context(0, [&] {
          for (const auto& certificate : sorted) {
            writer.raw(certificate);
          }
        });
        writer.set([] {});  // signerInfos
      });
    });
  });
  return std::move(writer).take();
}

std::expected<std::vector<base::Bytes>, base::ParseError> read_pkcs7(base::ByteView der) {
  const auto* at = der.data();
  struct FreePkcs7 {
    void operator()(PKCS7* object) const { PKCS7_free(object); }
  };
  const std::unique_ptr<PKCS7, FreePkcs7> file{
      d2i_PKCS7(nullptr, &at, static_cast<long>(der.size()))};
  if (!file || !PKCS7_type_is_signed(file.get()) || file->d.sign == nullptr) {
    return refuse_file("not a PKCS#7 bundle of certificates");
  }
  if (at != der.data() + der.size()) {
    return refuse_file("something stands behind the PKCS#7 bundle");
  }
  std::vector<base::Bytes> certificates;
  auto* const list = file->d.sign->cert;
  for (int i = 0; list != nullptr && i < sk_X509_num(list); ++i) {
    certificates.push_back(encode(sk_X509_value(list, i)));
  }
  return certificates;
}

}  // namespace crypto
