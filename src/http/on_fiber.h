#pragma once

#include <boost/asio/async_result.hpp>
#include <optional>

#include "http/loop.h"

namespace http {

// A place for a fiber, if there is one: they are bounded, and none begins when the server closes.
class FiberPlace {
 public:
  explicit FiberPlace(Shared& shared) : shared_{shared} {
    is_taken_ = ++shared_.fibers <= most && !shared_.closing;
    if (!is_taken_) {
      --shared_.fibers;
    }
  }
  ~FiberPlace() {
    if (is_taken_) {
      --shared_.fibers;
    }
  }
  FiberPlace(const FiberPlace&) = delete;

  bool is_taken() const { return is_taken_; }

 private:
  static constexpr std::size_t most = 512;

  Shared& shared_;
  bool is_taken_;
};

// Runs `work`, which must not throw, on a fiber of the loop: the loop serves others while it waits.
template <class Work>
Task<std::invoke_result_t<Work&>> on_fiber(Loop& loop, Work work) {
  std::optional<std::invoke_result_t<Work&>> result;
  base::Fiber fiber{loop, [&] { result.emplace(work()); }};
  fiber.run();
  auto wait = [&fiber](auto handler) { fiber.on_ready(std::move(handler)); };
  while (!fiber.is_done()) {
    co_await asio::async_initiate<const asio::use_awaitable_t<Executor>&, void()>(wait, use_task);
    fiber.run();
  }
  co_return *std::move(result);
}

}  // namespace http
