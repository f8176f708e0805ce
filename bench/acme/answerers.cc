#include "acme/answerers.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

namespace bench {
namespace {

constexpr std::size_t header_octets = 12;  // RFC 1035, section 4.1.1
constexpr int answering_threads = 4;

int listening(int type, int port) {
  const int socket = ::socket(AF_INET, type | SOCK_CLOEXEC, 0);
  const int on = 1;
  setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
      (type == SOCK_STREAM && listen(socket, 1024) != 0)) {
    throw std::runtime_error("port " + std::to_string(port) + " is taken");
  }
  return socket;
}

// The answer to a query with one question; empty when it is not one. Other types than A have no
// records.
std::string dns_answer(std::string_view query) {
  auto end = header_octets;
  while (end < query.size() && query[end] != 0) {
    end += static_cast<unsigned char>(query[end]) + 1u;
  }
  end += 5;  // the root label, type and class
  if (end > query.size()) {
    return {};
  }
  const bool is_a = query[end - 4] == 0 && query[end - 3] == 1;
  std::string answer{query.substr(0, 2)};
  answer += {'\x81', '\x80', 0, 1, 0, is_a ? '\x01' : '\x00', 0, 0, 0, 0};
  answer += query.substr(header_octets, end - header_octets);
  if (is_a) {
    answer += {'\xc0', '\x0c', 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 127, 0, 0, 1};
  }
  return answer;
}

}  // namespace

DnsAnswerer::DnsAnswerer(int port) : socket_{listening(SOCK_DGRAM, port)} {
  thread_ = std::jthread{[this] { run(); }};
}

DnsAnswerer::~DnsAnswerer() {
  shutdown(socket_, SHUT_RDWR);
  thread_ = {};
  close(socket_);
}

void DnsAnswerer::run() {
  char query[512];
  sockaddr_in from{};
  while (true) {
    socklen_t length = sizeof from;
    const auto count =
        recvfrom(socket_, query, sizeof query, 0, reinterpret_cast<sockaddr*>(&from), &length);
    if (count <= 0) {
      return;
    }
    const auto answer = dns_answer({query, static_cast<std::size_t>(count)});
    sendto(socket_, answer.data(), answer.size(), 0, reinterpret_cast<sockaddr*>(&from), length);
  }
}

ChallengeAnswerer::ChallengeAnswerer(int port, std::string thumbprint)
    : thumbprint_{std::move(thumbprint)}, socket_{listening(SOCK_STREAM, port)} {
  for (int i = 0; i < answering_threads; ++i) {
    threads_.emplace_back([this] { run(); });
  }
}

ChallengeAnswerer::~ChallengeAnswerer() {
  shutdown(socket_, SHUT_RDWR);
  threads_.clear();
  close(socket_);
}

void ChallengeAnswerer::run() {
  while (true) {
    const int connection = accept(socket_, nullptr, nullptr);
    if (connection < 0) {
      return;
    }
    const timeval patience{.tv_sec = 2, .tv_usec = 0};
    setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    answer(connection);
    close(connection);
  }
}

void ChallengeAnswerer::answer(int connection) {
  std::string request;
  char buffer[4096];
  while (request.find("\r\n\r\n") == std::string::npos) {
    const auto count = recv(connection, buffer, sizeof buffer, 0);
    if (count <= 0) {
      return;
    }
    request.append(buffer, static_cast<std::size_t>(count));
  }
  const auto end = request.find(" HTTP/");
  const auto slash = request.rfind('/', end);
  const auto token = request.substr(slash + 1, end - slash - 1);
  const auto body = token + "." + thumbprint_;
  const auto response =
      "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nConnection: "
      "close\r\nContent-Length: " +
      std::to_string(body.size()) + "\r\n\r\n" + body;
  send(connection, response.data(), response.size(), MSG_NOSIGNAL);
  const std::scoped_lock lock{mutex_};
  fetched_.insert(token);
  changed_.notify_all();
}

void ChallengeAnswerer::wait_for(const std::string& token, std::chrono::milliseconds most) {
  std::unique_lock lock{mutex_};
  changed_.wait_for(lock, most, [&] { return fetched_.erase(token) > 0; });
}

}  // namespace bench
