#include "x509/csr.h"

#include <algorithm>

#include "input.h"
#include "openssl_view.h"

// What we take OpenSSL takes as well, with the same subject, key, names and verdict.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const base::ByteView input{data, size};
  const auto request = x509::CertificateRequest::parse(input);
  if (!request) {
    return 0;
  }
  const auto der = request->der();
  const auto theirs = fuzz::decode<fuzz::Request, d2i_X509_REQ>(der);
  REQUIRE(theirs != nullptr);
  REQUIRE(std::ranges::equal(fuzz::encode(X509_REQ_get_subject_name(theirs.get()), i2d_X509_NAME),
                             request->subject_der()));
  REQUIRE(std::ranges::equal(fuzz::encode(X509_REQ_get_X509_PUBKEY(theirs.get()), i2d_X509_PUBKEY),
                             request->spki()));

  auto* const key = X509_REQ_get0_pubkey(theirs.get());
  REQUIRE(key != nullptr);
  REQUIRE((X509_REQ_verify(theirs.get(), key) == 1) == request->verify_signature());

  auto* const extensions = X509_REQ_get_extensions(theirs.get());
  const fuzz::Names names{static_cast<GENERAL_NAMES*>(
      X509V3_get_d2i(extensions, NID_subject_alt_name, nullptr, nullptr))};
  REQUIRE(std::max(sk_X509_EXTENSION_num(extensions), 0) ==
          static_cast<int>(request->extensions().size()));
  sk_X509_EXTENSION_pop_free(extensions, X509_EXTENSION_free);
  if (names) {
    REQUIRE(fuzz::plain_names(names.get()) ==
            fuzz::plain_names(request->subject_alternative_names()));
  }
  ERR_clear_error();

  // What is shown is read back.
  const auto again = x509::CertificateRequest::parse(base::as_bytes(request->pem()));
  REQUIRE(again.has_value());
  static_cast<void>(request->basic_constraints());
  static_cast<void>(request->extended_key_usage());
  static_cast<void>(request->must_staple());
  return 0;
}
