#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <deque>
#include <variant>

#include "base/error.h"
#include "http/live.h"
#include "http/on_worker.h"
#include "http/websocket.h"

namespace http {

// What waits for one client of the live events.
class Outbox final : public LiveClient, public std::enable_shared_from_this<Outbox> {
 public:
  Outbox(const Executor& executor, std::size_t limit) : limit_{limit}, wake_{executor} {}

  void send(std::shared_ptr<const std::string> frame) override {
    {
      const std::scoped_lock lock{mutex_};
      if (close_with_ != 0) {
        return;
      }
      if (frames_.size() >= limit_) {
        close_with_ = websocket::policy_violation;  // too slow
      } else {
        frames_.push_back(std::move(frame));
      }
    }
    notify();
  }
  void close() override { close_with(websocket::going_away); }

  void close_with(std::uint16_t status) {
    {
      const std::scoped_lock lock{mutex_};
      close_with_ = close_with_ == 0 ? status : close_with_;
    }
    notify();
  }

  // Of the loop's thread: the next frames, and whether they are the last.
  bool take(std::deque<std::shared_ptr<const std::string>>& frames) {
    const std::scoped_lock lock{mutex_};
    notified_ = false;
    frames.swap(frames_);
    if (close_with_ == 0) {
      return false;
    }
    if (close_with_ == websocket::policy_violation) {
      frames.clear();  // it is too late for them
    }
    frames.push_back(std::make_shared<const std::string>(websocket::close_frame(close_with_)));
    return true;
  }

  // Until something is there, or `until`.
  Task<void> wait(Instant until) {
    {
      const std::scoped_lock lock{mutex_};
      if (notified_) {
        co_return;
      }
    }
    wake_.expires_at(until);
    boost::system::error_code ignored;
    co_await wake_.async_wait(asio::redirect_error(use_task, ignored));
  }

 private:
  void notify() {
    {
      const std::scoped_lock lock{mutex_};
      if (std::exchange(notified_, true)) {
        return;
      }
    }
    asio::post(wake_.get_executor(), [self = shared_from_this()] { self->wake_.cancel(); });
  }

  const std::size_t limit_;
  std::mutex mutex_;
  std::deque<std::shared_ptr<const std::string>> frames_;
  std::uint16_t close_with_ = 0;
  bool notified_ = false;
  Timer wake_;
};

// A client of the live events, from the handshake to the end of its connection. Lives in the
// connection's coroutine; the writer is a second one, which run() waits for.
template <class Stream>
class LiveSession {
 public:
  LiveSession(Loop& loop, Stream& stream, Watched& watched, const Request& request)
      : loop_{loop},
        live_{*loop.shared.live},
        stream_{stream},
        watched_{watched},
        request_{request},
        outbox_{std::make_shared<Outbox>(loop.context.get_executor(), live_.options().queue)},
        finished_{loop.context.get_executor()} {}
  ~LiveSession() { live_.leave(*outbox_); }

  LiveSession(const LiveSession&) = delete;

  using Admission = std::variant<auth::Rights, base::Error>;

  // Whether the client may have what it asks for; blocks, so this is for a worker.
  static Admission admit(const Live& live, const Request& request) {
    try {
      return live.admit(request);
    } catch (const base::Error& error) {
      return error;
    } catch (const std::exception&) {
      return base::Error{base::ErrorCode::internal,
                         "something went wrong; reference " + request.id};
    }
  }

  bool join(auth::Rights rights) { return live_.join(outbox_, std::move(rights)); }

  // `first` is what the client sent right behind its handshake.
  Task<void> run(std::string first) {
    asio::co_spawn(loop_.context.get_executor(), write(), [this](const std::exception_ptr&) {
      writing_ = false;
      finished_.cancel();
    });
    bool open = take(first);
    std::array<char, 4096> bytes;
    while (open) {
      watched_.deadline = loop_.now + silence();
      boost::system::error_code error;
      const auto size = co_await stream_.read_some(asio::buffer(bytes), error);
      open = !error && take({bytes.data(), size});
    }
    outbox_->close_with(reader_.error().value_or(websocket::going_away));
    watched_.deadline = std::min(watched_.deadline, loop_.now + std::chrono::seconds{2});
    while (writing_) {
      finished_.expires_at(Instant::max());
      boost::system::error_code ignored;
      co_await finished_.async_wait(asio::redirect_error(use_task, ignored));
    }
  }

 private:
  Instant::duration silence() const {
    return 2 * live_.options().ping_every + std::chrono::seconds{5};
  }

  // False when the client is done, or has broken the rules.
  bool take(std::string_view bytes) {
    for (const auto& message : reader_.read(bytes)) {
      if (message.opcode == websocket::Opcode::close) {
        return false;
      }
      if (message.opcode == websocket::Opcode::ping) {
        outbox_->send(std::make_shared<const std::string>(
            websocket::frame(websocket::Opcode::pong, message.payload)));
      }
    }
    return !reader_.error();
  }

  Task<void> write() {
    auto next_ping = std::chrono::steady_clock::now() + live_.options().ping_every;
    auto next_check = std::chrono::steady_clock::now() + live_.options().recheck_every;
    std::deque<std::shared_ptr<const std::string>> frames;
    bool last = false;
    while (!last) {
      last = outbox_->take(frames);
      for (; !frames.empty(); frames.pop_front()) {
        boost::system::error_code error;
        co_await stream_.write(*frames.front(), {}, error);
        if (error) {
          watched_.cut();
          co_return;
        }
      }
      if (last) {
        break;
      }
      co_await outbox_->wait(std::min(next_ping, next_check));
      const auto now = std::chrono::steady_clock::now();
      if (now >= next_ping) {
        next_ping = now + live_.options().ping_every;
        outbox_->send(
            std::make_shared<const std::string>(websocket::frame(websocket::Opcode::ping, {})));
      }
      if (now >= next_check) {
        next_check = now + live_.options().recheck_every;
        co_await check_again();
      }
    }
    // The client answers the close frame, or is cut off (RFC 6455, section 7.1.1).
    watched_.deadline = std::min(watched_.deadline, loop_.now + std::chrono::seconds{2});
  }

  Task<void> check_again() {
    auto work = [this] { return admit(live_, request_); };
    const auto admission = co_await on_worker(loop_, work);
    if (!admission) {
      co_return;  // busy: next time
    }
    if (const auto* rights = std::get_if<auth::Rights>(&*admission)) {
      live_.update(*outbox_, *rights);
    } else if (std::get<base::Error>(*admission).code() != base::ErrorCode::internal) {
      outbox_->close_with(websocket::policy_violation);
    }
  }

  Loop& loop_;
  Live& live_;
  Stream& stream_;
  Watched& watched_;
  const Request& request_;
  std::shared_ptr<Outbox> outbox_;
  websocket::Reader reader_;
  bool writing_ = true;
  Timer finished_;
};

}  // namespace http
