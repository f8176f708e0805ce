#include "x509/certificate.h"

#include <algorithm>

#include "input.h"
#include "openssl_view.h"

// What we take OpenSSL takes as well, with the same fields.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const base::ByteView input{data, size};
  const auto certificate = x509::Certificate::parse(input);
  if (!certificate) {
    return 0;
  }
  const auto theirs = fuzz::decode<fuzz::Certificate, d2i_X509>(input);
  REQUIRE(theirs != nullptr);
  auto* const x = theirs.get();
  REQUIRE(std::ranges::equal(fuzz::encode(X509_get_subject_name(x), i2d_X509_NAME),
                             certificate->subject_der()));
  REQUIRE(std::ranges::equal(fuzz::encode(X509_get_issuer_name(x), i2d_X509_NAME),
                             certificate->issuer_der()));
  REQUIRE(fuzz::text_of(X509_get0_serialNumber(x)) ==
          base::as_text(certificate->serial_number().octets()));
  tm time{};
  REQUIRE(ASN1_TIME_to_tm(X509_get0_notAfter(x), &time) == 1);
  REQUIRE(timegm(&time) == certificate->not_after().time_since_epoch().count());
  REQUIRE(std::max(X509_get_ext_count(x), 0) == static_cast<int>(certificate->extensions().size()));
  ERR_clear_error();

  // Everything that is shown of it can be shown.
  for (const auto& text : certificate->describe_extensions()) {
    REQUIRE(!text.name.empty());
  }
  static_cast<void>(certificate->subject().to_string());
  static_cast<void>(certificate->subject_alternative_names());
  static_cast<void>(certificate->is_ca());
  static_cast<void>(crypto::key_facts(certificate->spki()));
  const auto key = crypto::PublicKey::from_spki(certificate->spki());
  if (key) {
    const fuzz::Key their_key{X509_get_pubkey(x)};
    REQUIRE(their_key != nullptr);
    ERR_clear_error();
    static_cast<void>(certificate->is_signed_by(*key));
  }
  return 0;
}
