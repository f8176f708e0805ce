#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.h"

namespace app {

// What the operator decides before the server starts. From a YAML file, the environment and flags,
// in rising order.
struct Settings {
  std::string data = "data";
  std::string listen = "0.0.0.0";
  int https_port = 8443;
  int http_port = 8080;
  std::string public_host;  // how clients reach the server; empty: guessed from the host's name
  base::Secret database;    // a URL, which may hold a password; empty: SQLite in `data`
  base::Secret admin_password;
  base::Secret master_key;  // 64 hexadecimal digits; empty: a file
  std::string master_key_file;
  std::vector<std::string> trusted_proxies;

  int acme_http01_port = 80;
  int acme_tlsalpn01_port = 443;
  std::vector<std::string> acme_allow_targets;   // networks: "127.0.0.0/8"
  std::vector<std::string> acme_caa_identities;  // our names in CAA records
  std::vector<std::string> acme_allowed_suffixes;
  bool acme_enforce_account_allowlist = false;
  bool acme_require_csr_profile = false;
  std::vector<std::string> dns_resolvers;       // "192.0.2.1:53"
  std::vector<std::string> dns_zone_resolvers;  // "corp.example=192.0.2.1:53"
  std::string dns_dnssec = "automatic";         // automatic, on, off

  std::vector<std::string> webhooks_allow_targets;  // networks: "127.0.0.0/8"
  std::vector<std::string> hooks_commands;          // absolute paths of programs
  std::vector<std::string> hooks_events;            // that they are told of; empty: all
  int hooks_timeout = 10;                           // seconds

  int http_threads = 2;
  int http_workers = 64;
  int http_queue = 2048;
  int http_max_connections = 10'000;
  int database_connections = 24;

  int limit_standard = 12'000;  // requests per minute of one caller; 0: no limit
  int limit_strict = 1'200;
  int limit_sign_in = 120;
  int limit_protocol = 120'000;

  std::string log_level = "info";   // debug, info, warning, error
  std::string log_format = "text";  // text, json
};

// One setting: its name in the file ("acme.http01_port"), which is also CERTWRIGHT_ACME_HTTP01_PORT
// in the environment, what it means, and how it is read and shown.
struct Setting {
  std::string_view name;
  std::string_view meaning;
  bool is_secret;
  std::function<void(Settings&, const std::string&)> read;  // throws invalid_request
  std::function<std::string(const Settings&)> show;
};
std::span<const Setting> all_settings();

// "CERTWRIGHT_ACME_HTTP01_PORT".
std::string environment_name(std::string_view setting);

// Where settings come from, in rising order. Throws invalid_request that names the source, the
// unknown key and the nearest known one.
struct Sources {
  std::string file;                                // empty: none
  std::map<std::string, std::string> environment;  // all of it
  std::map<std::string, std::string> flags;        // by setting name
};
Settings read_settings(const Sources& sources);

// All settings as YAML, secrets left out.
std::string show_settings(const Settings& settings);

std::map<std::string, std::string> process_environment();

}  // namespace app
