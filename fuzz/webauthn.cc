#include "core/webauthn/authenticator_data.h"
#include "core/webauthn/cbor.h"
#include "core/webauthn/ceremony.h"
#include "input.h"

// An attestation that is read has a key that we would verify with; what is refused says why. The
// octets go through the readers of all levels, as CBOR, as authenticator data and as a whole
// answer.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const base::ByteView octets{data, size};
  base::ByteView rest = octets;
  const auto cbor = core::webauthn::read_cbor(rest);
  REQUIRE(cbor || !cbor.error().reason.empty());
  REQUIRE(rest.size() <= octets.size() && (!cbor || rest.size() < octets.size()));

  const auto* const inner = cbor ? cbor->find("authData") : nullptr;
  const auto of = inner != nullptr && inner->octets() != nullptr ? *inner->octets() : octets;
  const auto read = core::webauthn::AuthenticatorData::parse(of);
  if (read) {
    REQUIRE(read->sign_count >= 0 && read->sign_count <= 0xffffffff);
    REQUIRE(!read->backed_up || read->backup_eligible);
    if (read->credential) {
      REQUIRE(!read->credential->id.empty() && read->credential->aaguid.size() == 36);
      REQUIRE(!read->credential->key.spki().empty());
    }
  } else {
    REQUIRE(!read.error().reason.empty());
  }

  static const core::webauthn::Expected expected{
      .party = {.id = "ca.example.com", .origin = "https://ca.example.com:8443"},
      .challenge = "Y2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2M",
      .user_verification = true};
  static const std::string client_data =
      R"({"type":"webauthn.create","challenge":"Y2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2M",)"
      R"("origin":"https://ca.example.com:8443","crossOrigin":false})";
  const auto whole =
      core::webauthn::verify_registration(expected, base::as_bytes(client_data), octets);
  REQUIRE(whole ? whole->credential.has_value() : !whole.error().reason.empty());
  return 0;
}
