#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace http {

// How long requests took, by route and class of status. Each I/O thread counts in a part of its
// own: an increment without a locked instruction, and without a cache line that another thread
// writes to. README.md has the figures.
class RequestTimes {
 public:
  static constexpr std::size_t unrouted = static_cast<std::size_t>(-1);
  static constexpr std::size_t bounds_count = 13;
  static constexpr std::array<double, bounds_count> bounds = {
      0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5};  // seconds
  static constexpr std::size_t classes = 5;  // 1xx to 5xx

  struct Label {
    std::string method;
    std::string path;
  };

  struct Totals {
    std::array<std::uint64_t, bounds_count + 1> buckets = {};  // the last: longer than all bounds
    double seconds = 0;
  };

  RequestTimes() = default;
  ~RequestTimes();
  RequestTimes(const RequestTimes&) = delete;

  // Before any observation: the routes in their order, and the number of threads.
  void prepare(std::vector<Label> routes, std::size_t threads);

  // Only from the thread of that number.
  void observe(std::size_t thread, std::size_t route, int status,
               std::chrono::steady_clock::duration took);

  // Calls `each(label, class 1 to 5, totals)` for all that were seen.
  template <class Each>
  void collect(Each each) const {
    for (std::size_t series = 0; series < labels_.size() * classes; ++series) {
      const auto totals = totals_of(series);
      if (totals) {
        each(labels_[series / classes], static_cast<int>(series % classes) + 1, *totals);
      }
    }
  }

 private:
  struct Series {
    std::array<std::atomic<std::uint64_t>, bounds_count + 1> buckets = {};
    std::atomic<std::uint64_t> nanoseconds = 0;
  };
  using Part = std::vector<std::atomic<Series*>>;

  std::optional<Totals> totals_of(std::size_t series) const;

  std::vector<Label> labels_;
  std::vector<Part> parts_;
};

}  // namespace http
