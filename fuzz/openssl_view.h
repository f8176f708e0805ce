#pragma once

#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "x509/general_name.h"

// How OpenSSL sees what our parsers read: the oracle of the harnesses.
namespace fuzz {

template <auto Function>
struct FreeBy {
  void operator()(auto* object) const { Function(object); }
};
using Request = std::unique_ptr<X509_REQ, FreeBy<X509_REQ_free>>;
using Certificate = std::unique_ptr<X509, FreeBy<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, FreeBy<EVP_PKEY_free>>;
struct FreeNames {
  void operator()(GENERAL_NAMES* names) const { GENERAL_NAMES_free(names); }
};
using Names = std::unique_ptr<GENERAL_NAMES, FreeNames>;

// Null unless all of the bytes are one object.
template <class Pointer, auto Decode>
Pointer decode(base::ByteView bytes) {
  const auto* at = bytes.data();
  Pointer object{Decode(nullptr, &at, static_cast<long>(bytes.size()))};
  ERR_clear_error();
  if (object && at != bytes.data() + bytes.size()) {
    object.reset();
  }
  return object;
}

template <class Object, class Encode>
base::Bytes encode(const Object* object, Encode encode) {
  unsigned char* der = nullptr;
  const int size = encode(object, &der);
  base::Bytes bytes{der, der + (size > 0 ? size : 0)};
  OPENSSL_free(der);
  return bytes;
}

inline std::string text_of(const ASN1_STRING* string) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(string)),
          static_cast<std::size_t>(ASN1_STRING_length(string))};
}

// DNS names in lower case and IP addresses as octets, in their order; other forms are left out.
inline std::vector<std::string> plain_names(const GENERAL_NAMES* names) {
  std::vector<std::string> plain;
  for (int i = 0; i < sk_GENERAL_NAME_num(names); ++i) {
    int type = 0;
    const auto* const value = GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(names, i), &type);
    if (type == GEN_DNS || type == GEN_IPADD) {
      auto text = text_of(static_cast<const ASN1_STRING*>(value));
      for (char& c : text) {
        c = type == GEN_DNS && c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
      }
      plain.push_back(std::move(text));
    }
  }
  return plain;
}

inline std::vector<std::string> plain_names(const std::vector<x509::GeneralName>& names) {
  std::vector<std::string> plain;
  for (const auto& name : names) {
    if (name.type() == x509::GeneralNameType::dns || name.type() == x509::GeneralNameType::ip) {
      plain.emplace_back(base::as_text(name.content()));
    }
  }
  return plain;
}

}  // namespace fuzz
