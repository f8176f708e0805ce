#include "http/tls.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <map>
#include <mutex>

#include "base/error.h"
#include "base/log.h"
#include "base/text.h"

namespace http {
namespace {

template <auto free>
struct Free {
  void operator()(auto* handle) const { free(handle); }
};
using Certificate = std::unique_ptr<X509, Free<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Bio = std::unique_ptr<BIO, Free<BIO_free>>;
using Context = std::unique_ptr<SSL_CTX, Free<SSL_CTX_free>>;

void free_stack(STACK_OF(X509) * stack) {
  sk_X509_pop_free(stack, X509_free);
}

// An identity, ready for a handshake.
struct Identity {
  Certificate leaf;
  std::unique_ptr<STACK_OF(X509), Free<free_stack>> chain;
  Key key;
};

using Shared = std::shared_ptr<const Identity>;

[[noreturn]] void refuse(std::string_view reason) {
  ERR_clear_error();
  throw base::Error{base::ErrorCode::invalid_request, std::string{reason}};
}

Bio memory(std::string_view text) {
  return Bio{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
}

Shared read_identity(const TlsIdentity& pem) {
  auto identity = std::make_shared<Identity>();
  const auto chain = memory(pem.chain_pem);
  identity->leaf.reset(PEM_read_bio_X509(chain.get(), nullptr, nullptr, nullptr));
  if (!identity->leaf) {
    refuse("the chain does not begin with a certificate in PEM");
  }
  identity->chain.reset(sk_X509_new_null());
  while (auto* issuer = PEM_read_bio_X509(chain.get(), nullptr, nullptr, nullptr)) {
    sk_X509_push(identity->chain.get(), issuer);
  }
  // A key that is encrypted must not make OpenSSL ask on the terminal.
  const auto no_password = [](char*, int, int, void*) { return -1; };
  identity->key.reset(
      PEM_read_bio_PrivateKey(memory(pem.key_pem.reveal()).get(), nullptr, no_password, nullptr));
  if (!identity->key) {
    refuse("the key is not a private key in PEM");
  }
  if (X509_check_private_key(identity->leaf.get(), identity->key.get()) != 1) {
    refuse("the key does not belong to the certificate");
  }
  ERR_clear_error();  // reading past the last certificate leaves one
  return identity;
}

// A list of one entry with a length of two bytes before it, as both extensions have it, is taken
// apart by hand: OpenSSL 3.0 gives their raw bytes at this point of the handshake.
class Octets {
 public:
  Octets(const unsigned char* data, std::size_t size) : rest_{data, size} {}

  std::size_t number(std::size_t bytes) {
    std::size_t value = 0;
    for (const auto c : text(bytes)) {
      value = value << 8 | static_cast<unsigned char>(c);
    }
    return value;
  }
  std::string_view text(std::size_t size) {
    if (size > rest_.size()) {
      rest_ = {};
      return {};
    }
    const auto taken = rest_.first(size);
    rest_ = rest_.subspan(size);
    return {reinterpret_cast<const char*>(taken.data()), size};
  }
  bool empty() const { return rest_.empty(); }

 private:
  std::span<const unsigned char> rest_;
};

ClientHello hello_of(SSL* ssl) {
  ClientHello hello;
  const unsigned char* data = nullptr;
  std::size_t size = 0;
  if (SSL_client_hello_get0_ext(ssl, TLSEXT_TYPE_server_name, &data, &size) == 1) {
    Octets octets{data, size};
    octets.number(2);
    if (octets.number(1) == TLSEXT_NAMETYPE_host_name) {
      hello.server_name = base::lower(octets.text(octets.number(2)));
    }
  }
  if (SSL_client_hello_get0_ext(ssl, TLSEXT_TYPE_application_layer_protocol_negotiation, &data,
                                &size) == 1) {
    Octets octets{data, size};
    octets.number(2);
    while (!octets.empty()) {
      hello.protocols.emplace_back(octets.text(octets.number(1)));
    }
  }
  return hello;
}

// RFC 7301, section 3.2: of what the client offers, http/1.1, or the one protocol for which an
// identity was chosen; no protocol in common ends the handshake.
int choose_protocol(SSL* ssl, const unsigned char** out, unsigned char* out_size,
                    const unsigned char* offered, unsigned size, void* chosen_index) {
  static constexpr std::string_view http = "http/1.1";
  const auto* special =
      static_cast<const std::string*>(SSL_get_ex_data(ssl, *static_cast<const int*>(chosen_index)));
  const std::string_view wanted = special != nullptr ? std::string_view{*special} : http;
  Octets octets{offered, size};
  while (!octets.empty()) {
    const auto protocol = octets.text(octets.number(1));
    if (protocol == wanted) {
      *out = reinterpret_cast<const unsigned char*>(protocol.data());
      *out_size = static_cast<unsigned char>(protocol.size());
      return SSL_TLSEXT_ERR_OK;
    }
  }
  return SSL_TLSEXT_ERR_ALERT_FATAL;
}

void free_text(void*, void* text, CRYPTO_EX_DATA*, int, long, void*) {
  delete static_cast<std::string*>(text);
}

}  // namespace

struct Tls::Parts {
  Context context{SSL_CTX_new(TLS_server_method())};
  int protocol_index = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, free_text);
  std::function<std::shared_ptr<const TlsIdentity>(const ClientHello&)> choose;
  std::mutex mutex;
  Shared otherwise;
  std::map<std::string, Shared, std::less<>> by_name;
  std::shared_ptr<STACK_OF(X509_NAME)> asked_for;  // null: clients are not asked

