#pragma once

#include <atomic>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "base/fiber.h"
#include "http/server.h"
#include "http/stream.h"

// What the files of the server share. Includes Asio: for connection.cc, live_session.h and
// server.cc only.
namespace http {

class RequestTimes;
class TrustedProxies;
class Workers;

using Acceptor = asio::basic_socket_acceptor<asio::ip::tcp, Executor>;
using Timer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                         asio::wait_traits<std::chrono::steady_clock>, Executor>;

using Instant = std::chrono::steady_clock::time_point;

// What all loops have in common.
struct Shared {
  const ServerOptions& options;
  const Pipeline& pipeline;
  Live* live;
  Workers& workers;
  RequestTimes& times;
  const TrustedProxies& proxies;
  std::atomic<std::size_t> connections = 0;
  std::atomic<std::size_t> fibers = 0;
  std::atomic<bool> stopping = false;
  std::atomic<bool> closing = false;  // no fiber begins any more
};

// A connection as the loop watches it. It is cut off when its deadline has passed; each loop looks
// a few times per second, which is much cheaper than a timer per operation.
class Watched {
 public:
  virtual ~Watched() = default;

  // Closes the socket: whatever waits on it ends with an error.
  virtual void cut() = 0;

  // The server stops: what idles ends now, what works ends soon.
  virtual void stop() = 0;

  Instant deadline = Instant::max();
  std::size_t place = 0;  // in the loop's list
};

// One I/O thread: its event loop, listening sockets and connections.
struct Loop final : base::FiberThread {
  Loop(Shared& everything, std::size_t number) : shared{everything}, index{number} {}
  ~Loop() override { acceptors.clear(); }

  void post(std::move_only_function<void()> work) override;
  bool post_elsewhere(std::move_only_function<void()>& work) override;

  void watch(Watched& connection) {
    connection.place = connections.size();
    connections.push_back(&connection);
  }
  void forget(Watched& connection) {
    connections[connection.place] = connections.back();
    connections[connection.place]->place = connection.place;
    connections.pop_back();
  }

  Shared& shared;
  std::size_t index;  // for metrics
  std::vector<std::unique_ptr<Acceptor>> acceptors;
  std::vector<Watched*> connections;
  Instant now;       // a few times per second: good enough for deadlines
  std::string date;  // the same as the Date field has it

  // Last, since connections that it still holds when it goes take themselves off the list.
  asio::io_context context{1};
};

// Serves a connection until it ends.
Task<void> serve(Loop& loop, Socket socket);
Task<void> serve_tls(Loop& loop, Socket socket, ssl_ctx_st* context);

}  // namespace http
