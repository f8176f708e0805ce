#include "core/acme/jws.h"

#include <string_view>

#include "core/acme/jwk.h"
#include "input.h"

// A request that is read has what the rules promise: one kind of signer, a signature, a signing
// input of the two parts as they came; and its key has one thumbprint. What is refused says why.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  for (const auto rule : {core::acme::NonceRule::required, core::acme::NonceRule::ignored}) {
    const auto jws = core::acme::read_jws(text, rule);
    if (!jws) {
      REQUIRE(!jws.error().detail.empty());
      continue;
    }
    REQUIRE(jws->key.has_value() == jws->kid.empty());
    REQUIRE(!jws->signature.empty());
    REQUIRE(jws->signing_input.find('.') == jws->signing_input.rfind('.'));
    REQUIRE(base::to_base64url(jws->payload) ==
            jws->signing_input.substr(jws->signing_input.find('.') + 1));
    if (jws->key) {
      const auto thumbprint = core::acme::thumbprint(*jws->key);
      REQUIRE(thumbprint.size() == 43);
      static_cast<void>(jws->verify(*jws->key));
    }
  }
  return 0;
}
