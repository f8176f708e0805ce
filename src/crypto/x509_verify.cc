#include "crypto/x509_verify.h"

#include <openssl/bio.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <memory>

#include "crypto/handles.h"
#include "crypto/openssl_error.h"

namespace crypto {
namespace {

template <auto Function>
struct FreeBy {
  void operator()(auto* object) const { Function(object); }
};
using StorePtr = std::unique_ptr<X509_STORE, FreeBy<X509_STORE_free>>;
using StoreContextPtr = std::unique_ptr<X509_STORE_CTX, FreeBy<X509_STORE_CTX_free>>;
using CrlPtr = std::unique_ptr<X509_CRL, FreeBy<X509_CRL_free>>;
using RequestPtr = std::unique_ptr<X509_REQ, FreeBy<X509_REQ_free>>;
struct FreeStack {
  void operator()(STACK_OF(X509) * stack) const { sk_X509_pop_free(stack, X509_free); }
};

// "CN = Müller", on one line and in UTF-8.
constexpr unsigned long name_style =
    XN_FLAG_ONELINE & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB);

template <auto Decode>
auto decode(base::ByteView der) {
  const auto* at = der.data();
  return Decode(nullptr, &at, static_cast<long>(der.size()));
}

CertificatePtr certificate_from(base::ByteView der) {
  return CertificatePtr{decode<d2i_X509>(der)};
}

// Null when one of them cannot be read.
StorePtr make_store(const ChainQuery& query) {
  StorePtr store{check_made(X509_STORE_new(), "making a trust store")};
  for (const auto& der : query.roots) {
    const auto root = certificate_from(der);
    if (!root || X509_STORE_add_cert(store.get(), root.get()) != 1) {
      return nullptr;
    }
  }
  for (const auto& der : query.crls) {
    const CrlPtr crl{decode<d2i_X509_CRL>(der)};
    if (!crl || X509_STORE_add_crl(store.get(), crl.get()) != 1) {
      return nullptr;
    }
  }
  return store;
}

template <class Object>
std::expected<std::string, base::ParseError> print(Object* object, int (*writer)(BIO*, Object*)) {
  const BioPtr bio{check_made(BIO_new(BIO_s_mem()), "printing")};
  if (object == nullptr || writer(bio.get(), object) != 1) {
    take_openssl_errors();
    return std::unexpected(base::ParseError{"OpenSSL cannot read this"});
  }
  char* data = nullptr;
  const auto size = BIO_get_mem_data(bio.get(), &data);
  return std::string{data, static_cast<std::size_t>(size)};
}

}  // namespace

std::optional<std::string> chain_problem(const ChainQuery& query) {
  const auto leaf = certificate_from(query.leaf);
  const auto store = make_store(query);
  const std::unique_ptr<STACK_OF(X509), FreeStack> others{
      check_made(sk_X509_new_null(), "verifying a chain")};
  for (const auto& der : query.intermediates) {
    auto certificate = certificate_from(der);
    if (certificate) {
      sk_X509_push(others.get(), certificate.release());
    }
  }
  if (!leaf || !store) {
    take_openssl_errors();
    return "a certificate of the chain cannot be read";
  }
  const StoreContextPtr context{check_made(X509_STORE_CTX_new(), "verifying a chain")};
  check(X509_STORE_CTX_init(context.get(), store.get(), leaf.get(), others.get()),
        "verifying a chain");
  auto* const parameters = X509_STORE_CTX_get0_param(context.get());
  X509_VERIFY_PARAM_set_time(parameters, query.at.time_since_epoch().count());
  X509_VERIFY_PARAM_set_flags(
      parameters, X509_V_FLAG_X509_STRICT |
                      (query.crls.empty() ? 0
                                          : X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL |
                                                X509_V_FLAG_EXTENDED_CRL_SUPPORT));
  if (!query.purpose.empty()) {
    const int purpose = X509_PURPOSE_get_by_sname(query.purpose.c_str());
    check(purpose >= 0 && X509_VERIFY_PARAM_set_purpose(
                              parameters, X509_PURPOSE_get_id(X509_PURPOSE_get0(purpose))) == 1,
          "choosing a purpose");
  }
  if (!query.host.empty()) {
    X509_VERIFY_PARAM_set1_host(parameters, query.host.data(), query.host.size());
  }
  const int result = X509_verify_cert(context.get());
  take_openssl_errors();
  if (result == 1) {
    return std::nullopt;
  }
  return X509_verify_cert_error_string(X509_STORE_CTX_get_error(context.get()));
}

std::expected<std::string, base::ParseError> describe_certificate(base::ByteView der) {
  return print<X509>(certificate_from(der).get(), [](BIO* bio, X509* object) {
    return X509_print_ex(bio, object, name_style, 0);
  });
}

std::expected<std::string, base::ParseError> describe_request(base::ByteView der) {
  return print<X509_REQ>(
      RequestPtr{decode<d2i_X509_REQ>(der)}.get(),
      [](BIO* bio, X509_REQ* object) { return X509_REQ_print_ex(bio, object, name_style, 0); });
}

std::expected<std::string, base::ParseError> describe_crl(base::ByteView der) {
  return print<X509_CRL>(CrlPtr{decode<d2i_X509_CRL>(der)}.get(), [](BIO* bio, X509_CRL* object) {
    return X509_CRL_print_ex(bio, object, name_style);
  });
}

}  // namespace crypto
