#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/secret.h"
#include "http/server.h"

struct ssl_ctx_st;
struct ssl_st;

namespace http {

// The TLS side of the server: one OpenSSL context for as long as the server lives, so that session
// tickets survive a change of the certificate, and identities that are chosen per handshake.
class Tls {
 public:
  explicit Tls(const ServerOptions& options);
  ~Tls();

  // Thread-safe. Throws base::Error (invalid_request) when chain and key do not fit.
  void set_identity(const TlsIdentity& identity);
  void set_identity_for(const std::string& server_name, const std::optional<TlsIdentity>& identity);

  // Thread-safe; for handshakes from now on.
  void ask_for_certificates(bool ask, const std::vector<std::string>& authorities);

  ssl_ctx_st* context() const;

 private:
  struct Parts;

  std::unique_ptr<Parts> parts_;
};

// DER of the certificate that the client showed, or empty.
std::string peer_certificate(ssl_st* connection);

}  // namespace http
