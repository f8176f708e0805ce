#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace http {

using Labels = std::map<std::string, std::string>;

// A number that only rises. Cheap to copy; lives as long as the Metrics it came from.
class Counter {
 public:
  void add(double amount = 1) const;

 private:
  friend class Metrics;
  void* counter_ = nullptr;
};

class Gauge {
 public:
  void set(double value) const;
  void add(double amount) const;

 private:
  friend class Metrics;
  void* gauge_ = nullptr;
};

class Histogram {
 public:
  void observe(double value) const;

 private:
  friend class Metrics;
  void* histogram_ = nullptr;
};

// How long requests took, by path pattern and class of status. Each I/O thread writes to a part of
// its own, so that counting costs neither locks nor shared cache lines.
class RequestTimes;

// What is counted and measured, for Prometheus. A name has at most 1,000 sets of labels; further
// ones are counted under one set whose labels all say "other".
class Metrics {
 public:
  Metrics();
  ~Metrics();

  Counter counter(const std::string& name, const std::string& help, const Labels& labels = {});
  Gauge gauge(const std::string& name, const std::string& help, const Labels& labels = {});
  Histogram histogram(const std::string& name, const std::string& help,
                      const std::vector<double>& bounds, const Labels& labels = {});

  // Runs before each rendering, to set gauges that are only known when asked.
  void before_render(std::function<void()> refresh);

  // The text format, version 0.0.4.
  std::string render() const;

  RequestTimes& request_times() { return *request_times_; }

 private:
  struct Parts;

  std::unique_ptr<Parts> parts_;
  std::shared_ptr<RequestTimes> request_times_;
};

}  // namespace http
