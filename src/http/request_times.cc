#include "http/request_times.h"

#include <algorithm>

namespace http {

RequestTimes::~RequestTimes() {
  for (auto& part : parts_) {
    for (auto& series : part) {
      delete series.load();
    }
  }
}

void RequestTimes::prepare(std::vector<Label> routes, std::size_t threads) {
  labels_ = std::move(routes);
  labels_.push_back({"", "unrouted"});
  parts_.clear();
  for (std::size_t i = 0; i < threads; ++i) {
    parts_.emplace_back(labels_.size() * classes);
  }
}

void RequestTimes::observe(std::size_t thread, std::size_t route, int status,
                           std::chrono::steady_clock::duration took) {
  auto& part = parts_[thread];
  const auto label = route == unrouted ? labels_.size() - 1 : route;
  const auto status_class = static_cast<std::size_t>(std::clamp(status / 100, 1, 5)) - 1;
  auto& place = part[label * classes + status_class];
  auto* series = place.load(std::memory_order_relaxed);
  if (series == nullptr) {
    series = new Series;  // most routes never see most classes
    place.store(series, std::memory_order_release);
  }
  // Nobody else writes here, so loads and stores do, without a locked instruction.
  const auto add = [](std::atomic<std::uint64_t>& to, std::uint64_t amount) {
    to.store(to.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
  };
  const auto seconds = std::chrono::duration<double>(took).count();
  const auto bucket = std::ranges::lower_bound(bounds, seconds) - bounds.begin();
  add(series->buckets[static_cast<std::size_t>(bucket)], 1);
  add(series->nanoseconds, static_cast<std::uint64_t>(
                               std::max<std::int64_t>(0, std::chrono::nanoseconds{took}.count())));
}

std::optional<RequestTimes::Totals> RequestTimes::totals_of(std::size_t index) const {
  std::optional<Totals> totals;
  for (const auto& part : parts_) {
    const auto* series = part[index].load(std::memory_order_acquire);
    if (series == nullptr) {
      continue;
    }
    if (!totals) {
      totals.emplace();
    }
    for (std::size_t i = 0; i < totals->buckets.size(); ++i) {
      totals->buckets[i] += series->buckets[i].load(std::memory_order_relaxed);
    }
    totals->seconds +=
        static_cast<double>(series->nanoseconds.load(std::memory_order_relaxed)) / 1e9;
  }
  return totals;
}

}  // namespace http
