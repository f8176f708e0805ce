#pragma once

#include <chrono>
#include <expected>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/value.h"

namespace net {

BOOST_DEFINE_ENUM_CLASS(SyslogTransport, udp, tcp, tls)

// How messages are told apart in a stream (RFC 6587): by their length, or by a line break.
BOOST_DEFINE_ENUM_CLASS(SyslogFraming, octet, line)

struct SyslogServer {
  std::string host;
  int port = 514;
  SyslogTransport transport = SyslogTransport::udp;
  SyslogFraming framing = SyslogFraming::octet;
  bool verify = true;          // of TLS: the server's certificate and name
  std::string trust_pem = {};  // authorities to trust instead of the system's
  std::chrono::milliseconds time = std::chrono::seconds{10};
};

BOOST_DEFINE_ENUM_CLASS(SyslogSeverity, warning, notice)

struct SyslogMessage {
  SyslogSeverity severity = SyslogSeverity::notice;
  base::Time at;
  std::string host;
  std::string id;  // of what kind it is: "certificate.revoke"
  std::int64_t sequence = 0;
  std::string text;
};

// One message of facility "log audit" (RFC 5424, section 6), cut to what receivers take. What comes
// from people breaks neither its header nor its line.
std::string to_syslog(const SyslogMessage& message);

// A way to a syslog server: datagrams (RFC 5426), a TCP connection (RFC 6587) or TLS (RFC 5425).
// Blocks the calling thread. Nothing acknowledges: what was sent just before a connection broke may
// be lost, so the caller sends it again.
class SyslogLink {
 public:
  using Done = std::expected<void, base::ParseError>;

  static std::expected<SyslogLink, base::ParseError> open(const SyslogServer& server);
  ~SyslogLink();
  SyslogLink(SyslogLink&&) noexcept;
  SyslogLink& operator=(SyslogLink&&) noexcept;

  Done send(std::string_view message);

  // Whether the other side has hung up, as far as is known.
  bool is_broken();

 private:
  struct Parts;
  explicit SyslogLink(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace net
