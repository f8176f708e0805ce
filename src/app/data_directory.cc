#include "app/data_directory.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/bytes.h"
#include "base/error.h"

namespace app {
namespace {

constexpr std::size_t key_octets = 32;

[[noreturn]] void refuse(const std::string& reason) {
  throw base::Error{base::ErrorCode::unavailable, reason};
}

std::string quoted(const std::string& path) {
  std::string out = "'";
  for (const char c : path) {
    out += c == '\'' ? "'\\''" : std::string(1, c);
  }
  return out + "'";
}

// What others may do to a file or directory of ours: nothing.
void check_private(const std::string& path, const char* what, const char* mode) {
  struct stat status{};
  if (stat(path.c_str(), &status) != 0) {
    refuse(std::string{what} + " " + path + " cannot be read: " + std::strerror(errno));
  }
  if ((status.st_mode & 077) != 0) {
    refuse(std::string{what} + " " + path +
           " can be read by others, and it holds private keys. To mend this: chmod " + mode + " " +
           quoted(path));
  }
}

std::string read_file(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) {
    refuse("cannot read " + path + ": " + std::strerror(errno));
  }
  auto content = text.str();
  while (!content.empty() && (content.back() == '\n' || content.back() == ' ')) {
    content.pop_back();
  }
  return content;
}

// Writes a file that is there whole after a power loss, or not at all: temporary file, sync,
// rename, sync of the directory.
void write_private_file(const std::string& directory, const std::string& name,
                        std::string_view content) {
  const auto temporary = directory + "/." + name + ".new";
  const int file = open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const bool written =
      file >= 0 &&
      write(file, content.data(), content.size()) == static_cast<ssize_t>(content.size()) &&
      fsync(file) == 0;
  if (file >= 0) {
    close(file);
  }
  if (!written || rename(temporary.c_str(), (directory + "/" + name).c_str()) != 0) {
    refuse("cannot write " + directory + "/" + name + ": " + std::strerror(errno));
  }
  if (const int folder = open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); folder >= 0) {
    fsync(folder);
    close(folder);
  }
}

base::Secret key_from_text(const std::string& text, const std::string& where) {
  const auto octets = base::from_hex(text);
  if (!octets || octets->size() != key_octets) {
    refuse("the master key in " + where + " does not have 64 hexadecimal digits");
  }
  return base::Secret{std::string{base::as_text(*octets)}};
}

std::string random_hex(crypto::Random& random, std::size_t octets) {
  base::Bytes bytes(octets);
  random.fill(bytes);
  return base::to_hex(bytes);
}

}  // namespace

DataDirectory::DataDirectory(const Settings& settings, crypto::Random& random)
    : path_{settings.data}, random_{random} {
  std::error_code error;
  if (!std::filesystem::exists(path_, error)) {
    const auto parent = std::filesystem::absolute(path_, error).parent_path();
    std::filesystem::create_directories(parent, error);
    if (mkdir(path_.c_str(), 0700) != 0 && errno != EEXIST) {
      refuse("cannot make the data directory " + path_ + ": " + std::strerror(errno));
    }
  } else if (!std::filesystem::is_directory(path_, error)) {
    refuse("the data directory " + path_ + " is not a directory");
  }
  check_private(path_, "the data directory", "700");
  const auto node_file = path_ + "/node";
  if (!std::filesystem::exists(node_file, error)) {
    write_private_file(path_, "node", random_hex(random, 8) + "\n");
  }
  node_ = read_file(node_file);
}

void DataDirectory::lock() {
  const auto file = path_ + "/lock";
  const int descriptor = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) {
    refuse("cannot open " + file + ": " + std::strerror(errno));
  }
  if (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    refuse("another server runs on the data directory " + path_ +
           ": stop it first, or choose another directory with --data");
  }
  // The descriptor stays open: the kernel lets the lock go with the process, however it ends.
}

base::Secret DataDirectory::master_key(const Settings& settings) const {
  if (!settings.master_key.empty()) {
    return key_from_text(std::string{settings.master_key.reveal()}, "CERTWRIGHT_MASTER_KEY");
  }
  const auto file =
      settings.master_key_file.empty() ? path_ + "/master.key" : settings.master_key_file;
  std::error_code error;
  if (!std::filesystem::exists(file, error)) {
    if (!settings.master_key_file.empty()) {
      refuse("the master key file " + file + " is not there");
    }
    if (std::filesystem::exists(sqlite_file(), error)) {
      refuse("the master key " + file +
             " is missing, and the database was made with it: put it "
             "back from your backup. Without it no private key can be opened");
    }
    write_private_file(path_, "master.key", random_hex(random_, key_octets) + "\n");
  }
  check_private(file, "the master key", "600");
  return key_from_text(read_file(file), file);
}

}  // namespace app
