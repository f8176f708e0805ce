#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <memory>
#include <string>
#include <string_view>

struct ssl_ctx_st;
struct ssl_st;

namespace http {

namespace asio = boost::asio;

// Executors by their own type, not type-erased: an event costs a third less.
using Executor = asio::io_context::executor_type;
using Socket = asio::basic_stream_socket<asio::ip::tcp, Executor>;
template <class T>
using Task = asio::awaitable<T, Executor>;
inline constexpr asio::use_awaitable_t<Executor> use_task{};

// A socket, with the operations that TlsStream has as well.
class PlainStream {
 public:
  explicit PlainStream(Socket socket) : socket_{std::move(socket)} {}

  Socket& socket() { return socket_; }

  Task<std::size_t> read_some(asio::mutable_buffer into, boost::system::error_code& error) {
    return socket_.async_read_some(into, asio::redirect_error(use_task, error));
  }

  // `first`, then `second`, which may be empty.
  Task<std::size_t> write(std::string_view first, std::string_view second,
                          boost::system::error_code& error) {
    const std::array<asio::const_buffer, 2> both = {asio::buffer(first), asio::buffer(second)};
    return asio::async_write(socket_, both, asio::redirect_error(use_task, error));
  }

 private:
  Socket socket_;
};

// TLS over a socket. What arrives is handed to OpenSSL as it was read, and OpenSSL writes to the
// socket itself: unlike with asio::ssl::stream, answers are not copied through a pair of buffers.
// Reading and writing may overlap, on one thread, but two readers may not.
class TlsStream {
 public:
  // What OpenSSL sees of the socket.
  struct Wire {
    explicit Wire(Socket connected) : socket{std::move(connected)} {}

    Socket socket;
    std::size_t begin = 0;  // of what was read and not taken yet
    std::size_t end = 0;
    std::array<char, 4096> bytes;
  };

  TlsStream(Socket socket, ssl_ctx_st* context);

  Socket& socket() { return wire_->socket; }
  ssl_st* native_handle() { return ssl_.get(); }

  Task<void> handshake(boost::system::error_code& error);
  Task<std::size_t> read_some(asio::mutable_buffer into, boost::system::error_code& error);
  Task<std::size_t> write(std::string_view first, std::string_view second,
                          boost::system::error_code& error);

  // Says that nothing more comes (RFC 8446, section 6.1).
  Task<void> shut_down(boost::system::error_code& error);

  // The handshake failed because the client speaks plain HTTP.
  bool met_plain_http() const { return met_plain_http_; }

 private:
  struct FreeSsl {
    void operator()(ssl_st* ssl) const;
  };

  // Whether the operation that returned `result` is to be tried again, after more().
  bool wants_more(int result, bool& to_write, boost::system::error_code& error);

  // Waits until the socket can be written to, or reads what has come.
  Task<std::size_t> more(bool to_write, boost::system::error_code& error);
  Task<void> write_all(std::string_view bytes, boost::system::error_code& error);

  std::unique_ptr<Wire> wire_;  // stays where it is, since OpenSSL knows it by its address
  std::unique_ptr<ssl_st, FreeSsl> ssl_;
  bool met_plain_http_ = false;
};

}  // namespace http
