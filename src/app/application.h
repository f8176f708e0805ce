#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/data_directory.h"
#include "app/settings.h"
#include "base/clock.h"
#include "base/secret.h"
#include "crypto/random.h"

namespace http {
class Server;
}

namespace app {

// Where the server is reached, and what a newcomer needs to know of it.
struct Welcome {
  std::string https_base;  // "https://ca.example.com:8443"
  std::string http_base;
  std::string root_fingerprint;  // SHA-256 with colons
  std::string root_reference;    // of /ca/{ref}.pem
  base::Secret setup_token;      // empty: the set-up is done
};

// The whole server, wired.
class Application {
 public:
  // Opens the database, brings its schema up to date, and makes what a first start needs.
  Application(const Settings& settings, DataDirectory& directory);
  ~Application();

  // Listens and serves, and starts the background work.
  void start();
  // Finishes what was begun; false when something had to be cut off.
  bool stop();

  Welcome welcome();

  // The API description; needs no start.
  std::string openapi() const;

  // For the command line.
  base::Secret reset_password(const std::string& username);
  // Returns the password, which nobody can read again.
  base::Secret create_user(const std::string& username, const std::string& email,
                           const std::string& role);
  base::Secret new_setup_token();
  // What a folder of another authority's files holds, in words; kept, all of it or nothing, when
  // `keep` says so. Throws conflict when something stands against it and is not to be left out.
  std::string import_folder(const std::string& path, const std::vector<base::Secret>& passwords,
                            bool keep, bool leave_out_conflicts);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace app
