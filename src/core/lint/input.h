#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "der/reader.h"
#include "x509/extensions.h"
#include "x509/name.h"

namespace core::lint {

struct Input;

BOOST_DEFINE_ENUM_CLASS(KeyKind, rsa, ec_p256, ec_p384, ec_p521, ed25519, other)

// A TBSCertificate (RFC 5280, section 4.1.2), read once for all lints, and read anew from its
// bytes: what the writer believed to have written does not count. Views into the bytes.
struct Input {
  std::uint64_t version = 0;  // 2 is version 3
  base::ByteView serial;      // two's complement
  base::ByteView signature_algorithm;
  base::ByteView issuer_der;
  base::ByteView subject_der;
  x509::Name subject;
  std::uint8_t not_before_tag = 0;
  std::uint8_t not_after_tag = 0;
  base::Time not_before;
  base::Time not_after;
  KeyKind key = KeyKind::other;
  int rsa_bits = 0;
  bool rsa_exponent_is_sound = true;  // odd, and 65537 or more
  bool has_unique_ids = false;
  std::vector<x509::Extension> extensions;

  // What the extensions say; a malformed one is nothing here, and has its own lint.
  std::optional<x509::BasicConstraints> basic_constraints = {};
  std::optional<x509::KeyUsages> key_usage = {};
  std::optional<std::vector<der::Oid>> extended_key_usage = {};
  std::optional<std::vector<x509::GeneralName>> names = {};
  std::string names_problem = {};  // what the rules of each kind of name say against them
  std::optional<x509::AuthorityInformation> authority_information = {};

  static der::Result<Input> read(base::ByteView tbs);

  const x509::Extension* find(const der::Oid& oid) const {
    return x509::find_extension(extensions, oid);
  }
  bool is_ca() const { return basic_constraints && basic_constraints->is_ca; }
  bool is_self_issued() const { return std::ranges::equal(issuer_der, subject_der); }
  bool has_usage(x509::KeyUsage usage) const { return key_usage && key_usage->contains(usage); }
  bool has_purpose(const der::Oid& purpose) const;
  // A certificate of a TLS server, which is what browsers see.
  bool is_tls_server() const;
};

}  // namespace core::lint
