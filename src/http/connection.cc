#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <charconv>
#include <random>

#include "base/log.h"
#include "http/live_session.h"
#include "http/loop.h"
#include "http/on_fiber.h"
#include "http/on_worker.h"
#include "http/pipeline.h"
#include "http/request_parser.h"
#include "http/request_times.h"
#include "http/serialize.h"
#include "http/target.h"
#include "http/tls.h"
#include "http/trusted_proxies.h"

namespace http {
namespace {

using boost::system::error_code;

constexpr std::size_t small_read = 4 * 1024;
constexpr std::size_t large_read = 64 * 1024;
constexpr std::size_t most_buffered = 64 * 1024;  // of answers to a pipeline of requests
constexpr std::size_t kept_buffer = 16 * 1024;    // of a connection that idles
constexpr std::size_t most_lingering = 8 << 20;

// 13 characters: unique enough to find one request among a log of billions, and short enough to
// cost no allocation. Not a secret.
std::string fresh_id() {
  static constexpr std::string_view alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
  thread_local std::mt19937_64 generator{std::random_device{}()};
  auto bits = generator();
  std::string id(13, '0');
  for (auto& c : id) {
    c = alphabet[bits & 31];
    bits >>= 5;
  }
  return id;
}

std::string text_of(const asio::ip::address& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
  }
  return address.to_string();
}

template <class Stream>
class Connection final : public Watched {
 public:
  static constexpr bool is_tls = std::is_same_v<Stream, TlsStream>;

  Connection(Loop& loop, Stream stream) : loop_{loop}, stream_{std::move(stream)} {
    request_.secure = is_tls;
    error_code ignored;
    const auto peer = socket().remote_endpoint(ignored);
    peer_ = text_of(peer.address());
    trusted_peer_ = loop_.shared.proxies.trust(peer_);
    loop_.watch(*this);
  }
  ~Connection() override {
    loop_.forget(*this);
    --loop_.shared.connections;
  }
  Connection(const Connection&) = delete;

  void cut() override {
    error_code ignored;
    socket().close(ignored);
  }

  void stop() override {
    if (idle_) {
      cut();
    }
  }

  Task<void> run() {
    if constexpr (is_tls) {
      const bool shook_hands = co_await shake_hands();
      if (!shook_hands) {
        co_return;
      }
    }
    bool more = true;
    while (more) {
      more = co_await exchange();
    }
    co_await finish();
  }

 private:
  Socket& socket() { return stream_.socket(); }
  const ServerOptions& options() const { return loop_.shared.options; }

  Task<bool> shake_hands() {
    deadline = loop_.now + options().handshake_timeout;
    error_code error;
    co_await stream_.handshake(error);
    if (!error) {
      // A proxy's own certificate says nothing of whom it speaks for.
      if (!trusted_peer_) {
        request_.peer_certificate = peer_certificate(stream_.native_handle());
      }
      co_return true;
    }
    if (stream_.met_plain_http()) {
      static constexpr std::string_view hint =
          "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: 30\r\n"
          "Connection: close\r\n\r\nThis port speaks HTTPS only.\r\n";
      error = {};
      co_await asio::async_write(socket(), asio::buffer(hint),
                                 asio::redirect_error(use_task, error));
    }
    co_return false;
  }

  // One request and its answer. False when the connection ends with it.
  Task<bool> exchange() {
    parser_.emplace(request_, spare_, options().header_limit);
    const bool has_head = co_await read_head();
    if (!has_head) {
      co_return false;
    }
    began_ = std::chrono::steady_clock::now();
    keep_alive_ = parser_->keep_alive();
    auto refusal = prepare_request();
    if (!refusal && wants_upgrade()) {
      co_await go_live();
      co_return false;
    }
    if (!refusal && !parser_->is_done()) {
      const bool has_body = co_await read_body();
      if (!has_body) {
        co_return false;
      }
    }
    std::optional<Response> response;
    if (refusal) {
      // The body, if there is one, stays unread.
      keep_alive_ = keep_alive_ && parser_->is_done();
      response = std::move(refusal);
    } else {
      response = loop_.shared.pipeline.at_once(match_, request_);
    }
    if (!response) {
      response = co_await ask_handler();
      if (!response) {
        co_return false;
      }
    }
    if (response->parts) {
      const bool sent = co_await send_parts(*response);
      co_return sent&& keep_alive_;
    }
    const auto rest = put(*response);
    if (!rest.empty() || out_.size() > most_buffered) {
      const bool sent = co_await flush(rest);
      co_return sent&& keep_alive_;
    }
    co_return keep_alive_;
  }

