#pragma once

#include <chrono>
#include <expected>
#include <memory>
#include <span>
#include <string_view>

#include "base/value.h"
#include "net/ip_address.h"

struct ssl_st;

namespace net {

// A TCP connection to a stranger, with a deadline on everything. Blocks the calling thread.
class Stream {
 public:
  using Deadline = std::chrono::steady_clock::time_point;
  using Done = std::expected<void, base::ParseError>;

  static std::expected<Stream, base::ParseError> connect(const Endpoint& endpoint,
                                                         Deadline deadline);

  ~Stream();
  Stream(Stream&& other) noexcept;
  Stream& operator=(Stream&& other) noexcept;

  // Starts TLS with that server name. The certificate is not verified: a validation that was
  // redirected to HTTPS looks for the key authorization, and the host may well be ordering the
  // certificate that it lacks.
  //
  // With a protocol (ALPN, RFC 7301), no other one is offered. A name that is an address is not
  // sent.
  Done start_tls(const std::string& server_name, Deadline deadline, std::string_view protocol = {});

  // Of the other side of TLS: the protocol that it chose, and its certificate in DER. Empty: none.
  std::string chosen_protocol() const;
  base::Bytes peer_certificate() const;

  Done write(std::string_view text, Deadline deadline);

  // Returns how many octets came; 0 when the other side has closed.
  std::expected<std::size_t, base::ParseError> read(std::span<char> buffer, Deadline deadline);

 private:
  explicit Stream(int file) : file_{file} {}

  Done wait(short events, Deadline deadline) const;
  Done wait_for_tls(int result, Deadline deadline, std::string_view doing);

  int file_ = -1;
  ssl_st* tls_ = nullptr;
};

}  // namespace net
