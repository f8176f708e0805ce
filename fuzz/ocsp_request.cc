#include <openssl/ocsp.h>

#include <algorithm>

#include "input.h"
#include "openssl_view.h"
#include "x509/ocsp.h"

using Request = std::unique_ptr<OCSP_REQUEST, fuzz::FreeBy<OCSP_REQUEST_free>>;

// What we take OpenSSL takes as well, asking about the same certificates.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const base::ByteView input{data, size};
  const auto request = x509::OcspRequest::parse(input);
  if (!request) {
    return 0;
  }
  const auto theirs = fuzz::decode<Request, d2i_OCSP_REQUEST>(input);
  REQUIRE(theirs != nullptr);
  REQUIRE(OCSP_request_onereq_count(theirs.get()) ==
          static_cast<int>(request->certificates.size()));
  for (std::size_t i = 0; i < request->certificates.size(); ++i) {
    const auto& ours = request->certificates[i];
    auto* const id =
        OCSP_onereq_get0_id(OCSP_request_onereq_get0(theirs.get(), static_cast<int>(i)));
    ASN1_OCTET_STRING* name_hash = nullptr;
    ASN1_OCTET_STRING* key_hash = nullptr;
    ASN1_INTEGER* serial = nullptr;
    OCSP_id_get0_info(&name_hash, nullptr, &key_hash, &serial, id);
    REQUIRE(fuzz::text_of(name_hash) == base::as_text(ours.issuer_name_hash));
    REQUIRE(fuzz::text_of(key_hash) == base::as_text(ours.issuer_key_hash));
    if (ours.serial_number) {
      REQUIRE(fuzz::text_of(serial) == base::as_text(ours.serial_number->octets()));
    }
    REQUIRE(std::ranges::equal(fuzz::encode(id, i2d_OCSP_CERTID), ours.der));
  }
  REQUIRE((OCSP_REQUEST_get_ext_by_NID(theirs.get(), NID_id_pkix_OCSP_Nonce, -1) >= 0) ==
          request->nonce.has_value());
  return 0;
}
