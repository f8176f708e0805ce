#include "service/event_hooks.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include "base/error.h"

namespace service {
namespace {

using std::chrono::milliseconds;

class Commands : public testing::Test {
 protected:
  Commands() {
    std::signal(SIGPIPE, SIG_IGN);  // as the server does
    std::filesystem::create_directories(folder);
  }
  ~Commands() override { std::filesystem::remove_all(folder); }

  std::string script(const std::string& text) {
    const auto path = folder / ("s" + std::to_string(++made));
    std::ofstream{path} << "#!/bin/sh\n" << text << "\n";
    ::chmod(path.c_str(), 0755);
    return path;
  }
  std::string content(const std::string& name) {
    std::ifstream file{folder / name};
    return {std::istreambuf_iterator<char>{file}, {}};
  }

  std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("certwright-hooks-" + std::to_string(::getpid()));
  int made = 0;
};

TEST_F(Commands, ReadTheEventAndSayWhatTheyThink) {
  const auto outcome = run_command("/bin/cat", {}, "an event", {});
  EXPECT_TRUE(outcome.is_success) << outcome.reason;
  EXPECT_EQ(outcome.output, "an event");
}

TEST_F(Commands, FailByTheirStatusOrASignal) {
  EXPECT_EQ(run_command(script("exit 3"), {}, "", {}).reason, "it ended with status 3");
  EXPECT_EQ(run_command(script("kill -TERM $$"), {}, "", {}).reason, "it was ended by signal 15");
  EXPECT_NE(run_command("/nonexistent", {}, "", {}).reason.find("could not be started"),
            std::string::npos);
}

TEST_F(Commands, AreKilledWithAllTheyStartedWhenTheTimeIsOver) {
  const auto alive = (folder / "alive").string();
  const auto before = std::chrono::steady_clock::now();
  const auto outcome = run_command(script("(sleep 3; echo late >" + alive + ") & sleep 30"), {}, "",
                                   {.time = milliseconds{300}});
  EXPECT_FALSE(outcome.is_success);
  EXPECT_EQ(outcome.reason, "it was not done within 300 ms");
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds{2});
  std::this_thread::sleep_for(milliseconds{3500});
  EXPECT_FALSE(std::filesystem::exists(alive));
}

TEST_F(Commands, KeepABoundedPartOfWhatTheySay) {
  const auto outcome =
      run_command(script("head -c 1000000 /dev/zero | tr '\\0' x"), {}, "", {.most_output = 100});
  EXPECT_TRUE(outcome.is_success) << outcome.reason;
  EXPECT_EQ(outcome.output, std::string(100, 'x'));
}

TEST_F(Commands, NeedNotReadAnEvent) {
  EXPECT_TRUE(run_command("/bin/true", {}, std::string(1'000'000, 'x'), {}).is_success);
}

TEST_F(Commands, SeeNothingOfTheServersEnvironmentAndFiles) {
  ::setenv("CERTWRIGHT_MASTER_KEY", "secret", 1);
  const auto outcome = run_command(script("/usr/bin/env; ls /proc/$$/fd | wc -l"),
                                   {"A=1", "PATH=/usr/bin:/bin"}, "", {});
  ::unsetenv("CERTWRIGHT_MASTER_KEY");
  EXPECT_NE(outcome.output.find("A=1"), std::string::npos);
  EXPECT_EQ(outcome.output.find("secret"), std::string::npos);
}

// What an event says is data: no shell ever reads it.
TEST_F(Commands, GetTheEventAsDataAndNothingElse) {
  EventHooks hooks{{.commands = {script("cat >" + (folder / "got").string() +
                                        "; echo \"$# $CERTWRIGHT_EVENT $CERTWRIGHT_DELIVERY\" >" +
                                        (folder / "told").string())}}};
  const std::string hostile = R"({"name":"$(touch /tmp/pwned); `id` ' \" && rm -rf /"})";
  storage::EventDelivery delivery{.id = storage::EventDeliveryId::from_number(7).value(),
                                  .target = "command " + (folder / "s1").string(),
                                  .event_id = 1,
                                  .event = "certificate.issued",
                                  .body = hostile,
                                  .status = storage::DeliveryStatus::waiting,
                                  .attempts = 1,
                                  .status_code = 0,
                                  .last_error = "",
                                  .milliseconds = 0,
                                  .created_at = base::Time{},
                                  .next_attempt_at = base::Time{},
                                  .ended_at = std::nullopt};
  const auto outcome = hooks.deliver(delivery);
  EXPECT_TRUE(outcome.is_delivered) << outcome.reason;
  EXPECT_EQ(content("got"), hostile);
  EXPECT_EQ(content("told"), "0 certificate.issued 7\n");
}

TEST_F(Commands, AreRefusedAtTheStartWhenTheyCannotRun) {
  const auto made_with = [](EventHooks::Options options) {
    try {
      EventHooks hooks{std::move(options)};
    } catch (const base::Error& error) {
      return std::string{error.what()};
    }
    return std::string{};
  };
  EXPECT_EQ(made_with({.commands = {"/bin/true"}, .events = {"certificate_issued"}}), "");
  EXPECT_NE(made_with({.commands = {"true"}}), "");
  EXPECT_NE(made_with({.commands = {"/bin/nothing-here"}}), "");
  EXPECT_NE(made_with({.commands = {"/tmp"}}), "");
  EXPECT_NE(made_with({.commands = {"/etc/passwd"}}), "");
  EXPECT_NE(made_with({.commands = {"/bin/true"}, .events = {"certificate.eaten"}}), "");
}

}  // namespace
}  // namespace service