  void ask(SSL* ssl) {
    const auto names = [this] {
      const std::scoped_lock lock{mutex};
      return asked_for;
    }();
    if (!names) {
      return;
    }
    // Sessions from before must not be resumed: they have no certificate in them.
    static constexpr unsigned char asking_context[] = "certwright with certificates";
    SSL_set_session_id_context(ssl, asking_context, sizeof asking_context - 1);
    SSL_set_verify(ssl, SSL_VERIFY_PEER | SSL_VERIFY_CLIENT_ONCE,
                   [](int, X509_STORE_CTX*) { return 1; });
    SSL_set0_CA_list(ssl, SSL_dup_CA_list(names.get()));
  }

  Shared find(std::string_view name) {
    const std::scoped_lock lock{mutex};
    if (const auto exact = by_name.find(name); exact != by_name.end()) {
      return exact->second;
    }
    if (const auto dot = name.find('.'); dot != std::string_view::npos) {
      const auto wildcard = by_name.find("*" + std::string{name.substr(dot)});
      if (wildcard != by_name.end()) {
        return wildcard->second;
      }
    }
    return otherwise;
  }

  Shared identity_for(SSL* ssl) {
    const auto hello = hello_of(ssl);
    if (choose) {
      if (const auto chosen = choose(hello)) {
        const auto special = std::ranges::find_if(
            hello.protocols, [](const std::string& protocol) { return protocol == "acme-tls/1"; });
        if (special != hello.protocols.end()) {
          SSL_set_ex_data(ssl, protocol_index, new std::string{*special});
        }
        return read_identity(*chosen);
      }
    }
    return find(hello.server_name);
  }
};

namespace {

template <class Parts>
int on_client_hello(SSL* ssl, int* alert, void* argument) {
  *alert = SSL_AD_INTERNAL_ERROR;
  try {
    static_cast<Parts*>(argument)->ask(ssl);
    const auto identity = static_cast<Parts*>(argument)->identity_for(ssl);
    if (identity && SSL_use_cert_and_key(ssl, identity->leaf.get(), identity->key.get(),
                                         identity->chain.get(), 1) == 1) {
      return SSL_CLIENT_HELLO_SUCCESS;
    }
    *alert = SSL_AD_UNRECOGNIZED_NAME;
  } catch (const std::exception& error) {
    base::log_error("no identity for a TLS client", {{"error", error.what()}});
  }
  return SSL_CLIENT_HELLO_ERROR;
}

}  // namespace

Tls::Tls(const ServerOptions& options) : parts_{std::make_unique<Parts>()} {
  auto* context = parts_->context.get();
  parts_->choose = options.choose_identity;
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20");
  SSL_CTX_set1_groups_list(context, "X25519:P-256:P-384");
  SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION |
                                   SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
  // Idle connections give their buffers back.
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  // Sessions live in tickets; a table of them would be a lock that all threads share.
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  static constexpr unsigned char session_context[] = "certwright";
  SSL_CTX_set_session_id_context(context, session_context, sizeof session_context - 1);
  SSL_CTX_set_client_hello_cb(context, on_client_hello<Parts>, parts_.get());
  SSL_CTX_set_alpn_select_cb(context, choose_protocol, &parts_->protocol_index);
  if (options.identity) {
    set_identity(*options.identity);
  }
}

Tls::~Tls() = default;

void Tls::set_identity(const TlsIdentity& identity) {
  auto ready = read_identity(identity);
  const std::scoped_lock lock{parts_->mutex};
  parts_->otherwise = std::move(ready);
}

void Tls::set_identity_for(const std::string& server_name,
                           const std::optional<TlsIdentity>& identity) {
  auto ready = identity ? read_identity(*identity) : nullptr;
  const std::scoped_lock lock{parts_->mutex};
  if (ready) {
    parts_->by_name[base::lower(server_name)] = std::move(ready);
  } else {
    parts_->by_name.erase(base::lower(server_name));
  }
}

void Tls::ask_for_certificates(bool ask, const std::vector<std::string>& authorities) {
  std::shared_ptr<STACK_OF(X509_NAME)> names;
  if (ask) {
    names = {sk_X509_NAME_new_null(),
             [](STACK_OF(X509_NAME) * stack) { sk_X509_NAME_pop_free(stack, X509_NAME_free); }};
    for (const auto& der : authorities) {
      const auto* in = reinterpret_cast<const unsigned char*>(der.data());
      if (auto* name = d2i_X509_NAME(nullptr, &in, static_cast<long>(der.size()))) {
        sk_X509_NAME_push(names.get(), name);
      }
    }
  }
  ERR_clear_error();
  const std::scoped_lock lock{parts_->mutex};
  parts_->asked_for = std::move(names);
}

ssl_ctx_st* Tls::context() const {
  return parts_->context.get();
}

std::string peer_certificate(ssl_st* connection) {
  const Certificate shown{SSL_get1_peer_certificate(connection)};
  if (!shown) {
    return {};
  }
  std::string der(static_cast<std::size_t>(std::max(0, i2d_X509(shown.get(), nullptr))), '\0');
  auto* out = reinterpret_cast<unsigned char*>(der.data());
  i2d_X509(shown.get(), &out);
  return der;
}

}  // namespace http
