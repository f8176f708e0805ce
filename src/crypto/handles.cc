#include "crypto/handles.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

namespace crypto {

void Free::operator()(bio_st* object) const {
  BIO_free_all(object);
}
void Free::operator()(bignum_st* object) const {
  BN_clear_free(object);
}
void Free::operator()(evp_md_ctx_st* object) const {
  EVP_MD_CTX_free(object);
}
void Free::operator()(evp_pkey_ctx_st* object) const {
  EVP_PKEY_CTX_free(object);
}
void Free::operator()(evp_pkey_st* object) const {
  EVP_PKEY_free(object);
}
void Free::operator()(x509_st* object) const {
  X509_free(object);
}

}  // namespace crypto
