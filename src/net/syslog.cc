#include "net/syslog.h"

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "net/curl.h"

namespace net {
namespace {

constexpr int log_audit = 13;              // facility (RFC 5424, section 6.2.1)
constexpr std::size_t most_octets = 8000;  // what receivers take without being told to
constexpr std::int64_t highest_sequence = 2'147'483'647;  // section 7.3.1

using Refusal = std::unexpected<base::ParseError>;

// A field of the header: printable ASCII without blanks, or "-".
std::string field(std::string_view text, std::size_t longest) {
  std::string plain;
  for (const char c : text.substr(0, longest)) {
    if (c > 0x20 && c < 0x7f) {
      plain += c;
    }
  }
  return plain.empty() ? "-" : plain;
}

struct FreeAddresses {
  void operator()(addrinfo* list) const { freeaddrinfo(list); }
};

// A datagram socket that is connected to the server; -1 when there is none.
int connected_socket(const SyslogServer& server) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_DGRAM;
  addrinfo* list = nullptr;
  if (getaddrinfo(server.host.c_str(), std::to_string(server.port).c_str(), &hints, &list) != 0) {
    return -1;
  }
  const std::unique_ptr<addrinfo, FreeAddresses> owned{list};
  for (const auto* each = list; each != nullptr; each = each->ai_next) {
    const int file = socket(each->ai_family, each->ai_socktype | SOCK_CLOEXEC, each->ai_protocol);
    if (file >= 0 && connect(file, each->ai_addr, each->ai_addrlen) == 0) {
      return file;
    }
    if (file >= 0) {
      close(file);
    }
  }
  return -1;
}

}  // namespace

std::string to_syslog(const SyslogMessage& message) {
  const int severity = message.severity == SyslogSeverity::warning ? 4 : 5;
  const auto sequence = (message.sequence - 1) % highest_sequence + 1;
  std::string out = "<" + std::to_string(log_audit * 8 + severity) + ">1 " +
                    base::to_text(message.at) + " " + field(message.host, 255) + " certwright - " +
                    field(message.id, 32) + " [meta sequenceId=\"" +
                    std::to_string(std::max<std::int64_t>(1, sequence)) + "\"] ";
  for (const char c : message.text) {
    out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
  }
  if (out.size() > most_octets) {
    auto end = most_octets;
    while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xc0) == 0x80) {
      --end;
    }
    out.resize(end);
  }
  return out;
}

struct SyslogLink::Parts {
  SyslogServer server;
  int file = -1;  // of datagrams
  Curl curl;

  ~Parts() {
    if (file >= 0) {
      close(file);
    }
  }

  bool wait(short events) const {
    curl_socket_t socket = CURL_SOCKET_BAD;
    curl_easy_getinfo(curl.get(), CURLINFO_ACTIVESOCKET, &socket);
    pollfd entry{.fd = socket, .events = events, .revents = 0};
    return socket != CURL_SOCKET_BAD && poll(&entry, 1, static_cast<int>(server.time.count())) == 1;
  }

  Done write(std::string_view text) const {
    while (!text.empty()) {
      std::size_t sent = 0;
      const auto code = curl_easy_send(curl.get(), text.data(), text.size(), &sent);
      text.remove_prefix(sent);
      if (code == CURLE_AGAIN) {
        if (!wait(POLLOUT)) {
          return Refusal{base::ParseError{"the syslog server does not read"}};
        }
      } else if (code != CURLE_OK) {
        return Refusal{base::ParseError{curl_easy_strerror(code)}};
      }
    }
    return {};
  }
};

SyslogLink::SyslogLink(std::unique_ptr<Parts> parts) : parts_{std::move(parts)} {}
SyslogLink::~SyslogLink() = default;
SyslogLink::SyslogLink(SyslogLink&&) noexcept = default;
SyslogLink& SyslogLink::operator=(SyslogLink&&) noexcept = default;

std::expected<SyslogLink, base::ParseError> SyslogLink::open(const SyslogServer& server) {
  auto parts = std::make_unique<Parts>();
  parts->server = server;
  if (server.transport == SyslogTransport::udp) {
    parts->file = connected_socket(server);
    if (parts->file < 0) {
      return Refusal{base::ParseError{"the syslog server's name has no address"}};
    }
    return SyslogLink{std::move(parts)};
  }
  parts->curl = new_curl();
  auto* const handle = parts->curl.get();
  const bool is_v6 = server.host.find(':') != std::string::npos;
  const auto url = std::string{server.transport == SyslogTransport::tls ? "https" : "http"} +
                   "://" + (is_v6 ? "[" + server.host + "]" : server.host) + ":" +
                   std::to_string(server.port);
  std::array<char, CURL_ERROR_SIZE> detail{};
  std::string trusted = server.trust_pem;
  curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
  curl_easy_setopt(handle, CURLOPT_PROXY, "");
  curl_easy_setopt(handle, CURLOPT_CONNECT_ONLY, 1L);  // the connection alone: nothing of HTTP
  curl_easy_setopt(handle, CURLOPT_SSL_ENABLE_ALPN, 0L);
  curl_easy_setopt(handle, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
  curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, server.verify ? 1L : 0L);
  curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, server.verify ? 2L : 0L);
  trust(handle, trusted);
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(server.time.count()));
  curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, detail.data());
  const auto code = curl_easy_perform(handle);
  curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, nullptr);
  if (code != CURLE_OK) {
    return Refusal{
        base::ParseError{detail.front() == '\0' ? curl_easy_strerror(code) : detail.data()}};
  }
  return SyslogLink{std::move(parts)};
}

SyslogLink::Done SyslogLink::send(std::string_view message) {
  const auto& parts = *parts_;
  if (parts.server.transport == SyslogTransport::udp) {
    if (::send(parts.file, message.data(), message.size(), MSG_NOSIGNAL) < 0) {
      return Refusal{base::ParseError{std::strerror(errno)}};
    }
    return {};
  }
  // TLS knows the length only (RFC 5425, section 4.3).
  const bool by_line =
      parts.server.framing == SyslogFraming::line && parts.server.transport == SyslogTransport::tcp;
  return parts.write(by_line ? std::string{message} + "\n"
                             : std::to_string(message.size()) + " " + std::string{message});
}

bool SyslogLink::is_broken() {
  if (parts_->server.transport == SyslogTransport::udp) {
    return false;
  }
  // A syslog server says nothing: what can be read is the end.
  std::array<char, 64> octets;
  std::size_t got = 0;
  const auto code = curl_easy_recv(parts_->curl.get(), octets.data(), octets.size(), &got);
  return code != CURLE_AGAIN && (code != CURLE_OK || got == 0);
}

}  // namespace net