  // Reads until a head is complete. Answers heads that are wrong; false when there is none.
  Task<bool> read_head() {
    bool begun = false;
    while (true) {
      if (!begun) {
        skip_empty_lines();
      }
      if (buffer_.size() > 0) {
        if (!begun) {
          begun = true;
          until_ = loop_.now + options().header_timeout;
        }
        error_code error;
        buffer_.consume(parser_->put(buffer_.data(), error));
        if (!error) {
          co_return true;
        }
        if (error != boost::beast::http::error::need_more) {
          co_await refuse_bytes(error);
          co_return false;
        }
      }
      if (!begun) {
        if (loop_.shared.stopping) {
          co_return false;
        }
        until_ = loop_.now + options().idle_timeout;
        shrink();
      }
      idle_ = !begun && out_.empty();
      const bool got_more = co_await read_more(small_read, !begun);
      idle_ = false;
      if (!got_more) {
        co_return false;
      }
    }
  }

  // RFC 9112, section 2.2: empty lines before a request are ignored.
  void skip_empty_lines() {
    const auto* bytes = static_cast<const char*>(buffer_.data().data());
    std::size_t count = 0;
    while (count < buffer_.size() && (bytes[count] == '\r' || bytes[count] == '\n')) {
      ++count;
    }
    buffer_.consume(count);
  }

  // What idles keeps no memory that a large request has left.
  void shrink() {
    if (buffer_.capacity() > kept_buffer) {
      buffer_.shrink_to_fit();
    }
    if (out_.empty() && out_.capacity() > kept_buffer) {
      out_.shrink_to_fit();
    }
  }

  // Sends what is ready, then reads some until `until_`. False at the end of the connection.
  Task<bool> read_more(std::size_t size, bool idle) {
    if (!out_.empty()) {
      const bool sent = co_await flush({});
      if (!sent) {
        co_return false;
      }
    }
    if (idle && loop_.shared.stopping) {
      co_return false;
    }
    idle_ = idle;
    deadline = until_;
    error_code error;
    const auto got = co_await stream_.read_some(buffer_.prepare(size), error);
    buffer_.commit(got);
    co_return !error;
  }

  // Bytes that are no request: the status by what is wrong, and the end, since nobody knows where
  // the next request would begin.
  Task<void> refuse_bytes(const error_code& error) {
    static const std::map<int, std::string_view> texts = {
        {400, "the request is malformed"},
        {413, "the request is too large"},
        {431, "the header of the request is too large"},
        {505, "HTTP/1.1 is spoken here"}};
    began_ = std::chrono::steady_clock::now();
    request_.path.clear();
    request_.query.clear();
    request_.id = fresh_id();
    match_.route = nullptr;
    keep_alive_ = false;
    const int status = status_of(error);
    const auto found = texts.find(status);
    const auto text = found == texts.end() ? texts.at(400) : found->second;
    auto response =
        plain_refusal(base::Error{base::ErrorCode::invalid_request, std::string{text}}, request_);
    response.status = status;
    put(response);
    co_await flush({});
  }

  // Completes the request from its head, finds its route and checks what can be checked before the
  // body is read. A refusal, or nothing.
  std::optional<Response> prepare_request() {
    request_.id = fresh_id();
    request_.received = std::chrono::floor<base::Seconds>(std::chrono::system_clock::now());
    request_.address = trusted_peer_ ? client_behind_proxy() : peer_;
    if (!trusted_peer_) {
      // Only a proxy of ours says who showed it a certificate.
      std::erase_if(request_.headers,
                    [](const Header& header) { return header.first.starts_with("x-ssl-client-"); });
    }
    match_.route = nullptr;
    match_.allowed.clear();
    const auto parsed = parse_target(request_.target, target_);
    request_.path.swap(target_.path);
    request_.query.swap(target_.query);
    if (!parsed) {
      return refuse(base::ErrorCode::invalid_request, parsed.error().reason);
    }
    if (!target_.host.empty()) {
      request_.host = target_.host;
    }
    if (!loop_.shared.pipeline.find(request_, target_.first_encoded_slash, match_)) {
      return refuse(base::ErrorCode::invalid_request, "the path has an encoded slash");
    }
    if (!parser_->method_is_known()) {
      match_.route = nullptr;
      return refuse(base::ErrorCode::not_implemented, "this method is not known");
    }
    if (parser_->expects_other()) {
      return refuse(base::ErrorCode::expectation_failed, "this expectation is not known");
    }
    const auto limit =
        match_.route != nullptr ? match_.route->body_limit : options().unrouted_body_limit;
    if (parser_->content_length().value_or(0) > limit) {
      return too_large(limit);
    }
    if (!parser_->is_done()) {
      parser_->body_limit(limit);
    }
    return std::nullopt;
  }

