#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "base/bytes.h"

// For tests: other people's programs as judges of what we write. tools/install.sh test brings them.
namespace crypto {

struct CommandResult {
  int status;
  std::string output;  // both streams
};

// A directory of its own, in which commands run; gone when the test ends.
class Workshop {
 public:
  Workshop() {
    auto pattern = (std::filesystem::temp_directory_path() / "certwright-test-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~Workshop() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Workshop(const Workshop&) = delete;
  Workshop& operator=(const Workshop&) = delete;

  void put(std::string_view name, base::ByteView bytes) const {
    std::ofstream file{path_ / name, std::ios::binary};
    file.write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
  }
  void put(std::string_view name, std::string_view text) const { put(name, base::as_bytes(text)); }
  void put(std::string_view name, const std::string& text) const {
    put(name, std::string_view{text});
  }

  base::Bytes get(std::string_view name) const {
    std::ifstream file{path_ / name, std::ios::binary};
    const std::string content{std::istreambuf_iterator<char>{file}, {}};
    return base::to_bytes(base::as_bytes(content));
  }

  CommandResult run(const std::string& command) const {
    const auto line = "cd '" + path_.string() + "' && ( " + command + " ) 2>&1 </dev/null";
    auto* const pipe = popen(line.c_str(), "r");
    CommandResult result{-1, {}};
    std::array<char, 4096> buffer;
    while (const auto size = fread(buffer.data(), 1, buffer.size(), pipe)) {
      result.output.append(buffer.data(), size);
    }
    const int status = pclose(pipe);
    result.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return result;
  }

 private:
  std::filesystem::path path_;
};

}  // namespace crypto
