#include "x509/crl.h"

#include "input.h"
#include "openssl_view.h"

namespace {

using List = std::unique_ptr<X509_CRL, fuzz::FreeBy<X509_CRL_free>>;

const crypto::PublicKey& some_key() {
  static const auto key = crypto::PrivateKey::generate(crypto::KeyAlgorithm::ec_p256).public_key();
  return key;
}

}  // namespace

// What we take OpenSSL takes as well, with the same issuer and as many entries.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const base::ByteView input{data, size};
  const auto summary = x509::read_crl(input, some_key());
  static_cast<void>(x509::find_in_crl(input, x509::SerialNumber::parse("5a1b2c3d").value()));
  if (!summary) {
    return 0;
  }
  REQUIRE(!summary->is_signed);
  const auto theirs = fuzz::decode<List, d2i_X509_CRL>(input);
  if (!theirs) {
    return 0;  // entries are read when they are asked for
  }
  REQUIRE(fuzz::encode(X509_CRL_get_issuer(theirs.get()), i2d_X509_NAME) == summary->issuer);
  const auto* const revoked = X509_CRL_get_REVOKED(theirs.get());
  REQUIRE(static_cast<int>(summary->entries) == std::max(sk_X509_REVOKED_num(revoked), 0));
  ERR_clear_error();
  return 0;
}
