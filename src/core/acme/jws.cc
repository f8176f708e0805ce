#include "core/acme/jws.h"

#include <algorithm>
#include <boost/json.hpp>

#include "core/acme/jwk.h"

namespace core::acme {
namespace {

constexpr std::string_view algorithm_names[] = {"ES256", "ES384", "ES512",
                                                "RS256", "PS256", "EdDSA"};
constexpr std::size_t deepest = 8;
constexpr std::size_t longest_url = 2000;

std::unexpected<Problem> malformed(std::string detail) {
  return refuse(ProblemType::malformed, std::move(detail));
}

std::size_t count_members(const boost::json::value& value) {
  std::size_t count = 0;
  if (const auto* object = value.if_object()) {
    count += object->size();
    for (const auto& member : *object) {
      count += count_members(member.value());
    }
  } else if (const auto* array = value.if_array()) {
    for (const auto& item : *array) {
      count += count_members(item);
    }
  }
  return count;
}

// Outside of strings, each colon of a JSON text belongs to one member.
std::size_t count_colons(std::string_view json) {
  std::size_t count = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    if (in_string && json[i] == '\\') {
      ++i;
    } else if (json[i] == '"') {
      in_string = !in_string;
    } else if (json[i] == ':' && !in_string) {
      ++count;
    }
  }
  return count;
}

// RFC 7515, section 4, wants names of header parameters to be unique. The parser keeps the last of
// several, so a text with more members than its value has some twice.
Result<boost::json::object> read_object(std::string_view text, const std::string& what) {
  boost::json::parse_options options;
  options.max_depth = deepest;
  boost::system::error_code error;
  auto value = boost::json::parse(text, error, {}, options);
  if (error || !value.is_object()) {
    return malformed(what + " is not a JSON object");
  }
  if (count_members(value) != count_colons(text)) {
    return malformed(what + " has a member twice");
  }
  return std::move(value.get_object());
}

Result<std::string_view> text_member(const boost::json::object& object, std::string_view name,
                                     const std::string& what) {
  const auto* value = object.if_contains(name);
  if (value == nullptr || !value->is_string()) {
    return malformed(what + " has no text \"" + std::string{name} + "\"");
  }
  return std::string_view{value->get_string()};
}

Result<base::Bytes> octets(std::string_view text, const std::string& what) {
  auto bytes = base::from_base64url(text);
  if (!bytes) {
    return malformed(what + " of the JWS is not base64url without padding");
  }
  return *std::move(bytes);
}

Result<crypto::JwsAlgorithm> read_algorithm(const boost::json::object& header) {
  const auto name = ACME_TRY(text_member(header, "alg", "the protected header"));
  crypto::JwsAlgorithm algorithm{};
  if (std::ranges::find(algorithm_names, name) == std::ranges::end(algorithm_names) ||
      !boost::describe::enum_from_string(std::string{name}.c_str(), algorithm)) {
    return refuse(ProblemType::badSignatureAlgorithm,
                  "the signature algorithm is none of ES256, ES384, ES512, RS256, PS256, EdDSA");
  }
  return algorithm;
}

Result<std::string> read_nonce(const boost::json::object& header, NonceRule rule) {
  const auto* value = header.if_contains("nonce");
  if (rule == NonceRule::ignored) {
    return std::string{};
  }
  if (value == nullptr) {
    return refuse(ProblemType::badNonce, "the protected header has no nonce");
  }
  if (!value->is_string()) {
    return malformed("the nonce is not a text");
  }
  return std::string{value->get_string()};
}

Result<void> read_signer(const boost::json::object& header, Jws& jws) {
  const auto* jwk = header.if_contains("jwk");
  const auto* kid = header.if_contains("kid");
  if ((jwk == nullptr) == (kid == nullptr)) {
    return malformed("the protected header has to have one of jwk and kid, and not both");
  }
  if (kid != nullptr) {
    if (!kid->is_string() || kid->get_string().empty() || kid->get_string().size() > longest_url) {
      return malformed("the kid is not an account URL");
    }
    jws.kid = kid->get_string();
    return {};
  }
  if (!jwk->is_object()) {
    return malformed("the jwk is not an object");
  }
  jws.key = ACME_TRY(read_jwk(jwk->get_object()));
  return {};
}

Result<void> read_header(std::string_view text, NonceRule nonce_rule, Jws& jws) {
  const auto header = ACME_TRY(read_object(text, "the protected header"));
  // Neither extensions that we would have to understand, nor unencoded payloads (RFC 7797).
  for (const auto* name : {"crit", "b64"}) {
    if (header.contains(name)) {
      return malformed(std::string{"the protected header has "} + name +
                       ", which is not supported");
    }
  }
  jws.algorithm = ACME_TRY(read_algorithm(header));
  jws.nonce = ACME_TRY(read_nonce(header, nonce_rule));
  const auto url = ACME_TRY(text_member(header, "url", "the protected header"));
  if (url.size() > longest_url) {
    return malformed("the url is too long");
  }
  jws.url = url;
  return read_signer(header, jws);
}

bool fits(crypto::JwsAlgorithm algorithm, const crypto::PublicKey& key) {
  using enum crypto::JwsAlgorithm;
  switch (algorithm) {
    case RS256:
    case PS256:
      return key.type() == crypto::KeyType::rsa;
    case EdDSA:
      return key.type() == crypto::KeyType::ed25519;
    case ES256:
      return key.type() == crypto::KeyType::ec && key.bits() == 256;
    case ES384:
      return key.type() == crypto::KeyType::ec && key.bits() == 384;
    case ES512:
      return key.type() == crypto::KeyType::ec && key.bits() == 521;
    default:
      return false;
  }
}

}  // namespace

std::span<const std::string_view> accepted_algorithm_names() {
  return algorithm_names;
}

Result<Jws> read_jws(std::string_view text, NonceRule nonce_rule) {
  if (text.size() > most_jws_octets) {
    return malformed("the JWS is too long");
  }
  const auto object = ACME_TRY(read_object(text, "the JWS"));
  for (const auto* name : {"header", "signatures"}) {
    if (object.contains(name)) {
      return malformed(std::string{"the JWS has \""} + name +
                       "\": the flattened form with a protected header is the only one here");
    }
  }
  const auto header = ACME_TRY(text_member(object, "protected", "the JWS"));
  const auto payload = ACME_TRY(text_member(object, "payload", "the JWS"));
  const auto signature = ACME_TRY(text_member(object, "signature", "the JWS"));

  Jws jws{};
  ACME_CHECK(read_header(base::as_text(ACME_TRY(octets(header, "the protected header"))),
                         nonce_rule, jws));
  jws.payload = ACME_TRY(octets(payload, "the payload"));
  jws.signature = ACME_TRY(octets(signature, "the signature"));
  if (jws.signature.empty()) {
    return malformed("the JWS has no signature");
  }
  jws.signing_input.reserve(header.size() + 1 + payload.size());
  jws.signing_input.append(header).append(".").append(payload);
  return jws;
}

Result<void> Jws::verify(const crypto::PublicKey& with) const {
  if (!fits(algorithm, with)) {
    return refuse(ProblemType::badSignatureAlgorithm,
                  std::string{"a key of the type "} + with.name() + " does not sign with " +
                      boost::describe::enum_to_string(algorithm, "this algorithm"));
  }
  if (!crypto::verify_jws(algorithm, with, base::as_bytes(signing_input), signature)) {
    return malformed("the signature of the JWS is not that of the key");
  }
  return {};
}

}  // namespace core::acme
