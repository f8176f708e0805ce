#include "http/metrics.h"

#include <prometheus/collectable.h>
#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <mutex>
#include <set>

#include "http/request_times.h"

namespace http {
namespace {

constexpr std::size_t most_label_sets = 1000;

prometheus::MetricFamily family_of(const RequestTimes& times) {
  prometheus::MetricFamily family{.name = "http_request_duration_seconds",
                                  .help = "Time from a request's head to its answer.",
                                  .type = prometheus::MetricType::Histogram,
                                  .metric = {}};
  times.collect([&](const RequestTimes::Label& label, int status_class,
                    const RequestTimes::Totals& totals) {
    prometheus::ClientMetric metric;
    metric.label = {{"method", label.method},
                    {"path", label.path},
                    {"status", std::to_string(status_class) + "xx"}};
    std::uint64_t so_far = 0;
    for (std::size_t i = 0; i < totals.buckets.size(); ++i) {
      so_far += totals.buckets[i];
      const auto bound = i < RequestTimes::bounds_count ? RequestTimes::bounds[i]
                                                        : std::numeric_limits<double>::infinity();
      metric.histogram.bucket.push_back({.cumulative_count = so_far, .upper_bound = bound});
    }
    metric.histogram.sample_count = so_far;
    metric.histogram.sample_sum = totals.seconds;
    family.metric.push_back(std::move(metric));
  });
  return family;
}

}  // namespace

struct Metrics::Parts {
  prometheus::Registry registry{prometheus::Registry::InsertBehavior::Merge};
  std::mutex mutex;
  std::map<std::string, std::set<Labels>> seen;
  std::vector<std::function<void()>> refreshes;

  // The labels, or "other" for all of them when the name has too many sets already.
  Labels bounded(const std::string& name, const Labels& labels) {
    const std::scoped_lock lock{mutex};
    auto& sets = seen[name];
    if (sets.contains(labels) || sets.size() < most_label_sets) {
      sets.insert(labels);
      return labels;
    }
    Labels other = labels;
    for (auto& [label, value] : other) {
      value = "other";
    }
    return other;
  }
};

void Counter::add(double amount) const {
  static_cast<prometheus::Counter*>(counter_)->Increment(amount);
}

void Gauge::set(double value) const {
  static_cast<prometheus::Gauge*>(gauge_)->Set(value);
}

void Gauge::add(double amount) const {
  static_cast<prometheus::Gauge*>(gauge_)->Increment(amount);
}

void Histogram::observe(double value) const {
  static_cast<prometheus::Histogram*>(histogram_)->Observe(value);
}

Metrics::Metrics()
    : parts_{std::make_unique<Parts>()}, request_times_{std::make_shared<RequestTimes>()} {}

Metrics::~Metrics() = default;

Counter Metrics::counter(const std::string& name, const std::string& help, const Labels& labels) {
  Counter counter;
  counter.counter_ = &prometheus::BuildCounter()
                          .Name(name)
                          .Help(help)
                          .Register(parts_->registry)
                          .Add(parts_->bounded(name, labels));
  return counter;
}

Gauge Metrics::gauge(const std::string& name, const std::string& help, const Labels& labels) {
  Gauge gauge;
  gauge.gauge_ = &prometheus::BuildGauge()
                      .Name(name)
                      .Help(help)
                      .Register(parts_->registry)
                      .Add(parts_->bounded(name, labels));
  return gauge;
}

Histogram Metrics::histogram(const std::string& name, const std::string& help,
                             const std::vector<double>& bounds, const Labels& labels) {
  Histogram histogram;
  histogram.histogram_ = &prometheus::BuildHistogram()
                              .Name(name)
                              .Help(help)
                              .Register(parts_->registry)
                              .Add(parts_->bounded(name, labels), bounds);
  return histogram;
}

void Metrics::before_render(std::function<void()> refresh) {
  const std::scoped_lock lock{parts_->mutex};
  parts_->refreshes.push_back(std::move(refresh));
}

std::string Metrics::render() const {
  std::vector<std::function<void()>> refreshes;
  {
    const std::scoped_lock lock{parts_->mutex};
    refreshes = parts_->refreshes;
  }
  for (const auto& refresh : refreshes) {
    refresh();
  }
  auto families = parts_->registry.Collect();
  families.push_back(family_of(*request_times_));
  return prometheus::TextSerializer{}.Serialize(families);
}

}  // namespace http
