#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "http/stream.h"

namespace http {
namespace {

using boost::system::error_code;

// OpenSSL takes from what was read already.
int read_wire(BIO* bio, char* into, int size) {
  BIO_clear_retry_flags(bio);
  auto& wire = *static_cast<TlsStream::Wire*>(BIO_get_data(bio));
  if (wire.begin == wire.end) {
    BIO_set_retry_read(bio);
    return -1;
  }
  const auto taken = std::min(static_cast<std::size_t>(size), wire.end - wire.begin);
  std::memcpy(into, wire.bytes.data() + wire.begin, taken);
  wire.begin += taken;
  return static_cast<int>(taken);
}

// It writes to the socket as it is at that moment: a closed one has no descriptor, which OpenSSL's
// own socket BIO would not notice, and that would raise SIGPIPE.
int write_wire(BIO* bio, const char* bytes, int size) {
  BIO_clear_retry_flags(bio);
  auto& wire = *static_cast<TlsStream::Wire*>(BIO_get_data(bio));
  const auto sent =
      ::send(wire.socket.native_handle(), bytes, static_cast<std::size_t>(size), MSG_NOSIGNAL);
  if (sent < 0 && (errno == EAGAIN || errno == EINTR)) {
    BIO_set_retry_write(bio);
  }
  return static_cast<int>(sent);
}

long control_wire(BIO*, int command, long, void*) {
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

const BIO_METHOD* wire_method() {
  static const BIO_METHOD* const made = [] {
    auto* const method = BIO_meth_new(BIO_TYPE_SOURCE_SINK | BIO_get_new_index(), "wire");
    BIO_meth_set_read(method, read_wire);
    BIO_meth_set_write(method, write_wire);
    BIO_meth_set_ctrl(method, control_wire);
    return method;
  }();
  return made;
}

}  // namespace

void TlsStream::FreeSsl::operator()(ssl_st* ssl) const {
  SSL_free(ssl);
}

TlsStream::TlsStream(Socket socket, ssl_ctx_st* context)
    : wire_{std::make_unique<Wire>(std::move(socket))}, ssl_{SSL_new(context)} {
  error_code ignored;
  wire_->socket.native_non_blocking(true, ignored);
  auto* const bio = BIO_new(wire_method());
  BIO_set_data(bio, wire_.get());
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl_.get(), bio, bio);
  SSL_set_accept_state(ssl_.get());
}

bool TlsStream::wants_more(int result, bool& to_write, error_code& error) {
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      to_write = false;
      return true;
    case SSL_ERROR_WANT_WRITE:
      to_write = true;
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

Task<std::size_t> TlsStream::more(bool to_write, error_code& error) {
  if (to_write) {
    co_await wire_->socket.async_wait(asio::socket_base::wait_write,
                                      asio::redirect_error(use_task, error));
    co_return 0;
  }
  if (wire_->begin == wire_->end) {
    wire_->begin = 0;
    wire_->end = 0;
  }
  const auto got = co_await wire_->socket.async_read_some(asio::buffer(wire_->bytes) + wire_->end,
                                                          asio::redirect_error(use_task, error));
  wire_->end += got;
  co_return got;
}

Task<void> TlsStream::handshake(error_code& error) {
  while (!error) {
    ERR_clear_error();
    const int result = SSL_do_handshake(ssl_.get());
    bool to_write = false;
    if (result == 1 || !wants_more(result, to_write, error)) {
      break;
    }
    co_await more(to_write, error);
  }
}

Task<std::size_t> TlsStream::read_some(asio::mutable_buffer into, error_code& error) {
  while (true) {
    // A client that has its answer has rarely sent more already.
    bool to_write = false;
    if (wire_->begin != wire_->end || SSL_has_pending(ssl_.get()) == 1) {
      ERR_clear_error();
      std::size_t got = 0;
      const int result = SSL_read_ex(ssl_.get(), into.data(), into.size(), &got);
      if (result == 1) {
        co_return got;
      }
      if (!wants_more(result, to_write, error)) {
        co_return 0;
      }
    }
    co_await more(to_write, error);
    if (error) {
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
    bool to_write = true;
    if (wants_more(result, to_write, error)) {
      // Nothing that we agree to makes a write wait for the client, and reading is another's part.
      if (!to_write) {
        error = asio::error::connection_aborted;
      } else {
        co_await more(to_write, error);
      }
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
    bool to_write = true;
    if (result >= 0 || !wants_more(result, to_write, error)) {
      break;  // the client's own notice is not waited for: its FIN will do
    }
    co_await more(to_write, error);
  }
}

}  // namespace http
