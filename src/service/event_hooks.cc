#include "service/event_hooks.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <thread>

#include "base/error.h"
#include "base/log.h"
#include "service/events.h"

namespace service {
namespace {

using Steady = std::chrono::steady_clock;
using Milliseconds = std::chrono::milliseconds;

constexpr std::string_view prefix = "command ";
constexpr Milliseconds slice{200};  // after which a command looks whether the server stops

struct Failed {
  std::string event;
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(Failed, (), (event, reason))

// Both ends of a pipe; closed when they go.
class Pipe {
 public:
  Pipe() {
    if (::pipe2(ends_.data(), O_CLOEXEC) != 0) {
      throw base::Error{base::ErrorCode::unavailable, "no pipe could be made"};
    }
  }
  ~Pipe() {
    close_reading();
    close_writing();
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  int reading() const { return ends_[0]; }
  int writing() const { return ends_[1]; }
  void close_reading() { close(ends_[0]); }
  void close_writing() { close(ends_[1]); }

 private:
  static void close(int& end) {
    if (end >= 0) {
      ::close(end);
      end = -1;
    }
  }
  std::array<int, 2> ends_{-1, -1};
};

// Starts the program in a process group of its own, with nothing of ours open.
pid_t start(const std::string& path, const std::vector<std::string>& environment, const Pipe& input,
            const Pipe& output, int& error) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input.reading(), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output.writing(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output.writing(), STDERR_FILENO);
  posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigset_t all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes,
                           POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  std::string name = path;
  std::array<char*, 2> arguments{name.data(), nullptr};
  auto variables = environment;
  std::vector<char*> pointers;
  for (auto& variable : variables) {
    pointers.push_back(variable.data());
  }
  pointers.push_back(nullptr);
  pid_t process = -1;
  error = ::posix_spawn(&process, path.c_str(), &actions, &attributes, arguments.data(),
                        pointers.data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return error == 0 ? process : -1;
}

bool is_cancelled(const CommandLimits& limits) {
  return limits.cancelled != nullptr && *limits.cancelled;
}

// Feeds the program and reads what it says, until it closes its output or the time is over.
void converse(Pipe& input, Pipe& output, std::string_view rest, std::string& said,
              const CommandLimits& limits, Steady::time_point deadline) {
  ::fcntl(input.writing(), F_SETFL, O_NONBLOCK);
  ::fcntl(output.reading(), F_SETFL, O_NONBLOCK);
  while (true) {
    const auto left = std::chrono::ceil<Milliseconds>(deadline - Steady::now());
    if (left.count() <= 0 || is_cancelled(limits)) {
      return;
    }
    std::array<pollfd, 2> ends{pollfd{output.reading(), POLLIN, 0},
                               pollfd{rest.empty() ? -1 : input.writing(), POLLOUT, 0}};
    if (::poll(ends.data(), ends.size(), static_cast<int>(std::min(left, slice).count())) < 0 &&
        errno != EINTR) {
      return;
    }
    if (ends[1].revents != 0) {
      const auto written = ::write(input.writing(), rest.data(), rest.size());
      if (written > 0) {
        rest.remove_prefix(static_cast<std::size_t>(written));
      } else if (errno != EAGAIN) {
        rest = {};  // it does not want to read it
      }
      if (rest.empty()) {
        input.close_writing();
      }
    }
    if (ends[0].revents != 0) {
      std::array<char, 4096> buffer;
      const auto got = ::read(output.reading(), buffer.data(), buffer.size());
      if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) {
        return;
      }
      if (got > 0) {
        said.append(buffer.data(),
                    std::min(static_cast<std::size_t>(got), limits.most_output - said.size()));
      }
    }
  }
}

// A program may close its output and go on: it has the rest of the time.
std::optional<int> wait_for(pid_t process, const CommandLimits& limits,
                            Steady::time_point deadline) {
  while (true) {
    int status = 0;
    const auto ended = ::waitpid(process, &status, WNOHANG);
    if (ended == process) {
      return status;
    }
    if ((ended < 0 && errno != EINTR) || Steady::now() >= deadline || is_cancelled(limits)) {
      return std::nullopt;
    }
    std::this_thread::sleep_for(Milliseconds{5});
  }
}

std::string in_words(int status) {
  return WIFEXITED(status) ? "it ended with status " + std::to_string(WEXITSTATUS(status))
                           : "it was ended by signal " + std::to_string(WTERMSIG(status));
}

// For the log: lines are kept, what steers a terminal is not.
std::string printable(std::string text) {
  for (auto& c : text) {
    const auto octet = static_cast<unsigned char>(c);
    c = octet < 0x20 && c != '\n' ? ' ' : octet == 0x7f ? ' ' : c;
  }
  return text;
}

}  // namespace

CommandOutcome run_command(const std::string& path, const std::vector<std::string>& environment,
                           const std::string& input, const CommandLimits& limits) {
  const auto deadline = Steady::now() + limits.time;
  Pipe to;
  Pipe from;
  int error = 0;
  const auto process = start(path, environment, to, from, error);
  if (process < 0) {
    return {.reason = "it could not be started: " + std::string{std::strerror(error)}};
  }
  to.close_reading();
  from.close_writing();
  CommandOutcome outcome;
  if (input.empty()) {
    to.close_writing();
  }
  converse(to, from, input, outcome.output, limits, deadline);
  const auto status = wait_for(process, limits, deadline);
  // Whatever it left behind in its group has no business any more.
  ::kill(-process, SIGKILL);
  if (!status) {
    ::waitpid(process, nullptr, 0);
    outcome.reason = is_cancelled(limits)
                         ? std::string{"the server stopped before it was done"}
                         : "it was not done within " + std::to_string(limits.time.count()) + " ms";
    return outcome;
  }
  outcome.is_success = WIFEXITED(*status) && WEXITSTATUS(*status) == 0;
  if (!outcome.is_success) {
    outcome.reason = in_words(*status);
  }
  return outcome;
}

EventHooks::EventHooks(Options options) : options_{std::move(options)} {
  options_.limits.cancelled = &cancelled_;
  for (const auto& command : options_.commands) {
    struct stat found{};
    if (!command.starts_with('/') || ::stat(command.c_str(), &found) != 0 ||
        !S_ISREG(found.st_mode) || ::access(command.c_str(), X_OK) != 0) {
      throw base::Error{
          base::ErrorCode::invalid_request,
          "hooks.commands: " + command + " is not the absolute path of a program that can be run"};
    }
  }
  for (auto& event : options_.events) {
    const auto* kind = find_event_kind(event);
    if (kind == nullptr) {
      throw base::Error{base::ErrorCode::invalid_request,
                        "hooks.events: there is no event " + event};
    }
    event = kind->name;
  }
}

std::vector<EventTarget> EventHooks::targets(db::Session& /*session*/) {
  std::vector<EventTarget> all;
  for (const auto& command : options_.commands) {
    // The cursor of the queue says where a restarted server goes on.
    all.push_back({.name = std::string{prefix} + command,
                   .events = options_.events,
                   .authorities = {},
                   .since = base::Time{},
                   .lease = std::chrono::ceil<std::chrono::seconds>(options_.limits.time) +
                            std::chrono::seconds{5}});
  }
  return all;
}

EventOutcome EventHooks::deliver(const storage::EventDelivery& delivery) {
  const auto path = delivery.target.substr(prefix.size());
  // Nothing of the server's own environment, which may hold its master key.
  const std::vector<std::string> environment{
      "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8",
      "CERTWRIGHT_EVENT=" + delivery.event,
      "CERTWRIGHT_DELIVERY=" + std::to_string(delivery.id.to_number())};
  const auto began = Steady::now();
  const auto outcome = run_command(path, environment, delivery.body, options_.limits);
  if (!outcome.output.empty() || !outcome.is_success) {
    const auto level = outcome.is_success ? base::LogLevel::info : base::LogLevel::warning;
    base::log(level, "a command was told of an event",
              {{"command", path},
               {"event", delivery.event},
               {"delivery", delivery.id.to_number()},
               {"failure", outcome.reason},
               {"output", printable(outcome.output)}});
  }
  return {.is_delivered = outcome.is_success,
          .status_code = 0,
          .reason = outcome.reason,
          .milliseconds = std::chrono::duration_cast<Milliseconds>(Steady::now() - began).count()};
}

void EventHooks::note(db::Session& session, const storage::EventDelivery& delivery,
                      const EventOutcome& outcome, bool is_final) {
  if (!outcome.is_delivered && is_final) {
    session.record_refusal("command", delivery.target.substr(prefix.size()),
                           Failed{delivery.event, outcome.reason});
  }
}

}  // namespace service
