#include "crypto/jks.h"

#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "der/oid.h"
#include "der/writer.h"

namespace crypto {
namespace {

constexpr std::uint32_t magic = 0xfeedfeed;
constexpr std::uint32_t version = 2;
constexpr std::uint32_t private_key_entry = 1;
constexpr std::size_t salt_octets = 20;
constexpr std::size_t least_password = 6;
constexpr std::string_view whitener = "Mighty Aphrodite";  // part of the format
constexpr der::Oid key_protector{"1.3.6.1.4.1.42.2.17.1.1"};

// Java's DataOutputStream: numbers are big-endian.
class JavaWriter {
 public:
  void number(std::uint64_t value, int octets) {
    for (int i = octets - 1; i >= 0; --i) {
      bytes_.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
    }
  }
  void text(std::string_view value) {
    number(value.size(), 2);
    raw(base::as_bytes(value));
  }
  void block(base::ByteView value) {
    number(value.size(), 4);
    raw(value);
  }
  void raw(base::ByteView value) { bytes_.insert(bytes_.end(), value.begin(), value.end()); }

  base::ByteView bytes() const { return bytes_; }
  base::Bytes take() && { return std::move(bytes_); }

 private:
  base::Bytes bytes_;
};

// Java's characters: UTF-16, big-endian. Wiped by whoever asked for it.
base::Bytes to_utf16(std::string_view utf8) {
  base::Bytes out;
  const auto refuse = [] {
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{"password", "not plain UTF-8 text"}}};
  };
  const auto unit = [&](std::uint32_t value) {
    out.push_back(static_cast<std::uint8_t>(value >> 8));
    out.push_back(static_cast<std::uint8_t>(value));
  };
  for (std::size_t i = 0; i < utf8.size();) {
    const auto first = static_cast<std::uint8_t>(utf8[i]);
    const std::size_t length = first < 0x80           ? 1
                               : (first >> 5) == 0x06 ? 2
                               : (first >> 4) == 0x0e ? 3
                               : (first >> 3) == 0x1e ? 4
                                                      : 0;
    if (length == 0 || i + length > utf8.size()) {
      refuse();
    }
    std::uint32_t point = length == 1 ? first : first & (0xffU >> (length + 1));
    for (std::size_t k = 1; k < length; ++k) {
      const auto next = static_cast<std::uint8_t>(utf8[i + k]);
      if ((next >> 6) != 2) {
        refuse();
      }
      point = point << 6 | (next & 0x3fU);
    }
    if (point >= 0x10000) {
      unit(0xd800 + ((point - 0x10000) >> 10));
      unit(0xdc00 + ((point - 0x10000) & 0x3ff));
    } else {
      unit(point);
    }
    i += length;
  }
  return out;
}

base::Bytes joined(base::ByteView a, base::ByteView b) {
  base::Bytes both;
  both.reserve(a.size() + b.size());
  both.insert(both.end(), a.begin(), a.end());
  both.insert(both.end(), b.begin(), b.end());
  return both;
}

// Sun's KeyProtector: the key is covered with a stream of SHA-1 digests that begins with a salt,
// and a digest over password and key follows.
base::Bytes protect(base::ByteView pkcs8, base::ByteView password, Random& random) {
  base::Bytes out(salt_octets);
  random.fill(out);
  auto link = base::to_bytes(out);
  for (std::size_t i = 0; i < pkcs8.size(); ++i) {
    if (i % salt_octets == 0) {
      const auto digest = sha1(joined(password, link));
      link.assign(digest.begin(), digest.end());
    }
    out.push_back(pkcs8[i] ^ link[i % salt_octets]);
  }
  auto checked = joined(password, pkcs8);
  const auto check = sha1(checked);
  std::ranges::fill(checked, std::uint8_t{0});
  out.insert(out.end(), check.begin(), check.end());
  return out;
}

// EncryptedPrivateKeyInfo with the algorithm of the protector.
base::Bytes protected_key(const PrivateKey& key, base::ByteView password, Random& random) {
  const auto pkcs8 = key.to_pkcs8_der();
  const auto covered = protect(base::as_bytes(pkcs8.reveal()), password, random);
  der::Writer writer{covered.size() + 64};
  writer.sequence([&] {
    writer.sequence([&] {
      writer.oid(key_protector);
      writer.null();
    });
    writer.octet_string(covered);
  });
  return std::move(writer).take();
}

// Java's "modified UTF-8" is UTF-8 for ASCII; aliases are compared in lower case.
std::string plain_alias(std::string_view alias) {
  std::string plain;
  for (const unsigned char c : alias.substr(0, 200)) {
    plain += c > 0x20 && c < 0x7f ? base::lower(static_cast<char>(c)) : '_';
  }
  return plain.empty() ? "certificate" : plain;
}

}  // namespace

base::Bytes make_jks(const KeyStoreContent& content, const base::Secret& password, Random& random) {
  auto secret = to_utf16(password.reveal());
  if (secret.size() < 2 * least_password) {
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{"password", "a Java KeyStore needs 6 characters or more"}}};
  }
  JavaWriter writer;
  writer.number(magic, 4);
  writer.number(version, 4);
  writer.number(1, 4);  // entries
  writer.number(private_key_entry, 4);
  writer.text(plain_alias(content.alias));
  writer.number(static_cast<std::uint64_t>(content.made_at.time_since_epoch().count()) * 1000, 8);
  writer.block(protected_key(content.key, secret, random));
  writer.number(content.chain.size(), 4);
  for (const auto& certificate : content.chain) {
    writer.text("X.509");
    writer.block(certificate);
  }
  auto sealed = joined(joined(secret, base::as_bytes(whitener)), writer.bytes());
  writer.raw(sha1(sealed));
  std::ranges::fill(sealed, std::uint8_t{0});
  std::ranges::fill(secret, std::uint8_t{0});
  return std::move(writer).take();
}

}  // namespace crypto
