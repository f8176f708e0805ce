#include "service/ct_timestamp.h"

#include <algorithm>

#include "crypto/digest.h"
#include "der/oids.h"
#include "der/writer.h"
#include "json/json.h"

namespace service {
namespace {

constexpr std::uint8_t v1 = 0;
constexpr std::uint8_t sha256 = 4;  // RFC 5246, section 7.4.1.4.1
constexpr std::uint8_t rsa = 1;
constexpr std::uint8_t ecdsa = 3;
constexpr std::size_t longest = 4096;  // of a signature or of extensions

struct Answer {
  std::int64_t sct_version;
  std::string id;
  std::int64_t timestamp;
  std::string extensions;
  std::string signature;
};
BOOST_DESCRIBE_STRUCT(Answer, (), (sct_version, id, timestamp, extensions, signature))

// Numbers of TLS: big-endian, of so many octets (RFC 5246, section 4.4).
void put(base::Bytes& into, std::uint64_t number, int octets) {
  for (int shift = 8 * (octets - 1); shift >= 0; shift -= 8) {
    into.push_back(static_cast<std::uint8_t>(number >> shift));
  }
}
void put(base::Bytes& into, base::ByteView octets) {
  into.insert(into.end(), octets.begin(), octets.end());
}
void put_vector(base::Bytes& into, base::ByteView octets, int length_octets) {
  put(into, octets.size(), length_octets);
  put(into, octets);
}

std::unexpected<base::ParseError> refuse(std::string reason) {
  return std::unexpected(base::ParseError{std::move(reason)});
}

}  // namespace

std::array<std::uint8_t, 32> log_id_of(const crypto::PublicKey& key) {
  return crypto::sha256(key.spki());
}

std::expected<SignedTimestamp, base::ParseError> read_timestamp(std::string_view text) {
  std::optional<Answer> answer;
  try {
    answer = json::parse<Answer>(text, json::Unknown::ignore);
  } catch (const base::Error& error) {
    return refuse(std::string{"its answer is not one of RFC 6962: "} + error.what());
  }
  if (answer->sct_version != v1 || answer->timestamp < 0) {
    return refuse("its promise is of an unknown version");
  }
  const auto id = base::from_base64(answer->id);
  const auto extensions = base::from_base64(answer->extensions);
  const auto signature = base::from_base64(answer->signature);
  if (!id || id->size() != 32 || !extensions || extensions->size() > longest || !signature ||
      signature->size() > longest) {
    return refuse("its promise is not in base64, or of a wrong length");
  }
  SignedTimestamp result{.timestamp = static_cast<std::uint64_t>(answer->timestamp),
                         .extensions = *extensions,
                         .signature = *signature};
  std::ranges::copy(*id, result.log_id.begin());
  return result;
}

std::expected<void, base::ParseError> check_timestamp(const SignedTimestamp& timestamp,
                                                      const crypto::PublicKey& log_key,
                                                      base::ByteView issuer_key_hash,
                                                      base::ByteView tbs) {
  if (timestamp.log_id != log_id_of(log_key)) {
    return refuse("the promise is of another log");
  }
  const auto& signature = timestamp.signature;
  const auto is_rsa = log_key.type() == crypto::KeyType::rsa;
  if (signature.size() < 4 || signature[0] != sha256 || signature[1] != (is_rsa ? rsa : ecdsa) ||
      static_cast<std::size_t>(signature[2] << 8 | signature[3]) != signature.size() - 4) {
    return refuse("the promise is signed in a way that RFC 6962 does not have");
  }
  base::Bytes said{v1, 0};  // certificate_timestamp
  put(said, timestamp.timestamp, 8);
  put(said, 1, 2);  // precert_entry
  put(said, issuer_key_hash);
  put_vector(said, tbs, 3);
  put_vector(said, timestamp.extensions, 2);
  const auto algorithm =
      is_rsa ? crypto::SignatureAlgorithm::rsa_sha256 : crypto::SignatureAlgorithm::ecdsa_sha256;
  if (!log_key.verify(algorithm, said, base::ByteView{signature}.subspan(4))) {
    return refuse("the signature of the promise is not the log's, or is for something else");
  }
  return {};
}

x509::Extension poison() {
  der::Writer writer;
  writer.null();
  return {.oid = der::oids::ct_poison, .critical = true, .value = std::move(writer).take()};
}

x509::Extension timestamp_list(const std::vector<SignedTimestamp>& timestamps) {
  base::Bytes list;
  for (const auto& timestamp : timestamps) {
    base::Bytes one{v1};
    put(one, timestamp.log_id);
    put(one, timestamp.timestamp, 8);
    put_vector(one, timestamp.extensions, 2);
    put(one, timestamp.signature);
    put_vector(list, one, 2);
  }
  base::Bytes whole;
  put_vector(whole, list, 2);
  der::Writer writer;
  writer.octet_string(whole);
  return {.oid = der::oids::ct_precertificate_scts,
          .critical = false,
          .value = std::move(writer).take()};
}

}  // namespace service
