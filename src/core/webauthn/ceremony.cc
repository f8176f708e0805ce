#include "core/webauthn/ceremony.h"

#include <optional>

#include "base/text.h"
#include "core/webauthn/cbor.h"
#include "crypto/digest.h"
#include "json/json.h"

namespace core::webauthn {
namespace {

constexpr std::size_t most_client_data = 8192;
constexpr std::size_t most_attestation = 32 * 1024;

using Refusal = std::unexpected<base::ParseError>;

Refusal refuse(const char* reason) {
  return Refusal{base::ParseError{reason}};
}

// Section 5.8.1. There may be more members, now or later.
struct ClientData {
  std::string type;
  std::string challenge;
  std::string origin;
  std::optional<bool> crossOrigin;
};
BOOST_DESCRIBE_STRUCT(ClientData, (), (type, challenge, origin, crossOrigin))

std::optional<const char*> client_data_problem(const Expected& expected, base::ByteView octets,
                                               std::string_view type) {
  if (octets.size() > most_client_data) {
    return "too much client data";
  }
  std::optional<ClientData> data;
  try {
    data = json::parse<ClientData>(base::as_text(octets), json::Unknown::ignore);
  } catch (const base::Error&) {
    return "client data that is not what a browser sends";
  }
  if (data->type != type) {
    return "an answer to another question";
  }
  if (data->challenge != expected.challenge) {
    return "an answer to another challenge";
  }
  if (data->origin != expected.party.origin) {
    return "an answer for another site";
  }
  if (data->crossOrigin.value_or(false)) {
    return "an answer from within another site";
  }
  return std::nullopt;
}

std::optional<const char*> data_problem(const Expected& expected, const AuthenticatorData& data) {
  if (data.rp_id_hash != crypto::sha256(base::as_bytes(expected.party.id))) {
    return "an answer for another site";
  }
  if (!data.user_present) {
    return "nobody touched the authenticator";
  }
  if (expected.user_verification && !data.user_verified) {
    return "the authenticator did not verify who used it: set a PIN or a fingerprint";
  }
  return std::nullopt;
}

// What an authenticator signs: its data, and the digest of what the browser saw.
base::Bytes signed_octets(base::ByteView authenticator_data, base::ByteView client_data) {
  auto octets = base::to_bytes(authenticator_data);
  const auto digest = crypto::sha256(client_data);
  octets.insert(octets.end(), digest.begin(), digest.end());
  return octets;
}

// Sections 8.2 and 8.7.
std::optional<const char*> attestation_problem(std::string_view format, const Cbor& statement,
                                               const crypto::PublicKey& key,
                                               base::ByteView is_signed) {
  if (format == "none") {
    return statement.map()->empty() ? std::nullopt
                                    : std::optional{"an attestation that says it is none"};
  }
  if (format != "packed" || statement.find("x5c") != nullptr) {
    return "an attestation that was not asked for: choose anonymous registration";
  }
  const auto* const algorithm = statement.find("alg");
  const auto* const signature = statement.find("sig");
  const bool is_whole = algorithm != nullptr && algorithm->number() != nullptr &&
                        signature != nullptr && signature->octets() != nullptr;
  if (!is_whole || *algorithm->number() != cose_algorithm(key) ||
      !key.verify(signature_algorithm(key), is_signed, *signature->octets())) {
    return "an attestation whose signature is wrong";
  }
  return std::nullopt;
}

}  // namespace

std::expected<RelyingParty, base::ParseError> RelyingParty::of(std::string_view base_url) {
  constexpr std::string_view scheme = "https://";
  while (base_url.ends_with('/')) {
    base_url.remove_suffix(1);
  }
  if (!base_url.starts_with(scheme)) {
    return refuse("passkeys need an address that begins with https://");
  }
  auto origin = base::lower(base_url);
  // A browser leaves out the port that goes without saying.
  if (origin.ends_with(":443")) {
    origin.resize(origin.size() - 4);
  }
  auto id = origin.substr(scheme.size());
  id = id.substr(0, id.find(':'));
  const bool is_name = !id.empty() && id.front() != '[' &&
                       id.find_first_not_of("0123456789.") != std::string::npos &&
                       id.find('/') == std::string::npos;
  if (!is_name) {
    return refuse("passkeys need a name in the console's address, not a number");
  }
  return RelyingParty{std::move(id), std::move(origin)};
}

std::expected<AuthenticatorData, base::ParseError> verify_registration(
    const Expected& expected, base::ByteView client_data, base::ByteView attestation_object) {
  if (const auto problem = client_data_problem(expected, client_data, "webauthn.create")) {
    return refuse(*problem);
  }
  if (attestation_object.size() > most_attestation) {
    return refuse("too large an attestation");
  }
  const auto object = parse_cbor(attestation_object);
  if (!object) {
    return Refusal{object.error()};
  }
  const auto* const format = object->find("fmt");
  const auto* const statement = object->find("attStmt");
  const auto* const octets = object->find("authData");
  if (format == nullptr || format->text() == nullptr || statement == nullptr ||
      statement->map() == nullptr || octets == nullptr || octets->octets() == nullptr) {
    return refuse("not an attestation object");
  }
  auto data = AuthenticatorData::parse(*octets->octets());
  if (!data) {
    return data;
  }
  if (const auto problem = data_problem(expected, *data)) {
    return refuse(*problem);
  }
  if (!data->credential) {
    return refuse("an attestation without a credential");
  }
  const auto is_signed = signed_octets(*octets->octets(), client_data);
  if (const auto problem =
          attestation_problem(*format->text(), *statement, data->credential->key, is_signed)) {
    return refuse(*problem);
  }
  return data;
}

std::expected<AuthenticatorData, base::ParseError> verify_assertion(
    const Expected& expected, base::ByteView client_data, base::ByteView authenticator_data,
    base::ByteView signature, const crypto::PublicKey& key) {
  if (const auto problem = client_data_problem(expected, client_data, "webauthn.get")) {
    return refuse(*problem);
  }
  auto data = AuthenticatorData::parse(authenticator_data);
  if (!data) {
    return data;
  }
  if (const auto problem = data_problem(expected, *data)) {
    return refuse(*problem);
  }
  if (!key.verify(signature_algorithm(key), signed_octets(authenticator_data, client_data),
                  signature)) {
    return refuse("a signature that is wrong");
  }
  return data;
}

bool may_follow(std::int64_t stored, std::int64_t now) {
  return (stored == 0 && now == 0) || now > stored;
}

}  // namespace core::webauthn
