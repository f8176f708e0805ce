#include "core/webauthn/ceremony.h"

#include <gtest/gtest.h>

#include <array>

namespace core::webauthn {
namespace {

// A registration (packed, by its own key) and a sign-in, made with the structures of python-fido2:
// challenge of 32 times "c", https://ca.example.com:8443, user verified, counters 1 and 2.
struct Vector {
  const char* algorithm;
  std::string_view created_with;
  std::string_view attestation_object;
  std::string_view signed_with;
  std::string_view authenticator_data;
  std::string_view signature;
};

constexpr std::array<Vector, 3> vectors{
    {{"ES256",
      "eyJ0eXBlIjoid2ViYXV0aG4uY3JlYXRlIiwiY2hhbGxlbmdlIjoiWTJOalkyTmpZMk5qWTJOalkyTmpZMk5q"
      "WTJOalkyTmpZMk5qWTJOalkyTSIsIm9yaWdpbiI6Imh0dHBzOi8vY2EuZXhhbXBsZS5jb206ODQ0MyIsImNy"
      "b3NzT3JpZ2luIjpmYWxzZX0",
      "o2NmbXRmcGFja2VkZ2F0dFN0bXSiY2FsZyZjc2lnWEYwRAIgBqpQwFOan4LGBfq1ExM7sZj7ndhmQYekv9QJ"
      "v_8q-JwCICPcpDKi8d7T18JICCslfHtaNOKmg0sf0a2OOMkcqZDfaGF1dGhEYXRhWKSrFIFDrj7hY6-RElay"
      "jfe5R2Scw1cPqhQ_cCPh5ViX7UUAAAABAAAAAAAAAAAAAAAAAAAAAAAgLi6xeQWUMsj5dGihLFMFPGOBPz_j"
      "SF56Fgyc8wKPeK-lAQIDJiABIVggQHass7Yn3K4jtsJ4o62sYnVTuB5La18B3QOuIfd47wEiWCBvnKbQ4S6z"
      "3XKyG1NfjPFAEU3HDMn2l7IfnzLL9nh9IQ",
      "eyJ0eXBlIjoid2ViYXV0aG4uZ2V0IiwiY2hhbGxlbmdlIjoiWTJOalkyTmpZMk5qWTJOalkyTmpZMk5qWTJO"
      "alkyTmpZMk5qWTJOalkyTSIsIm9yaWdpbiI6Imh0dHBzOi8vY2EuZXhhbXBsZS5jb206ODQ0MyIsImNyb3Nz"
      "T3JpZ2luIjpmYWxzZX0",
      "qxSBQ64-4WOvkRJWso33uUdknMNXD6oUP3Aj4eVYl-0FAAAAAg",
      "MEQCIA37IefI2Ml9zD-h3EIyCcAh6LJq9hMYljEKFAXY7iryAiAVnkNUarpdUi9h-fszPHadibRvaA7NBFDY"
      "x9LChKZ2_w"},
     {"EdDSA",
      "eyJ0eXBlIjoid2ViYXV0aG4uY3JlYXRlIiwiY2hhbGxlbmdlIjoiWTJOalkyTmpZMk5qWTJOalkyTmpZMk5q"
      "WTJOalkyTmpZMk5qWTJOalkyTSIsIm9yaWdpbiI6Imh0dHBzOi8vY2EuZXhhbXBsZS5jb206ODQ0MyIsImNy"
      "b3NzT3JpZ2luIjpmYWxzZX0",
      "o2NmbXRmcGFja2VkZ2F0dFN0bXSiY2FsZydjc2lnWEDdeLQ_ZyqKU8vUPGO1wHYhUJew-xiHF8QVbXDO2wub"
      "Urc5tnn6tM_BpEpvMJUBNtf5MS3uSTPSptWnmj0V2DwHaGF1dGhEYXRhWIGrFIFDrj7hY6-RElayjfe5R2Sc"
      "w1cPqhQ_cCPh5ViX7UUAAAABAAAAAAAAAAAAAAAAAAAAAAAgu79eudTgaeUWlLksyDmdXEERSqID9faW3qJt"
      "-5PhEZqkAQEDJyAGIVggIRequZbmKW-5ElodOy5jjMR68krKSNYTz2Z6W30HgvQ",
      "eyJ0eXBlIjoid2ViYXV0aG4uZ2V0IiwiY2hhbGxlbmdlIjoiWTJOalkyTmpZMk5qWTJOalkyTmpZMk5qWTJO"
      "alkyTmpZMk5qWTJOalkyTSIsIm9yaWdpbiI6Imh0dHBzOi8vY2EuZXhhbXBsZS5jb206ODQ0MyIsImNyb3Nz"
      "T3JpZ2luIjpmYWxzZX0",
      "qxSBQ64-4WOvkRJWso33uUdknMNXD6oUP3Aj4eVYl-0FAAAAAg",
      "lH54C6sr_XksdCjPhGgAgDXoux3OpS1hPmbulD_Ru1HssnlrS_Shmp7sL1hHRLZH5ivpfsiKI-TS4pS6Esnb"
      "DQ"},
     {"RS256",
      "eyJ0eXBlIjoid2ViYXV0aG4uY3JlYXRlIiwiY2hhbGxlbmdlIjoiWTJOalkyTmpZMk5qWTJOalkyTmpZMk5q"
      "WTJOalkyTmpZMk5qWTJOalkyTSIsIm9yaWdpbiI6Imh0dHBzOi8vY2EuZXhhbXBsZS5jb206ODQ0MyIsImNy"
      "b3NzT3JpZ2luIjpmYWxzZX0",
      "o2NmbXRmcGFja2VkZ2F0dFN0bXSiY2FsZzkBAGNzaWdZAQAnOjfKBXaArjgQ1ZQXd09b8iJghKnHaliXxAM5"
      "P3RqqAECNUNplBjR0p_vCCPLMRQGsStWLpoPptEkWLD1zSLqCBS6yIuwmJtSDxxdz7g3QfE_7_prPCkft19v"
      "YIrcTUCDoQQ-DF5FFgX4yOn2rM5EojrJGByYsmMI293EdNwiM5nMktQRJFWT0JiCkLy2YnSOUNQE82mMMDv0"
      "rfQ0RqdHBsic_2ubk2tkyuI16V3G4T9510cp_xUAgw6hm2WwQmIGmuYOtQ3EfRSE3UpHNYaQFWaxoy3cS_ib"
      "JnOGZCdRy2NPCZ3IJGewz-pJjjDoq6pp3h0Xb_v318N_mERFZfrnaGF1dGhEYXRhWQFnqxSBQ64-4WOvkRJW"
      "so33uUdknMNXD6oUP3Aj4eVYl-1FAAAAAQAAAAAAAAAAAAAAAAAAAAAAIGhKe6yupXnMxHqhY7m0xDXRgZGZ"
      "eev_966TV9ArEcVSpAEDAzkBACBZAQDNOPkvSFhuFc7Nb9lXdpiOAIk9OImwcb2tQJqdG5mxlK9mzuJpoKFC"
      "Z36mx-8GW_rFpE90lUKlhrGxNuWvG2J25gEfwcHbWk5_ykt-Pwo4bXoELrvW_r7iVBAYF0Qn8qZokpvUgMr8"
      "Wrksq-LAyvKu68dr65hNKsbteq28fqFcLcmOdP14Vop3hiOsNA-klc8YSYynrKkygynyxUN-jap54TS0iARC"
      "5t8IQFMH5VkfprWHkM8p6wW5ZICQCKWiMeX66V0mAgE5BxLhdK_tTX_iCpzT4eZVt-1uEMwtO8Q1U_qEymZC"
      "CbixpFY2r_eVrXT_FeAxRSlLzbDkEpOF_OOlIUMBAAE",
      "eyJ0eXBlIjoid2ViYXV0aG4uZ2V0IiwiY2hhbGxlbmdlIjoiWTJOalkyTmpZMk5qWTJOalkyTmpZMk5qWTJO"
      "alkyTmpZMk5qWTJOalkyTSIsIm9yaWdpbiI6Imh0dHBzOi8vY2EuZXhhbXBsZS5jb206ODQ0MyIsImNyb3Nz"
      "T3JpZ2luIjpmYWxzZX0",
      "qxSBQ64-4WOvkRJWso33uUdknMNXD6oUP3Aj4eVYl-0FAAAAAg",
      "jMcwxUSDIIfh0OkrMTYR-gguTJO1dCuCn638K62nqh3UrkFwX3f29tuAHGd0gP5GNzYWWfbOqD2l-lI1S3eh"
      "EYcV4vpnTTzR-XdTKkxeJkyEJWKcb6QNvJi_PDVFv_484L3rN50LNhUgKsAUZ45NhxkOYLftkqZAsIFH2Dls"
      "JLU87K0V5fcvyOGL61i_Vx2fLrOP5-CHZbPJGctovOtGdxcZ4xprgNFgqndoOWCjs9kWx69ob7CvhDdxhZws"
      "RWeMJoAsF6CWb2RjNo_2-R07usppCPpdwTbydnULEMkv4tB5kC6d-0eFPg_Tpmv-3J28zC3VGDkuyAH7rS0w"
      "FbdmIQ"}}};

base::Bytes decoded(std::string_view text) {
  return base::from_base64url(text).value();
}

Expected expected() {
  return {.party = RelyingParty::of("https://ca.example.com:8443").value(),
          .challenge = base::to_base64url(base::as_bytes(std::string(32, 'c'))),
          .user_verification = true};
}

std::string reason_of(const std::expected<AuthenticatorData, base::ParseError>& result) {
  return result ? "" : result.error().reason;
}

TEST(Webauthn, TakesWhatAnotherImplementationMakes) {
  for (const auto& each : vectors) {
    const auto made = verify_registration(expected(), decoded(each.created_with),
                                          decoded(each.attestation_object));
    ASSERT_TRUE(made) << each.algorithm << ": " << made.error().reason;
    EXPECT_EQ(made->sign_count, 1);
    EXPECT_TRUE(made->user_verified);
    EXPECT_EQ(made->credential->aaguid, "00000000-0000-0000-0000-000000000000");
    EXPECT_EQ(made->credential->id.size(), 32U);
    const auto again =
        verify_assertion(expected(), decoded(each.signed_with), decoded(each.authenticator_data),
                         decoded(each.signature), made->credential->key);
    ASSERT_TRUE(again) << each.algorithm << ": " << again.error().reason;
    EXPECT_TRUE(may_follow(made->sign_count, again->sign_count));
  }
}

TEST(Webauthn, RefusesAnAnswerToAnythingElse) {
  const auto& each = vectors[0];
  const auto attempt = [&](const Expected& wanted) {
    return reason_of(
        verify_registration(wanted, decoded(each.created_with), decoded(each.attestation_object)));
  };
  EXPECT_EQ(attempt(expected()), "");
  auto other = expected();
  other.challenge = base::to_base64url(base::as_bytes(std::string(32, 'd')));
  EXPECT_EQ(attempt(other), "an answer to another challenge");
  other = expected();
  other.party.origin = "https://ca.example.com";
  EXPECT_EQ(attempt(other), "an answer for another site");
  other = expected();
  other.party.id = "example.com";
  EXPECT_EQ(attempt(other), "an answer for another site");
  // A sign-in is no registration, nor the other way round.
  EXPECT_EQ(reason_of(verify_registration(expected(), decoded(each.signed_with),
                                          decoded(each.attestation_object))),
            "an answer to another question");
}

TEST(Webauthn, FindsEveryBitThatWasTurned) {
  const auto& each = vectors[0];
  const auto key =
      verify_registration(expected(), decoded(each.created_with), decoded(each.attestation_object))
          ->credential->key;
  const auto client_data = decoded(each.signed_with);
  const auto data = decoded(each.authenticator_data);
  const auto signature = decoded(each.signature);
  for (std::size_t bit = 0; bit < data.size() * 8; ++bit) {
    auto turned = data;
    turned[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
    EXPECT_FALSE(verify_assertion(expected(), client_data, turned, signature, key)) << bit;
  }
  for (std::size_t bit = 0; bit < signature.size() * 8; ++bit) {
    auto turned = signature;
    turned[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
    EXPECT_FALSE(verify_assertion(expected(), client_data, data, turned, key)) << bit;
  }
}

TEST(Webauthn, ReadsNoPartOfAnAttestation) {
  const auto whole = decoded(vectors[0].attestation_object);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const base::ByteView part{whole.data(), size};
    EXPECT_FALSE(verify_registration(expected(), decoded(vectors[0].created_with), part)) << size;
  }
}

// The standard's step 21 of section 7.2.
TEST(Webauthn, ComparesCounters) {
  EXPECT_TRUE(may_follow(0, 0));
  EXPECT_TRUE(may_follow(0, 1));
  EXPECT_TRUE(may_follow(7, 9));
  EXPECT_FALSE(may_follow(7, 7));
  EXPECT_FALSE(may_follow(7, 6));
  EXPECT_FALSE(may_follow(7, 0));
}

TEST(Webauthn, NamesTheSiteByTheConsolesAddress) {
  struct Case {
    const char* url;
    const char* id;
    const char* origin;
  };
  for (const auto& [url, id, origin] :
       {Case{"https://CA.example.com:8443", "ca.example.com", "https://ca.example.com:8443"},
        Case{"https://ca.example.com:443/", "ca.example.com", "https://ca.example.com"},
        Case{"https://localhost:8443", "localhost", "https://localhost:8443"}}) {
    const auto party = RelyingParty::of(url);
    ASSERT_TRUE(party) << url;
    EXPECT_EQ(party->id, id);
    EXPECT_EQ(party->origin, origin);
  }
  for (const auto* url : {"http://ca.example.com", "https://192.0.2.1:8443",
                          "https://[2001:db8::1]", "https://", "ca.example.com", ""}) {
    EXPECT_FALSE(RelyingParty::of(url)) << url;
  }
}

}  // namespace
}  // namespace core::webauthn
