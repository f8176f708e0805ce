#include "acme/client.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <charconv>
#include <stdexcept>

namespace bench {
namespace {

SSL_CTX* client_context() {
  static SSL_CTX* const context = SSL_CTX_new(TLS_client_method());
  return context;
}

std::string_view path_of(std::string_view target) {
  const auto scheme = target.find("://");
  if (scheme == std::string_view::npos) {
    return target;
  }
  const auto path = target.find('/', scheme + 3);
  return path == std::string_view::npos ? "/" : target.substr(path);
}

template <class Number>
Number number_in(std::string_view text, int base = 10) {
  Number number{};
  if (std::from_chars(text.data(), text.data() + text.size(), number, base).ec != std::errc{}) {
    throw std::runtime_error("not a number: " + std::string{text});
  }
  return number;
}

bool is_header(std::string_view line, std::string_view name) {
  return line.size() > name.size() && line[name.size()] == ':' &&
         strncasecmp(line.data(), name.data(), name.size()) == 0;
}

std::string value_of(std::string_view line) {
  const auto colon = line.find(':');
  const auto start = line.find_first_not_of(' ', colon + 1);
  return start == std::string_view::npos ? std::string{} : std::string{line.substr(start)};
}

}  // namespace

struct Connection::State {
  int port;
  int socket = -1;
  SSL* tls = nullptr;
  std::string unread;

  explicit State(int to_port) : port{to_port} {
    socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int on = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const timeval patience{.tv_sec = 30, .tv_usec = 0};
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    tls = SSL_new(client_context());
    SSL_set_fd(tls, socket);
    SSL_set_tlsext_host_name(tls, "localhost");
    if (connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
        SSL_connect(tls) != 1) {
      close_all();
      throw std::runtime_error("cannot connect to port " + std::to_string(port));
    }
  }
  ~State() { close_all(); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  void close_all() {
    SSL_free(tls);
    ::close(socket);
  }

  void read_more() {
    char buffer[16 * 1024];
    const auto count = SSL_read(tls, buffer, sizeof buffer);
    if (count <= 0) {
      throw std::runtime_error("the server closed the connection");
    }
    unread.append(buffer, static_cast<std::size_t>(count));
  }

  std::string take(std::size_t count) {
    while (unread.size() < count) {
      read_more();
    }
    auto taken = unread.substr(0, count);
    unread.erase(0, count);
    return taken;
  }

  std::string take_line() {
    std::size_t end;
    while ((end = unread.find("\r\n")) == std::string::npos) {
      read_more();
    }
    auto line = unread.substr(0, end);
    unread.erase(0, end + 2);
    return line;
  }

  std::string take_chunks() {
    std::string body;
    while (true) {
      const auto size = number_in<std::size_t>(take_line(), 16);
      body += take(size);
      take_line();
      if (size == 0) {
        return body;
      }
    }
  }

  Response take_response(bool has_body) {
    Response response;
    response.status = number_in<int>(take_line().substr(9, 3));
    std::size_t length = 0;
    bool chunked = false;
    for (auto line = take_line(); !line.empty(); line = take_line()) {
      if (is_header(line, "Content-Length")) {
        length = number_in<std::size_t>(value_of(line));
      } else if (is_header(line, "Transfer-Encoding")) {
        chunked = true;
      } else if (is_header(line, "Replay-Nonce")) {
        response.nonce = value_of(line);
      } else if (is_header(line, "Location")) {
        response.location = value_of(line);
      }
    }
    if (has_body) {
      response.body = chunked ? take_chunks() : take(length);
    }
    return response;
  }
};

Connection::Connection(int port) : state_{std::make_unique<State>(port)} {}
Connection::~Connection() = default;
Connection::Connection(Connection&&) noexcept = default;
Connection& Connection::operator=(Connection&&) noexcept = default;

Response Connection::send(std::string_view method, std::string_view target, std::string_view body) {
  std::string request{method};
  request.append(" ").append(path_of(target)).append(" HTTP/1.1\r\nHost: localhost:");
  request.append(std::to_string(state_->port)).append("\r\nUser-Agent: bench\r\n");
  if (!body.empty()) {
    request.append("Content-Type: application/jose+json\r\nContent-Length: ");
    request.append(std::to_string(body.size())).append("\r\n");
  }
  request.append("\r\n").append(body);
  if (SSL_write(state_->tls, request.data(), static_cast<int>(request.size())) <= 0) {
    throw std::runtime_error("the server closed the connection");
  }
  return state_->take_response(method != "HEAD");
}

int port_of(std::string_view url) {
  const auto host = url.find("://") + 3;
  return number_in<int>(url.substr(url.find(':', host) + 1));
}

}  // namespace bench
