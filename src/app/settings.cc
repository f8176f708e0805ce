#include "app/settings.h"

#include <unistd.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>

#include "base/error.h"
#include "base/value.h"
#include "json/json.h"

namespace app {
namespace {

constexpr std::string_view environment_prefix = "CERTWRIGHT_";

// Of the test suites, which share the environment with the server that they start.
constexpr std::string_view not_ours = "CERTWRIGHT_TEST_";

[[noreturn]] void refuse(const std::string& reason) {
  throw base::Error{base::ErrorCode::invalid_request, reason};
}

Setting text(std::string_view name, std::string Settings::* member, std::string_view meaning) {
  return {name, meaning, false,
          [member](Settings& settings, const std::string& value) { settings.*member = value; },
          [member](const Settings& settings) { return settings.*member; }};
}

Setting one_of(std::string_view name, std::string Settings::* member,
               std::vector<std::string> allowed, std::string_view meaning) {
  auto setting = text(name, member, meaning);
  setting.read = [member, allowed = std::move(allowed)](Settings& settings,
                                                        const std::string& value) {
    if (std::ranges::find(allowed, value) == allowed.end()) {
      std::string list;
      for (const auto& word : allowed) {
        list += (list.empty() ? "" : ", ") + word;
      }
      refuse("not one of " + list);
    }
    settings.*member = value;
  };
  return setting;
}

Setting secret(std::string_view name, base::Secret Settings::* member, std::string_view meaning) {
  return {name, meaning, true,
          [member](Settings& settings, const std::string& value) {
            settings.*member = base::Secret{value};
          },
          [member](const Settings& settings) { return (settings.*member).empty() ? "" : "(set)"; }};
}

Setting number(std::string_view name, int Settings::* member, int least, int most,
               std::string_view meaning) {
  return {
      name, meaning, false,
      [=](Settings& settings, const std::string& value) {
        const auto parsed = base::from_text<int>(value);
        if (!parsed || *parsed < least || *parsed > most) {
          refuse("not a number between " + std::to_string(least) + " and " + std::to_string(most));
        }
        settings.*member = *parsed;
      },
      [=](const Settings& settings) { return std::to_string(settings.*member); }};
}

std::vector<std::string> split(const std::string& value) {
  std::vector<std::string> parts;
  std::string part;
  for (const char c : value + ",") {
    if (c == ',' || c == ' ' || c == '\n') {
      if (!part.empty()) {
        parts.push_back(part);
      }
      part.clear();
    } else {
      part += c;
    }
  }
  return parts;
}

Setting truth(std::string_view name, bool Settings::* member, std::string_view meaning) {
  return {name, meaning, false,
          [=](Settings& settings, const std::string& value) {
            const auto parsed = base::from_text<bool>(value);
            if (!parsed) {
              refuse(parsed.error().reason);
            }
            settings.*member = *parsed;
          },
          [=](const Settings& settings) { return settings.*member ? "true" : "false"; }};
}

Setting list(std::string_view name, std::vector<std::string> Settings::* member,
             std::string_view meaning) {
  return {
      name, meaning, false,
      [member](Settings& settings, const std::string& value) { settings.*member = split(value); },
      [member](const Settings& settings) {
        std::string joined;
        for (const auto& part : settings.*member) {
          joined += (joined.empty() ? "" : ",") + part;
        }
        return joined;
      }};
}

const std::vector<Setting>& table() {
  constexpr int any = 1'000'000;
  static const std::vector<Setting> all{
      text("data", &Settings::data, "the data directory"),
      text("listen", &Settings::listen, "the address to listen on"),
      number("https_port", &Settings::https_port, 0, 65535,
             "console, REST and ACME over HTTPS; 0: any free port"),
      number("http_port", &Settings::http_port, 0, 65535,
             "revocation, AIA and health over plain HTTP; 0: any free port"),
      text("public_host", &Settings::public_host,
           "the name under which clients reach the server; goes into certificates"),
      secret("database", &Settings::database,
             "postgresql://...; empty: SQLite in the data directory"),
      secret("admin_password", &Settings::admin_password,
             "the password of the first administrator, when the data directory is new"),
      secret("master_key", &Settings::master_key,
             "64 hexadecimal digits under which private keys are wrapped"),
      text("master_key_file", &Settings::master_key_file,
           "a file with the master key; empty: master.key in the data directory"),
      list("trusted_proxies", &Settings::trusted_proxies,
           "networks of proxies whose X-Forwarded-For is believed"),
      number("acme.http01_port", &Settings::acme_http01_port, 1, 65535,
             "the port that http-01 validation connects to"),
      number("acme.tlsalpn01_port", &Settings::acme_tlsalpn01_port, 1, 65535,
             "the port that tls-alpn-01 validation connects to"),
      list("acme.allow_targets", &Settings::acme_allow_targets,
           "networks that validation may reach although they are refused otherwise"),
      list("acme.caa_identities", &Settings::acme_caa_identities,
           "our names in CAA records; empty: CAA is not looked at"),
      list("acme.allowed_suffixes", &Settings::acme_allowed_suffixes,
           "public suffixes that are ours, for which certificates may be issued"),
      truth("acme.enforce_account_allowlist", &Settings::acme_enforce_account_allowlist,
            "whether ACME accounts may order only what was assigned to them"),
      truth("acme.require_csr_profile", &Settings::acme_require_csr_profile,
            "whether ACME accounts without a CSR profile get no certificate"),
      list("dns.resolvers", &Settings::dns_resolvers,
           "resolvers as address:port; empty: those of the system"),
      list("dns.zone_resolvers", &Settings::dns_zone_resolvers,
           "resolvers of single zones as zone=address:port; a zone may have several"),
      one_of("dns.dnssec", &Settings::dns_dnssec, {"automatic", "on", "off"},
             "whether answers are validated"),
      list("webhooks.allow_targets", &Settings::webhooks_allow_targets,
           "networks that webhooks may reach although they are refused otherwise"),
      list("hooks.commands", &Settings::hooks_commands,
           "programs, by absolute path, that are told of events on their standard input"),
      list("hooks.events", &Settings::hooks_events, "the events they are told of; empty: all"),
      number("hooks.timeout", &Settings::hooks_timeout, 1, 300,
             "seconds after which such a program is killed"),
      number("http.threads", &Settings::http_threads, 1, 256, "threads that read and write"),
      number("http.workers", &Settings::http_workers, 1, 1024, "threads that handle requests"),
      number("http.queue", &Settings::http_queue, 1, any,
             "requests that wait for a worker; more are answered 503"),
      number("http.max_connections", &Settings::http_max_connections, 10, any,
             "connections at the same time"),
      number("database_connections", &Settings::database_connections, 2, 1000,
             "connections to PostgreSQL"),
      number("limits.standard", &Settings::limit_standard, 0, any,
             "requests per minute of one caller; 0: no limit"),
      number("limits.strict", &Settings::limit_strict, 0, any,
             "the same for weighty requests, such as revoking"),
      number("limits.sign_in", &Settings::limit_sign_in, 0, any,
             "sign-ins per minute from one address"),
      number("limits.protocol", &Settings::limit_protocol, 0, any,
             "ACME requests per minute from one address"),
      one_of("log.level", &Settings::log_level, {"debug", "info", "warning", "error"},
             "what is logged"),
      one_of("log.format", &Settings::log_format, {"text", "json"}, "how it is logged"),
  };
  return all;
}

const Setting* find(std::string_view name) {
  for (const auto& setting : table()) {
    if (setting.name == name) {
      return &setting;
    }
  }
  return nullptr;
}

std::string did_you_mean(std::string_view name, const std::vector<std::string>& known) {
  const std::vector<std::string_view> views(known.begin(), known.end());
  const auto similar = json::nearest(name, views);
  return similar ? "; did you mean " + std::string{*similar} + "?" : "";
}

std::vector<std::string> names(const std::function<std::string(std::string_view)>& as) {
  std::vector<std::string> list;
  for (const auto& setting : table()) {
    list.push_back(as(setting.name));
  }
  return list;
}

void apply(Settings& settings, const Setting& setting, const std::string& value,
           const std::string& source) {
  try {
    setting.read(settings, value);
  } catch (const base::Error& error) {
    refuse(source + ": " + error.what());
  }
}

void apply_yaml(Settings& settings, const YAML::Node& node, const std::string& prefix,
                const std::string& file) {
  if (node.IsNull()) {
    return;
  }
  if (!node.IsMap()) {
    refuse(file + ": " + (prefix.empty() ? "the file" : prefix) + " is not a list of settings");
  }
  for (const auto& entry : node) {
    const auto name = prefix + entry.first.as<std::string>();
    const auto& value = entry.second;
    if (value.IsMap()) {
      apply_yaml(settings, value, name + ".", file);
      continue;
    }
    const auto* setting = find(name);
    if (setting == nullptr) {
      refuse(file + ": unknown setting '" + name + "'" +
             did_you_mean(name, names([](auto known) { return std::string{known}; })));
    }
    std::string joined;
    if (value.IsSequence()) {
      for (const auto& item : value) {
        joined += (joined.empty() ? "" : ",") + item.as<std::string>();
      }
    } else if (value.IsScalar()) {
      joined = value.as<std::string>();
    }
    apply(settings, *setting, joined, file + ": " + name);
  }
}

void apply_file(Settings& settings, const std::string& file) {
  try {
    apply_yaml(settings, YAML::LoadFile(file), "", file);
  } catch (const YAML::Exception& error) {
    refuse(file + ": " + error.what());
  }
}

void apply_environment(Settings& settings, const std::map<std::string, std::string>& environment) {
  // Known to many tools; over the file, under our own name for it.
  if (const auto url = environment.find("DATABASE_URL");
      url != environment.end() && !url->second.empty()) {
    settings.database = base::Secret{url->second};
  }
  for (const auto& [key, value] : environment) {
    if (!key.starts_with(environment_prefix) || key.starts_with(not_ours)) {
      continue;
    }
    const auto found = std::ranges::find_if(
        table(), [&](const auto& setting) { return environment_name(setting.name) == key; });
    if (found == table().end()) {
      refuse("unknown setting " + key + " in the environment" +
             did_you_mean(key, names(environment_name)));
    }
    apply(settings, *found, value, key);
  }
}

}  // namespace

std::span<const Setting> all_settings() {
  return table();
}

std::string environment_name(std::string_view setting) {
  std::string name{environment_prefix};
  for (const unsigned char c : setting) {
    name += c == '.' ? '_' : static_cast<char>(std::toupper(c));
  }
  return name;
}

Settings read_settings(const Sources& sources) {
  Settings settings;
  if (!sources.file.empty()) {
    apply_file(settings, sources.file);
  }
  apply_environment(settings, sources.environment);
  for (const auto& [name, value] : sources.flags) {
    apply(settings, *find(name), value, "--" + name);
  }
  return settings;
}

std::string show_settings(const Settings& settings) {
  std::string text;
  for (const auto& setting : table()) {
    text += "# " + std::string{setting.meaning} + "\n";
    text += std::string{setting.name} + ": " + json::to_text(setting.show(settings)) + "\n";
  }
  return text;
}

std::map<std::string, std::string> process_environment() {
  std::map<std::string, std::string> environment;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text{*entry};
    const auto equals = text.find('=');
    if (equals != std::string_view::npos) {
      environment.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
  }
  return environment;
}

}  // namespace app
