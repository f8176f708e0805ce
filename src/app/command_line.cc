#include "app/command_line.h"

#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "app/application.h"
#include "app/data_directory.h"
#include "app/settings.h"
#include "app/welcome.h"
#include "base/error.h"
#include "base/log.h"

namespace app {
namespace {

struct Options {
  std::string config;
  std::map<std::string, std::string> flags;
  bool welcome = false;
  std::string username = "admin";
  std::string email = {};
  std::string role = "auditor";
  std::string path = {};
  std::string password_file = {};
  bool yes = false;
  bool leave_out_conflicts = false;
};

Settings settings_of(const Options& options) {
  return read_settings(
      {.file = options.config, .environment = process_environment(), .flags = options.flags});
}

void configure_log(const Settings& settings) {
  const auto level = settings.log_level == "debug"     ? base::LogLevel::debug
                     : settings.log_level == "warning" ? base::LogLevel::warning
                     : settings.log_level == "error"   ? base::LogLevel::error
                                                       : base::LogLevel::info;
  base::configure_log(
      level, settings.log_format == "json" ? base::LogFormat::json : base::LogFormat::text);
}

// A core dump would hold private keys.
void forbid_core_dumps() {
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
}

int serve(const Options& options) {
  const auto settings = settings_of(options);
  configure_log(settings);
  forbid_core_dumps();
  signal(SIGPIPE, SIG_IGN);

  // Before any thread exists, so that all inherit the mask and this one alone waits for the end.
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);

  crypto::SystemRandom random;
  DataDirectory directory{settings, random};
  directory.lock();
  Application application{settings, directory};
  application.start();

  const auto welcome = application.welcome();
  if (options.welcome || isatty(STDOUT_FILENO) != 0) {
    std::fputs(welcome_text(welcome).c_str(), stdout);
  }
  std::printf("ready %s %s\n", welcome.https_base.c_str(), welcome.http_base.c_str());
  std::fflush(stdout);

  int which = 0;
  sigwait(&ends, &which);
  base::log_info("stopping");
  const bool finished = application.stop();
  base::log_info(finished ? "stopped" : "stopped; some requests were cut off");
  return finished ? 0 : 1;
}

// With a database in memory: the description depends on the program alone.
int print_openapi() {
  char scratch[] = "/tmp/certwright-openapi-XXXXXX";
  if (mkdtemp(scratch) == nullptr) {
    throw base::Error{base::ErrorCode::unavailable, "cannot make a temporary directory"};
  }
  configure_log(Settings{.log_level = "error"});
  crypto::SystemRandom random;
  std::string text;
  {
    Settings settings;
    settings.data = scratch;
    settings.listen = "127.0.0.1";
    DataDirectory directory{settings, random};
    text = Application{settings, directory}.openapi();
  }
  std::filesystem::remove_all(scratch);
  std::puts(text.c_str());
  return 0;
}

int reset_password(const Options& options) {
  const auto settings = settings_of(options);
  configure_log(settings);
  crypto::SystemRandom random;
  DataDirectory directory{settings, random};
  const auto password = Application{settings, directory}.reset_password(options.username);
  std::printf("The new password of %s, to be changed at the next sign-in: %s\n",
              options.username.c_str(), std::string{password.reveal()}.c_str());
  return 0;
}

// The password alone on its line, for scripts.
int create_user(const Options& options) {
  const auto settings = settings_of(options);
  configure_log(settings);
  crypto::SystemRandom random;
  DataDirectory directory{settings, random};
  const auto password =
      Application{settings, directory}.create_user(options.username, options.email, options.role);
  std::printf("User %s was made. The password is shown this once.\nPassword: %s\n",
              options.username.c_str(), std::string{password.reveal()}.c_str());
  return 0;
}

// One password per line; none of them stands in a list of processes.
std::vector<base::Secret> passwords_in(const std::string& path) {
  std::vector<base::Secret> passwords;
  if (path.empty()) {
    return passwords;
  }
  std::ifstream file{path};
  if (!file) {
    throw base::Error{base::ErrorCode::not_found, "cannot read " + path};
  }
  for (std::string line; std::getline(file, line);) {
    passwords.emplace_back(line);
  }
  return passwords;
}

int import_folder(const Options& options) {
  const auto settings = settings_of(options);
  configure_log(settings);
  forbid_core_dumps();
  crypto::SystemRandom random;
  DataDirectory directory{settings, random};
  // A server that runs would not notice what changed below it.
  directory.lock();
  const auto said = Application{settings, directory}.import_folder(
      options.path, passwords_in(options.password_file), options.yes, options.leave_out_conflicts);
  std::fputs(said.c_str(), stdout);
  return 0;
}

int setup_link(const Options& options) {
  const auto settings = settings_of(options);
  configure_log(settings);
  crypto::SystemRandom random;
  DataDirectory directory{settings, random};
  Application application{settings, directory};
  auto welcome = application.welcome();
  std::printf("%s\n", setup_link_of(welcome).c_str());
  return 0;
}

void add_sources(CLI::App& command, Options& options) {
  command.add_option("--config", options.config, "a YAML file with settings");
  const auto add = [&](const char* flag, const std::string& setting, const char* meaning) {
    command.add_option_function<std::string>(
        flag, [&options, setting](const std::string& value) { options.flags[setting] = value; },
        meaning);
  };
  add("--data", "data", "the data directory");
  add("--database", "database", "postgresql://...; left out: SQLite in the data directory");
  add("--listen", "listen", "the address to listen on");
  add("--https-port", "https_port", "console, REST and ACME (8443)");
  add("--http-port", "http_port", "revocation, AIA and health over plain HTTP (8080)");
}

}  // namespace

