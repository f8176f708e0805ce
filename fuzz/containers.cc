#include "crypto/pkcs12.h"
#include "input.h"

// Files with keys and certificates: what is read names its certificates, what is refused says why.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const base::ByteView input{data, size};
  for (const auto* password : {"", "secret"}) {
    const auto store = crypto::read_pkcs12(input, base::Secret{password});
    REQUIRE(store || !store.error().reason.empty());
  }
  const auto certificates = crypto::read_pkcs7(input);
  REQUIRE(certificates || !certificates.error().reason.empty());
  for (const auto& certificate : certificates.value_or(std::vector<base::Bytes>{})) {
    REQUIRE(!certificate.empty());
  }
  return 0;
}
