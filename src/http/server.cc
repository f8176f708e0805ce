#include "http/server.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/redirect_error.hpp>
#include <ctime>
#include <thread>

#include "base/error.h"
#include "base/log.h"
#include "http/live.h"
#include "http/loop.h"
#include "http/metrics.h"
#include "http/pipeline.h"
#include "http/request_times.h"
#include "http/tls.h"
#include "http/trusted_proxies.h"
#include "http/workers.h"

namespace http {
namespace {

using asio::ip::tcp;
using boost::system::error_code;

constexpr std::chrono::milliseconds tick{100};
constexpr int backlog = 4096;
using ReusePort = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

// RFC 9110, section 5.6.7: "Sun, 06 Nov 1994 08:49:37 GMT".
std::string date_text() {
  const auto now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[32];
  return {text, std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts)};
}

[[noreturn]] void cannot_listen(const Listener& listener, std::string_view reason) {
  throw base::Error{base::ErrorCode::unavailable, "cannot listen on " + listener.address +
                                                      " port " + std::to_string(listener.port) +
                                                      ": " + std::string{reason}};
}

tcp::endpoint endpoint_of(const Listener& listener, std::uint16_t port) {
  error_code error;
  const auto address = asio::ip::make_address(listener.address, error);
  if (error) {
    cannot_listen(listener, "not an IP address");
  }
  return {address, port};
}

std::unique_ptr<Acceptor> listen(asio::io_context& context, const Listener& listener,
                                 std::uint16_t port, bool share) {
  const auto endpoint = endpoint_of(listener, port);
  auto acceptor = std::make_unique<Acceptor>(context.get_executor());
  error_code error;
  acceptor->open(endpoint.protocol(), error);
  if (!error && endpoint.address().is_v6()) {
    acceptor->set_option(asio::ip::v6_only(false), error);
  }
  if (!error) {
    acceptor->set_option(asio::socket_base::reuse_address(true), error);
  }
  if (!error && share) {
    acceptor->set_option(ReusePort(true), error);
  }
  if (!error) {
    acceptor->bind(endpoint, error);
  }
  if (!error && share) {
    acceptor->listen(backlog, error);
  }
  if (error) {
    cannot_listen(listener, error.message());
  }
  return acceptor;
}

// More connections than there may be: said in plain HTTP, and just closed where that would take a
// handshake.
void turn_away(Socket& socket, bool tls) {
  error_code ignored;
  if (!tls) {
    static constexpr std::string_view busy =
        "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nContent-Length: 0\r\n"
        "Connection: close\r\n\r\n";
    socket.non_blocking(true, ignored);
    socket.write_some(asio::buffer(busy), ignored);
    socket.shutdown(asio::socket_base::shutdown_send, ignored);
  }
  socket.close(ignored);
}

Task<void> accept(Loop& loop, Acceptor& acceptor, ssl_ctx_st* tls) {
  while (acceptor.is_open()) {
    error_code error;
    auto socket = co_await acceptor.async_accept(asio::redirect_error(use_task, error));
    if (error == asio::error::operation_aborted || !acceptor.is_open()) {
      co_return;
    }
    if (error) {
      // Out of file descriptors, mostly: waiting lets others finish.
      base::log_warning("a connection was not accepted", {{"error", error.message()}});
      Timer pause{loop.context.get_executor(), tick};
      co_await pause.async_wait(asio::redirect_error(use_task, error));
      continue;
    }
    if (++loop.shared.connections > loop.shared.options.max_connections) {
      --loop.shared.connections;
      turn_away(socket, tls != nullptr);
      continue;
    }
    socket.set_option(tcp::no_delay(true), error);
    if (tls != nullptr) {
      asio::co_spawn(loop.context.get_executor(), serve_tls(loop, std::move(socket), tls),
                     asio::detached);
    } else {
      asio::co_spawn(loop.context.get_executor(), serve(loop, std::move(socket)), asio::detached);
    }
  }
}

void look(Loop& loop) {
  loop.now = std::chrono::steady_clock::now();
  loop.date = date_text();
}

// Looks at the clock for the whole loop, and cuts off what has taken too long.
Task<void> watch(Loop& loop) {
  Timer timer{loop.context.get_executor()};
  while (true) {
    timer.expires_after(tick);
    error_code ignored;
    co_await timer.async_wait(asio::redirect_error(use_task, ignored));
    look(loop);
    loop.look_at_clock(loop.now);
    for (auto* connection : loop.connections) {
      if (connection->deadline < loop.now) {
        connection->cut();  // ends it later, so the list stays as it is
      }
    }
  }
}

}  // namespace

void Loop::post(std::move_only_function<void()> work) {
  asio::post(context, std::move(work));
}

bool Loop::post_elsewhere(std::move_only_function<void()>& work) {
  return shared.workers.post(work);
}

