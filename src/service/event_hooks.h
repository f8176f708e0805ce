#pragma once

#include <atomic>
#include <chrono>
#include <string>
#include <vector>

#include "service/events_queue.h"

namespace service {

// What an operator's program did.
struct CommandOutcome {
  bool is_success = false;
  std::string reason = {};  // of a failure
  std::string output = {};  // standard output and error, as far as it is kept
};

struct CommandLimits {
  std::chrono::milliseconds time = std::chrono::seconds{10};
  std::size_t most_output = 4096;
  const std::atomic<bool>* cancelled = nullptr;  // ends it early when it becomes true
};

// Runs a program, without a shell and without arguments, with `input` on its standard input and
// `environment` as all of its environment. When the time is over, it and what it started are
// killed. Blocks the calling thread.
CommandOutcome run_command(const std::string& path, const std::vector<std::string>& environment,
                           const std::string& input, const CommandLimits& limits);

// Commands that are told of events. Only the operator names them, in the configuration: who may
// use the API must not be able to run programs.
class EventHooks final : public EventChannel {
 public:
  struct Options {
    std::vector<std::string> commands = {};  // absolute paths
    std::vector<std::string> events = {};    // empty: all
    CommandLimits limits = {};
  };

  // Throws invalid_request when one of the commands cannot be run, or an event is unknown.
  explicit EventHooks(Options options);

  std::vector<EventTarget> targets(db::Session& session) override;
  EventOutcome deliver(const storage::EventDelivery& delivery) override;
  void cancel() override { cancelled_ = true; }
  void note(db::Session& session, const storage::EventDelivery& delivery,
            const EventOutcome& outcome, bool is_final) override;

 private:
  Options options_;
  std::atomic<bool> cancelled_ = false;
};

}  // namespace service
