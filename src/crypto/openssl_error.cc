#include "crypto/openssl_error.h"

#include <openssl/err.h>

#include <array>

#include "base/error.h"
#include "base/log.h"

namespace crypto {

std::string take_openssl_errors() {
  std::string texts;
  while (const auto code = ERR_get_error()) {
    std::array<char, 256> text;
    ERR_error_string_n(code, text.data(), text.size());
    texts += (texts.empty() ? "" : "; ") + std::string{text.data()};
  }
  return texts;
}

void fail(std::string_view what) {
  base::log_error("a cryptographic operation failed",
                  {{"operation", what}, {"openssl", take_openssl_errors()}});
  throw base::Error{base::ErrorCode::internal,
                    "a cryptographic operation failed: " + std::string{what}};
}

}  // namespace crypto
