#include <cstdio>
#include <exception>
#include <fstream>
#include <iostream>
#include <iterator>

#include "verify/export_check.h"

namespace {

constexpr std::string_view usage =
    "Usage: certwright-verify --key KEY [--checkpoint FILE]... EXPORT...\n"
    "\n"
    "Checks exports of a Certwright audit log (GET /api/v2/audit/export?format=ndjson).\n"
    "\n"
    "  KEY         the log's public key, name+id+key, or a file that holds it: fetch it once from\n"
    "              /audit-log/key, and keep it where nobody of the server can change it\n"
    "  FILE        a checkpoint that you kept earlier (from /audit-log/checkpoint); the export "
    "must\n"
    "              continue it\n"
    "\n"
    "Ends with 0 when everything fits, with 1 when something was changed, with 2 when it cannot "
    "be\n"
    "told.\n";

std::string text_of(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  if (!file) {
    throw std::runtime_error{path + " cannot be read"};
  }
  return {std::istreambuf_iterator<char>{file}, {}};
}

merkle::NoteKey key_of(const std::string& argument) {
  auto text = argument.find('+') != std::string::npos ? argument : text_of(argument);
  text.erase(text.find_last_not_of(" \r\n") + 1);
  auto key = merkle::NoteKey::parse(text);
  if (!key) {
    throw std::runtime_error{"the key: " + key.error().reason};
  }
  return *std::move(key);
}

struct Arguments {
  std::string key;
  std::vector<std::string> checkpoints;
  std::vector<std::string> exports;
};

Arguments read_arguments(const std::vector<std::string>& words) {
  Arguments arguments;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool takes_value = words[i] == "--key" || words[i] == "--checkpoint";
    if (takes_value && i + 1 == words.size()) {
      throw std::runtime_error{words[i] + " needs a value"};
    }
    if (words[i] == "--key") {
      arguments.key = words[++i];
    } else if (words[i] == "--checkpoint") {
      arguments.checkpoints.push_back(words[++i]);
    } else if (words[i].starts_with("-")) {
      throw std::runtime_error{"there is no option " + words[i]};
    } else {
      arguments.exports.push_back(words[i]);
    }
  }
  if (arguments.key.empty() || arguments.exports.empty()) {
    throw std::runtime_error{"a key and an export are needed"};
  }
  return arguments;
}

int run(const Arguments& arguments) {
  const auto key = key_of(arguments.key);
  std::vector<merkle::Checkpoint> kept;
  for (const auto& path : arguments.checkpoints) {
    auto checkpoint = merkle::open_checkpoint(text_of(path), key);
    if (!checkpoint) {
      throw std::runtime_error{path + ": " + checkpoint.error().reason};
    }
    kept.push_back(*std::move(checkpoint));
  }
  bool right = true;
  for (const auto& path : arguments.exports) {
    std::ifstream file{path, std::ios::binary};
    if (!file) {
      throw std::runtime_error{path + " cannot be read"};
    }
    const auto report = verify::check_export(file, key, kept);
    for (const auto& fault : report.faults) {
      std::cout << path << ": " << fault << "\n";
    }
    if (report.faults.empty()) {
      std::cout << path << ": " << report.end - report.first << " entries, leaves " << report.first
                << " to " << report.end - 1 << ", are as " << key.name() << " signed them\n";
    }
    right = right && report.faults.empty();
  }
  return right ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words{argv + 1, argv + argc};
  if (words.size() == 1 && (words[0] == "--help" || words[0] == "-h")) {
    std::cout << usage;
    return 0;
  }
  try {
    return run(read_arguments(words));
  } catch (const std::exception& error) {
    std::cerr << "certwright-verify: " << error.what() << "\n";
    if (words.empty()) {
      std::cerr << usage;
    }
    return 2;
  }
}