struct Server::Parts {
  Parts(ServerOptions chosen, const Pipeline& pipeline, Metrics& measured, Live* live)
      : options{std::move(chosen)},
        proxies{options.trusted_proxies},
        tls{options},
        workers{options.workers, options.queue},
        metrics{measured},
        shared{.options = options,
               .pipeline = pipeline,
               .live = live,
               .workers = workers,
               .times = measured.request_times(),
               .proxies = proxies} {}

  void close() {
    // What waits on a fiber is known to those who will wake it, so it has to end.
    shared.closing = true;
    while (shared.fibers > 0) {
      std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }
    // First the threads that know the connections, then the handlers that know their requests,
    // and only then the connections.
    for (auto& loop : loops) {
      loop->context.stop();
    }
    for (auto& thread : threads) {
      thread.join();
    }
    threads.clear();
    workers.stop();
    loops.clear();
  }

  void listen_all() {
    for (const auto& listener : options.listeners) {
      auto port = listener.port;
      if (port != 0) {
        // SO_REUSEPORT would let a second server take a share of our connections without a word:
        // binding without it fails when anybody listens there.
        listen(loops.front()->context, listener, port, false);
      }
      for (auto& loop : loops) {
        loop->acceptors.push_back(listen(loop->context, listener, port, true));
        port = loop->acceptors.back()->local_endpoint().port();
        asio::co_spawn(
            loop->context.get_executor(),
            accept(*loop, *loop->acceptors.back(), listener.tls ? tls.context() : nullptr),
            asio::detached);
      }
      ports.push_back(port);
    }
  }

  ServerOptions options;
  TrustedProxies proxies;
  Tls tls;
  Workers workers;
  Metrics& metrics;
  Shared shared;
  std::vector<std::unique_ptr<Loop>> loops;
  std::vector<std::thread> threads;
  std::vector<std::uint16_t> ports;
};

Server::Server(ServerOptions options, const Pipeline& pipeline, Metrics& metrics, Live* live)
    : parts_{std::make_shared<Parts>(std::move(options), pipeline, metrics, live)} {}

Server::~Server() {
  stop(std::chrono::milliseconds{0});
  parts_->close();
}

void Server::start() {
  auto& parts = *parts_;
  const auto threads = parts.options.threads > 0
                           ? static_cast<std::size_t>(parts.options.threads)
                           : std::max<std::size_t>(1, std::thread::hardware_concurrency());
  std::vector<RequestTimes::Label> labels;
  for (const auto& route : parts.shared.pipeline.router().routes()) {
    labels.push_back({std::string{name_of(route->method)}, route->path});
  }
  parts.shared.times.prepare(std::move(labels), threads);
  parts.metrics.before_render(
      [open = parts.metrics.gauge("http_connections", "Open connections."),
       waiting = parts.metrics.gauge("http_queue_length", "Requests that wait for a worker."),
       live = parts.metrics.gauge("http_live_clients", "Clients of the live events."),
       watched = std::weak_ptr{parts_}] {
        if (const auto now = watched.lock()) {
          open.set(static_cast<double>(now->shared.connections));
          waiting.set(static_cast<double>(now->workers.waiting()));
          live.set(now->shared.live == nullptr ? 0.0
                                               : static_cast<double>(now->shared.live->clients()));
        }
      });

  for (std::size_t i = 0; i < threads; ++i) {
    parts.loops.push_back(std::make_unique<Loop>(parts.shared, i));
    look(*parts.loops.back());
  }
  parts.listen_all();
  for (auto& loop : parts.loops) {
    asio::co_spawn(loop->context.get_executor(), watch(*loop), asio::detached);
    parts.threads.emplace_back([&context = loop->context] { context.run(); });
  }
}

const std::vector<std::uint16_t>& Server::ports() const {
  return parts_->ports;
}

void Server::set_certificate(const std::string& chain_pem, const base::Secret& key_pem) {
  parts_->tls.set_identity({.chain_pem = chain_pem, .key_pem = key_pem});
}

void Server::set_certificate_for(const std::string& server_name,
                                 std::optional<TlsIdentity> identity) {
  parts_->tls.set_identity_for(server_name, identity);
}

void Server::ask_for_certificates(bool ask, const std::vector<std::string>& authorities) {
  parts_->tls.ask_for_certificates(ask, authorities);
}

bool Server::stop(std::chrono::milliseconds within) {
  auto& shared = parts_->shared;
  const auto until = std::chrono::steady_clock::now() + within;
  if (!shared.stopping.exchange(true)) {
    for (auto& loop : parts_->loops) {
      asio::post(loop->context, [&loop = *loop] {
        error_code ignored;
        for (auto& acceptor : loop.acceptors) {
          acceptor->close(ignored);
        }
        for (auto* connection : loop.connections) {
          connection->stop();
        }
      });
    }
    if (shared.live != nullptr) {
      shared.live->close_all();
    }
  }
  while (shared.connections > 0 && std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }
  return shared.connections == 0;
}

}  // namespace http
