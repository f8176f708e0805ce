#pragma once

#include <memory>

// Owners of OpenSSL's objects, without its headers. For the files of this folder only.
struct bio_st;
struct bignum_st;
struct evp_md_ctx_st;
struct evp_md_st;
struct evp_pkey_ctx_st;
struct evp_pkey_st;
struct x509_st;

namespace crypto {

struct Free {
  void operator()(bio_st* object) const;
  void operator()(bignum_st* object) const;
  void operator()(evp_md_ctx_st* object) const;
  void operator()(evp_pkey_ctx_st* object) const;
  void operator()(evp_pkey_st* object) const;
  void operator()(x509_st* object) const;
};

using BioPtr = std::unique_ptr<bio_st, Free>;
using BignumPtr = std::unique_ptr<bignum_st, Free>;
using DigestContextPtr = std::unique_ptr<evp_md_ctx_st, Free>;
using KeyContextPtr = std::unique_ptr<evp_pkey_ctx_st, Free>;
using KeyPtr = std::unique_ptr<evp_pkey_st, Free>;
using CertificatePtr = std::unique_ptr<x509_st, Free>;

}  // namespace crypto