  std::string client_behind_proxy() const {
    std::string forwarded;
    for (const auto& [name, value] : request_.headers) {
      if (name == "x-forwarded-for") {
        forwarded.append(forwarded.empty() ? "" : ",").append(value);
      }
    }
    return loop_.shared.proxies.client(peer_, forwarded);
  }

  Response refuse(base::ErrorCode code, std::string detail) {
    return loop_.shared.pipeline.refuse(match_, request_, {code, std::move(detail)});
  }

  Response too_large(std::size_t limit) {
    return refuse(base::ErrorCode::too_large,
                  "the body is larger than " + std::to_string(limit) + " bytes");
  }

  // Answers bodies that are wrong; false when there is none.
  Task<bool> read_body() {
    if (parser_->expects_continue() && buffer_.size() == 0 && parser_->version() == 11) {
      out_.append("HTTP/1.1 100 Continue\r\n\r\n");
    }
    const auto begun = loop_.now;
    parser_->eager(true);
    while (!parser_->is_done()) {
      error_code error;
      if (buffer_.size() >= parser_->least_input()) {
        buffer_.consume(parser_->put(buffer_.data(), error));
      } else {
        error = boost::beast::http::error::need_more;
      }
      if (error == boost::beast::http::error::body_limit) {
        keep_alive_ = false;
        put(too_large(match_.route != nullptr ? match_.route->body_limit
                                              : options().unrouted_body_limit));
        co_await flush({});
        co_return false;
      }
      // A line of a chunk's size, or a trailer, that does not end.
      const bool endless = buffer_.size() > options().header_limit;
      if ((error && error != boost::beast::http::error::need_more) || endless) {
        co_await refuse_bytes(error);
        co_return false;
      }
      if (!error || parser_->is_done()) {
        continue;
      }
      until_ = begun + options().body_timeout + time_for(request_.body.size());
      const bool got_more = co_await read_more(large_read, false);
      if (!got_more) {
        co_return false;
      }
    }
    co_return true;
  }

  std::chrono::milliseconds time_for(std::size_t bytes) const {
    return std::chrono::milliseconds{bytes * 1000 / std::max<std::size_t>(1, options().least_rate)};
  }

  // What the handler answers, or nothing when earlier answers could not be sent.
  Task<std::optional<Response>> ask_handler() {
    if (!out_.empty()) {
      const bool sent = co_await flush({});
      if (!sent) {
        co_return std::nullopt;
      }
    }
    deadline = Instant::max();  // handlers have their own limits
    auto work = [this] { return loop_.shared.pipeline.run(match_, request_); };
    if (match_.route->is_quick && options().quick_on_loops) {
      const FiberPlace place{loop_.shared};
      if (place.is_taken()) {
        auto response = co_await on_fiber(loop_, work);
        co_return response;
      }
    }
    auto response = co_await on_worker(loop_, work);
    if (!response) {
      response = loop_.shared.pipeline.refuse(
          match_, request_,
          base::Error{base::ErrorCode::unavailable, "too much to do; try again in a moment"}
              .retry_after(1));
    }
    co_return response;
  }

  // Puts an answer behind those that wait; returns what is too long to be copied.
  std::string_view put(const Response& response) {
    keep_alive_ = keep_alive_ && !loop_.shared.stopping;
    const auto rest = append(out_, response,
                             {.secure = is_tls,
                              .keep_alive = keep_alive_,
                              .head = request_.method == Method::head,
                              .version = parser_->version(),
                              .date = loop_.date,
                              .request_id = request_.id});
    loop_.shared.times.observe(loop_.index,
                               match_.route == nullptr ? RequestTimes::unrouted : match_.index,
                               response.status, std::chrono::steady_clock::now() - began_);
    return rest;
  }

  // Sends what is ready and `rest` behind it.
  Task<bool> flush(std::string_view rest) {
    deadline = loop_.now + options().write_timeout + time_for(out_.size() + rest.size());
    error_code error;
    co_await stream_.write(out_, rest, error);
    out_.clear();
    co_return !error;
  }