int run(int argc, char** argv) {
  Options options;
  CLI::App program{"Certwright: certificates, from the authority to the host"};
  program.set_version_flag("--version", CERTWRIGHT_VERSION);
  program.require_subcommand(1);
  int (*command)(const Options&) = nullptr;
  bool openapi = false;

  auto* serving = program.add_subcommand("serve", "Run the server");
  add_sources(*serving, options);
  serving->add_flag("--welcome", options.welcome, "print what a newcomer needs to know");
  serving->callback([&] { command = serve; });

  program.add_subcommand("openapi", "Print the API description (OpenAPI 3.1)")->callback([&] {
    openapi = true;
  });

  auto* config = program.add_subcommand("config", "Print the effective settings, without secrets");
  add_sources(*config, options);
  config->callback([&] {
    command = [](const Options& given) {
      std::fputs(show_settings(settings_of(given)).c_str(), stdout);
      return 0;
    };
  });

  auto* admin = program.add_subcommand("admin", "Help for administrators, on the server's host");
  admin->require_subcommand(1);
  auto* reset = admin->add_subcommand("reset-password", "Set a new random password");
  add_sources(*reset, options);
  reset->add_option("username", options.username, "whose (admin)");
  reset->callback([&] { command = reset_password; });
  auto* creating = admin->add_subcommand("create-user", "Make a user with a random password");
  add_sources(*creating, options);
  creating->add_option("--username", options.username, "2 to 64 of a-z, 0-9, . - _ @")->required();
  creating->add_option("--email", options.email, "the user's address");
  creating->add_option("--role", options.role, "admin, operator, auditor (so left out), viewer");
  creating->callback([&] { command = create_user; });
  auto* importing = admin->add_subcommand(
      "import", "Bring in a folder of PEM files, an OpenSSL or easy-rsa CA, or what XCA exports");
  add_sources(*importing, options);
  importing->add_option("path", options.path, "the folder, or a file")->required();
  importing->add_option("--password-file", options.password_file,
                        "passwords of keys and PKCS#12 files, one per line");
  importing->add_flag("--yes", options.yes, "keep it; left out: only say what would be kept");
  importing->add_flag("--leave-out-conflicts", options.leave_out_conflicts,
                      "keep the rest when something cannot be kept");
  importing->callback([&] { command = import_folder; });
  auto* link = admin->add_subcommand("setup-link", "Print a new one-time link for the set-up");
  add_sources(*link, options);
  link->callback([&] { command = setup_link; });

  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return program.exit(error);
  }
  try {
    return openapi ? print_openapi() : command(options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "certwright: %s\n", error.what());
    return 1;
  }
}

}  // namespace app
