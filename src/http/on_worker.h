#pragma once

#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <optional>

#include "http/loop.h"
#include "http/workers.h"

namespace http {

// Runs `work` on a worker and comes back to the loop with what it returned, or with nothing when
// the queue is full. What `work` refers to stays alive: the coroutine waits.
template <class Work>
Task<std::optional<std::invoke_result_t<Work&>>> on_worker(Loop& loop, Work work) {
  using Result = std::optional<std::invoke_result_t<Work&>>;
  auto start = [&loop, &work](auto handler) {
    const auto executor = loop.context.get_executor();
    // Shared, since a full queue leaves the handler to us.
    auto kept = std::make_shared<decltype(handler)>(std::move(handler));
    const auto come_back = [executor, kept](Result result) {
      asio::post(executor, [kept, result = std::move(result)]() mutable {
        std::move (*kept)(std::move(result));
      });
    };
    std::move_only_function<void()> job = [&work, come_back] { come_back(Result{work()}); };
    if (!loop.shared.workers.post(job)) {
      come_back(std::nullopt);
    }
  };
  co_return co_await asio::async_initiate<const asio::use_awaitable_t<Executor>&, void(Result)>(
      start, use_task);
}

}  // namespace http