  // An answer that is made while it goes out, in chunks (RFC 9112, section 7.1). False when it was
  // broken off, which its reader sees by the missing last chunk.
  Task<bool> send_parts(const Response& response) {
    const bool chunked = parser_->version() == 11;
    keep_alive_ = keep_alive_ && chunked;
    put(response);
    bool more = request_.method != Method::head;
    while (more) {
      std::string part;
      deadline = Instant::max();
      auto work = [&] { return next_part(response, part); };
      const auto made = co_await on_worker(loop_, work);
      if (!made || *made == Part::failed) {
        cut();
        co_return false;
      }
      more = *made == Part::made;
      if (part.empty()) {
        continue;
      }
      if (chunked) {
        char size[24];
        const auto end = std::to_chars(std::begin(size), std::end(size), part.size(), 16).ptr;
        out_.append(size, end).append("\r\n");
        part.append("\r\n");
      }
      const bool sent = co_await flush(part);
      if (!sent) {
        co_return false;
      }
    }
    if (chunked && request_.method != Method::head) {
      out_.append("0\r\n\r\n");
    }
    co_return true;
  }

  enum class Part { made, last, failed };

  // On a worker, which must not be left by an exception.
  Part next_part(const Response& response, std::string& part) const {
    try {
      return response.parts(part) ? Part::made : Part::last;
    } catch (const std::exception& error) {
      base::log_error("an answer was broken off", {{"id", request_.id}, {"error", error.what()}});
    }
    return Part::failed;
  }

  // The end of the connection in good order: closing right away would reset it and could take the
  // last answer with it.
  Task<void> finish() {
    if (!socket().is_open()) {
      co_return;
    }
    if (!out_.empty()) {
      const bool sent = co_await flush({});
      if (!sent) {
        co_return;
      }
    }
    deadline = loop_.now + std::chrono::seconds{2};
    error_code error;
    if constexpr (is_tls) {
      co_await stream_.shut_down(error);
    }
    socket().shutdown(asio::socket_base::shutdown_send, error);
    for (std::size_t seen = 0; seen < most_lingering && !error;) {
      buffer_.clear();
      seen += co_await socket().async_read_some(buffer_.prepare(small_read),
                                                asio::redirect_error(use_task, error));
    }
  }

  bool wants_upgrade() const {
    return loop_.shared.live != nullptr && request_.method == Method::get && parser_->is_done() &&
           request_.secure && loop_.shared.live->serves(request_.path);
  }

  Task<void> go_live() {
    keep_alive_ = false;
    deadline = Instant::max();
    auto work = [this] { return LiveSession<Stream>::admit(*loop_.shared.live, request_); };
    auto admission = co_await on_worker(loop_, work);
    auto* const rights = admission ? std::get_if<auth::Rights>(&*admission) : nullptr;
    LiveSession<Stream> session{loop_, stream_, *this, request_};
    if (rights == nullptr || loop_.shared.stopping || !session.join(std::move(*rights))) {
      auto* const error = admission ? std::get_if<base::Error>(&*admission) : nullptr;
      const base::Error busy{base::ErrorCode::unavailable, "too many clients; try again later"};
      auto response =
          loop_.shared.pipeline.refuse(match_, request_, error != nullptr ? *error : busy);
      put(response);
      co_return;
    }
    out_.append(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n");
    out_.append("Sec-WebSocket-Accept: ")
        .append(websocket::accept_value(request_.header("sec-websocket-key")).value())
        .append("\r\n\r\n");
    const bool sent = co_await flush({});
    if (sent) {
      std::string first(static_cast<const char*>(buffer_.data().data()), buffer_.size());
      co_await session.run(std::move(first));
    }
  }

  Loop& loop_;
  Stream stream_;
  std::string peer_;
  bool trusted_peer_ = false;
  bool idle_ = false;
  bool keep_alive_ = true;
  Instant until_;  // of the current phase of reading
  Instant began_;
  boost::beast::flat_buffer buffer_;
  std::string out_;
  Request request_;
  Target target_;
  std::vector<Header> spare_;
  Match match_;
  std::optional<RequestParser> parser_;
};

}  // namespace

Task<void> serve(Loop& loop, Socket socket) {
  Connection<PlainStream> connection{loop, PlainStream{std::move(socket)}};
  co_await connection.run();
}

Task<void> serve_tls(Loop& loop, Socket socket, ssl_ctx_st* context) {
  Connection<TlsStream> connection{loop, TlsStream{std::move(socket), context}};
  co_await connection.run();
}

}  // namespace http
