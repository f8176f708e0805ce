#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <cerrno>

#include "http/stream.h"

namespace http {
namespace {

using boost::system::error_code;

// What OpenSSL reads from and writes to: the socket as it is at that moment. A closed one has no
// descriptor, which OpenSSL's own socket BIO would not notice, and it would raise SIGPIPE.
int read_socket(BIO* bio, char* into, int size) {
  BIO_clear_retry_flags(bio);
  const auto got = ::recv(static_cast<Socket*>(BIO_get_data(bio))->native_handle(), into,
                          static_cast<std::size_t>(size), 0);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
    BIO_set_retry_read(bio);
  }
  return static_cast<int>(got);
}

int write_socket(BIO* bio, const char* bytes, int size) {
  BIO_clear_retry_flags(bio);
  const auto sent = ::send(static_cast<Socket*>(BIO_get_data(bio))->native_handle(), bytes,
                           static_cast<std::size_t>(size), MSG_NOSIGNAL);
  if (sent < 0 && (errno == EAGAIN || errno == EINTR)) {
    BIO_set_retry_write(bio);
  }
  return static_cast<int>(sent);
}

long control_socket(BIO*, int command, long, void*) {
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

const BIO_METHOD* socket_method() {
  static const BIO_METHOD* const made = [] {
    auto* const method = BIO_meth_new(BIO_TYPE_SOURCE_SINK | BIO_get_new_index(), "socket");
    BIO_meth_set_read(method, read_socket);
    BIO_meth_set_write(method, write_socket);
    BIO_meth_set_ctrl(method, control_socket);
    return method;
  }();
  return made;
}

}  // namespace

void TlsStream::FreeSsl::operator()(ssl_st* ssl) const {
  SSL_free(ssl);
}

TlsStream::TlsStream(Socket socket, ssl_ctx_st* context)
    : socket_{std::make_unique<Socket>(std::move(socket))}, ssl_{SSL_new(context)} {
  error_code ignored;
  socket_->native_non_blocking(true, ignored);
  auto* const bio = BIO_new(socket_method());
  BIO_set_data(bio, socket_.get());
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl_.get(), bio, bio);
  SSL_set_accept_state(ssl_.get());
}

bool TlsStream::wants_more(int result, asio::socket_base::wait_type& wait, error_code& error) {
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      wait = asio::socket_base::wait_read;
      return true;
    case SSL_ERROR_WANT_WRITE:
      wait = asio::socket_base::wait_write;
      return true;
    case SSL_ERROR_ZERO_RETURN:
      error = asio::error::eof;
      return false;
    case SSL_ERROR_SSL:
      met_plain_http_ = ERR_GET_REASON(ERR_peek_error()) == SSL_R_HTTP_REQUEST;
      error = asio::error::connection_aborted;
      return false;
    default:
      error = asio::error::connection_reset;
      return false;
  }
}

Task<void> TlsStream::handshake(error_code& error) {
  while (!error) {
    ERR_clear_error();
    const int result = SSL_do_handshake(ssl_.get());
    auto wait = asio::socket_base::wait_read;
    if (result == 1 || !wants_more(result, wait, error)) {
      break;
    }
    co_await socket_->async_wait(wait, asio::redirect_error(use_task, error));
  }
}

Task<std::size_t> TlsStream::read_some(asio::mutable_buffer into, error_code& error) {
  // A client that has its answer is not heard from again at once: waiting first saves a call.
  auto wait = asio::socket_base::wait_read;
  bool try_first = SSL_has_pending(ssl_.get()) == 1;
  while (true) {
    if (!try_first) {
      co_await socket_->async_wait(wait, asio::redirect_error(use_task, error));
      if (error) {
        co_return 0;
      }
    }
    try_first = false;
    ERR_clear_error();
    std::size_t got = 0;
    const int result = SSL_read_ex(ssl_.get(), into.data(), into.size(), &got);
    if (result == 1) {
      co_return got;
    }
    if (!wants_more(result, wait, error)) {
      co_return 0;
    }
  }
}

Task<void> TlsStream::write_all(std::string_view bytes, error_code& error) {
  while (!bytes.empty() && !error) {
    ERR_clear_error();
    std::size_t sent = 0;
    const int result = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &sent);
    if (result == 1) {
      bytes.remove_prefix(sent);
      continue;
    }
    auto wait = asio::socket_base::wait_write;
    if (wants_more(result, wait, error)) {
      co_await socket_->async_wait(wait, asio::redirect_error(use_task, error));
    }
  }
}

Task<std::size_t> TlsStream::write(std::string_view first, std::string_view second,
                                   error_code& error) {
  co_await write_all(first, error);
  co_await write_all(second, error);
  co_return error ? 0 : first.size() + second.size();
}

Task<void> TlsStream::shut_down(error_code& error) {
  while (!error) {
    ERR_clear_error();
    const int result = SSL_shutdown(ssl_.get());
    auto wait = asio::socket_base::wait_write;
    if (result >= 0 || !wants_more(result, wait, error)) {
      break;  // the client's own notice is not waited for: its FIN will do
    }
    co_await socket_->async_wait(wait, asio::redirect_error(use_task, error));
  }
}

}  // namespace http
