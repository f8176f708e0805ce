#include "net/stream.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>

namespace net {
namespace {

std::unexpected<base::ParseError> refuse(std::string reason) {
  return std::unexpected(base::ParseError{std::move(reason)});
}

std::string system_error(int error) {
  char buffer[128];
  return strerror_r(error, buffer, sizeof buffer);
}

// The context for all outgoing TLS of validations.
SSL_CTX* tls_context() {
  static SSL_CTX* const context = [] {
    auto* made = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_verify(made, SSL_VERIFY_NONE, nullptr);
    SSL_CTX_set_min_proto_version(made, TLS1_VERSION);
    SSL_CTX_set_cipher_list(made, "DEFAULT:@SECLEVEL=0");
    return made;
  }();
  return context;
}

std::string tls_error() {
  const auto error = ERR_peek_last_error();
  ERR_clear_error();
  const auto* reason = ERR_reason_error_string(error);
  return reason != nullptr ? reason : "TLS failed";
}

socklen_t fill(sockaddr_storage& storage, const Endpoint& endpoint) {
  const auto octets = endpoint.address.octets();
  const auto port = htons(static_cast<std::uint16_t>(endpoint.port));
  if (endpoint.address.is_v6()) {
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_port = port;
    std::memcpy(&address.sin6_addr, octets.data(), octets.size());
    std::memcpy(&storage, &address, sizeof address);
    return sizeof address;
  }
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = port;
  std::memcpy(&address.sin_addr, octets.data(), octets.size());
  std::memcpy(&storage, &address, sizeof address);
  return sizeof address;
}

}  // namespace

std::expected<Stream, base::ParseError> Stream::connect(const Endpoint& endpoint,
                                                        Deadline deadline) {
  sockaddr_storage storage{};
  const auto length = fill(storage, endpoint);
  Stream stream{socket(storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
  if (stream.file_ < 0) {
    return refuse(system_error(errno));
  }
  const int on = 1;
  setsockopt(stream.file_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (::connect(stream.file_, reinterpret_cast<sockaddr*>(&storage), length) == 0) {
    return stream;
  }
  if (errno != EINPROGRESS) {
    return refuse(system_error(errno));
  }
  if (const auto waited = stream.wait(POLLOUT, deadline); !waited) {
    return refuse("no connection in time");
  }
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(stream.file_, SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) {
    return refuse(system_error(error));
  }
  return stream;
}

Stream::~Stream() {
  if (tls_ != nullptr) {
    SSL_free(tls_);
  }
  if (file_ >= 0) {
    close(file_);
  }
}

Stream::Stream(Stream&& other) noexcept
    : file_{std::exchange(other.file_, -1)}, tls_{std::exchange(other.tls_, nullptr)} {}

Stream& Stream::operator=(Stream&& other) noexcept {
  std::swap(file_, other.file_);
  std::swap(tls_, other.tls_);
  return *this;
}

Stream::Done Stream::wait(short events, Deadline deadline) const {
  for (;;) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) {
      return refuse("no answer in time");
    }
    pollfd file{file_, events, 0};
    const int ready =
        poll(&file, 1, static_cast<int>(std::min<std::int64_t>(left.count(), 60'000)));
    if (ready > 0) {
      return {};
    }
    if (ready < 0 && errno != EINTR) {
      return refuse(system_error(errno));
    }
  }
}

Stream::Done Stream::start_tls(const std::string& server_name, Deadline deadline,
                               std::string_view protocol) {
  // OpenSSL writes to the socket without MSG_NOSIGNAL: a peer that goes away must not end us.
  sigset_t pipe;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe, nullptr);

  tls_ = SSL_new(tls_context());
  if (tls_ == nullptr || SSL_set_fd(tls_, file_) != 1) {
    return refuse(tls_error());
  }
  if (!IpAddress::parse(server_name)) {
    SSL_set_tlsext_host_name(tls_, server_name.c_str());  // RFC 6066: names only
  }
  if (!protocol.empty()) {
    std::string list(1, static_cast<char>(protocol.size()));
    list += protocol;
    SSL_set_alpn_protos(tls_, reinterpret_cast<const unsigned char*>(list.data()),
                        static_cast<unsigned>(list.size()));
  }
  for (;;) {
    const int result = SSL_connect(tls_);
    if (result == 1) {
      return {};
    }
    if (auto waited = wait_for_tls(result, deadline, "the TLS handshake"); !waited) {
      return waited;
    }
  }
}

std::string Stream::chosen_protocol() const {
  const unsigned char* name = nullptr;
  unsigned length = 0;
  SSL_get0_alpn_selected(tls_, &name, &length);
  return {reinterpret_cast<const char*>(name), length};
}

base::Bytes Stream::peer_certificate() const {
  auto* certificate = SSL_get1_peer_certificate(tls_);
  if (certificate == nullptr) {
    return {};
  }
  base::Bytes der(static_cast<std::size_t>(std::max(i2d_X509(certificate, nullptr), 0)));
  auto* end = der.data();
  i2d_X509(certificate, &end);
  X509_free(certificate);
  return der;
}

Stream::Done Stream::wait_for_tls(int result, Deadline deadline, std::string_view doing) {
  switch (SSL_get_error(tls_, result)) {
    case SSL_ERROR_WANT_READ:
      return wait(POLLIN, deadline);
    case SSL_ERROR_WANT_WRITE:
      return wait(POLLOUT, deadline);
    case SSL_ERROR_SYSCALL:
      ERR_clear_error();
      return refuse("the connection ended during " + std::string{doing});
    default:
      return refuse(std::string{doing} + " failed: " + tls_error());
  }
}

Stream::Done Stream::write(std::string_view text, Deadline deadline) {
  while (!text.empty()) {
    if (tls_ != nullptr) {
      const int written = SSL_write(tls_, text.data(), static_cast<int>(text.size()));
      if (written > 0) {
        text.remove_prefix(static_cast<std::size_t>(written));
      } else if (auto waited = wait_for_tls(written, deadline, "the request"); !waited) {
        return waited;
      }
      continue;
    }
    const auto written = send(file_, text.data(), text.size(), MSG_NOSIGNAL);
    if (written > 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EAGAIN) {
      if (auto waited = wait(POLLOUT, deadline); !waited) {
        return waited;
      }
    } else if (errno != EINTR) {
      return refuse(system_error(errno));
    }
  }
  return {};
}

std::expected<std::size_t, base::ParseError> Stream::read(std::span<char> buffer,
                                                          Deadline deadline) {
  for (;;) {
    Done waited;
    if (tls_ != nullptr) {
      const int got = SSL_read(tls_, buffer.data(), static_cast<int>(buffer.size()));
      if (got > 0) {
        return static_cast<std::size_t>(got);
      }
      if (SSL_get_error(tls_, got) == SSL_ERROR_ZERO_RETURN) {
        return 0;
      }
      waited = wait_for_tls(got, deadline, "the answer");
    } else {
      const auto got = recv(file_, buffer.data(), buffer.size(), 0);
      if (got >= 0) {
        return static_cast<std::size_t>(got);
      }
      if (errno != EAGAIN && errno != EINTR) {
        return refuse(system_error(errno));
      }
      waited = wait(POLLIN, deadline);
    }
    if (!waited) {
      return std::unexpected(waited.error());
    }
  }
}

}  // namespace net
