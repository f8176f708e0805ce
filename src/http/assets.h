#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "http/endpoint.h"

namespace http {

// A file in the program, as the build put it there.
struct EmbeddedFile {
  std::string_view path;  // "/assets/index-4f2a.js"
  std::string_view etag;  // of the identity form, quoted
  std::string_view identity;
  std::string_view gzip;    // empty where compressing does not pay
  std::string_view brotli;  // the same
};

// Empty when the program was built without the console.
std::span<const EmbeddedFile> console_files();

// The page to browse the API description.
std::span<const EmbeddedFile> swagger_files();

// Static files from memory: negotiated encoding, ETags, and answers that are serialized once.
class Assets {
 public:
  // `prefix` comes before each file's path: "/swagger".
  Assets(std::span<const EmbeddedFile> files, std::string prefix = {});
  ~Assets();

  // One route per file, and for a directory's index.html one for the directory. They answer on the
  // I/O thread.
  std::vector<Route> routes() const;

  // A file, or nothing; `path` without the prefix.
  std::optional<Response> answer(std::string_view path, const Request& request) const;

 private:
  struct Table;

  std::shared_ptr<const Table> table_;
};

// The console's page for any of its addresses, or what says that there is none.
Response console_page(const Assets& console, const Request& request);

std::string_view content_type_of(std::string_view path);

}  // namespace http
