#include "http/assets.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <mutex>

#include "http/pipeline.h"
#include "http/serialize.h"

namespace http {
namespace {

enum class Encoding { identity, gzip, brotli };

constexpr std::string_view year_long = "public, max-age=31536000, immutable";
constexpr std::string_view ask_each_time = "no-cache";

constexpr std::string_view without_console =
    "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Certwright</title>"
    "<h1>Certwright</h1><p>This server was built without its console. Its API is described at "
    "<a href=\"/swagger\">/swagger</a>.</p></html>\n";

std::string_view trimmed(std::string_view text) {
  text.remove_prefix(std::min(text.size(), text.find_first_not_of(" \t")));
  return text.substr(0, text.find_last_not_of(" \t") + 1);
}

// Takes what is before the next `separator` off the front.
std::string_view take(std::string_view& text, char separator) {
  const auto part = text.substr(0, text.find(separator));
  text.remove_prefix(std::min(text.size(), part.size() + 1));
  return trimmed(part);
}

// RFC 9110, section 12.4.2. What cannot be read counts as refused.
double quality_of(std::string_view parameters) {
  while (!parameters.empty()) {
    const auto parameter = take(parameters, ';');
    if (parameter.starts_with("q=") || parameter.starts_with("Q=")) {
      double quality = 0;
      std::from_chars(parameter.data() + 2, parameter.data() + parameter.size(), quality);
      return quality;
    }
  }
  return 1;
}

// RFC 9110, section 12.5.3; brotli where the client likes it as much as gzip.
Encoding choose(std::string_view accepted, const EmbeddedFile& file) {
  double any = 0;
  double gzip = -1;
  double brotli = -1;
  while (!accepted.empty()) {
    auto parameters = take(accepted, ',');
    const auto name = take(parameters, ';');
    const auto quality = quality_of(parameters);
    if (name == "gzip" || name == "x-gzip") {
      gzip = quality;
    } else if (name == "br") {
      brotli = quality;
    } else if (name == "*") {
      any = quality;
    }
  }
  gzip = file.gzip.empty() ? 0 : gzip < 0 ? any : gzip;
  brotli = file.brotli.empty() ? 0 : brotli < 0 ? any : brotli;
  if (brotli > 0 && brotli >= gzip) {
    return Encoding::brotli;
  }
  return gzip > 0 ? Encoding::gzip : Encoding::identity;
}

// "/assets/index-B4k3_x9Z.js": the build puts a hash of the content into the name.
bool is_hashed(std::string_view path) {
  constexpr std::size_t hash = 8;
  const auto dot = path.rfind('.');
  return path.starts_with("/assets/") && dot != std::string_view::npos && dot > hash &&
         path[dot - hash - 1] == '-';
}

// RFC 9110, section 13.1.2: weak comparison of a list of tags.
bool matches(std::string_view if_none_match, std::string_view etag) {
  while (!if_none_match.empty()) {
    auto tag = take(if_none_match, ',');
    if (tag.starts_with("W/")) {
      tag.remove_prefix(2);
    }
    if (tag == etag || tag == "*") {
      return true;
    }
  }
  return false;
}

Response plain_404(const Request& request) {
  return plain_refusal({base::ErrorCode::not_found, "there is nothing at this address"}, request);
}

}  // namespace

struct Assets::Table {
  // One file in one encoding. Serialized when it is first asked for.
  struct Variant {
    std::once_flag once;
    std::shared_ptr<const std::string> prepared;
  };
  struct Entry {
    EmbeddedFile file;
    std::array<Variant, 3> variants;
  };

  std::string prefix;
  mutable std::map<std::string, Entry, std::less<>> entries;

  Response answer(Entry& entry, const Request& request) const {
    const auto encoding = choose(request.header("accept-encoding"), entry.file);
    auto etag = std::string{entry.file.etag};
    if (encoding != Encoding::identity) {
      // Strong tags differ between encodings (RFC 9110, section 8.8.3.3).
      etag.insert(etag.size() - 1, encoding == Encoding::gzip ? "-gz" : "-br");
    }
    Response response{
        .headers = {{"ETag", etag},
                    {"Vary", "Accept-Encoding"},
                    {"Cache-Control",
                     std::string{is_hashed(entry.file.path) ? year_long : ask_each_time}}}};
    if (matches(request.header("if-none-match"), etag)) {
      response.status = 304;
      return response;
    }
    auto& variant = entry.variants[static_cast<std::size_t>(encoding)];
    std::call_once(variant.once, [&] {
      response.content_type = content_type_of(entry.file.path);
      response.body = encoding == Encoding::brotli ? entry.file.brotli
                      : encoding == Encoding::gzip ? entry.file.gzip
                                                   : entry.file.identity;
      if (encoding != Encoding::identity) {
        response.headers.emplace_back("Content-Encoding",
                                      encoding == Encoding::gzip ? "gzip" : "br");
      }
      variant.prepared = prepare(response, Hardening::full, request.secure);
    });
    return {.prepared = variant.prepared};
  }
};

Assets::Assets(std::span<const EmbeddedFile> files, std::string prefix) {
  auto table = std::make_shared<Table>();
  table->prefix = std::move(prefix);
  for (const auto& file : files) {
    table->entries[std::string{file.path}].file = file;
  }
  table_ = std::move(table);
}

Assets::~Assets() = default;

std::optional<Response> Assets::answer(std::string_view path, const Request& request) const {
  const auto found = table_->entries.find(path);
  return found == table_->entries.end() ? std::nullopt
                                        : std::optional{table_->answer(found->second, request)};
}

std::vector<Route> Assets::routes() const {
  std::vector<Route> routes;
  const auto add = [&](const std::string& path, Table::Entry& entry) {
    routes.push_back({.method = Method::get,
                      .path = path,
                      .summary = "A file of the console",
                      .access = auth::Access::to_anyone(),
                      .limit = Limit::unlimited,
                      .described = false,
                      .at_once =
                          [table = table_, &entry](const Request& request) {
                            return std::optional{table->answer(entry, request)};
                          },
                      .refuse = plain_refusal});
  };
  for (auto& [path, entry] : table_->entries) {
    add(table_->prefix + path, entry);
    if (path == "/index.html") {
      add(table_->prefix.empty() ? "/" : table_->prefix, entry);
    }
  }
  return routes;
}

Response console_page(const Assets& console, const Request& request) {
  if (auto page = console.answer("/index.html", request)) {
    return *std::move(page);
  }
  return request.path == "/" ? Response{.content_type = "text/html; charset=utf-8",
                                        .body = std::string{without_console}}
                             : plain_404(request);
}

std::string_view content_type_of(std::string_view path) {
  static constexpr std::pair<std::string_view, std::string_view> types[] = {
      {".html", "text/html; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".mjs", "text/javascript; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".json", "application/json"},
      {".map", "application/json"},
      {".webmanifest", "application/manifest+json"},
      {".svg", "image/svg+xml"},
      {".png", "image/png"},
      {".jpg", "image/jpeg"},
      {".webp", "image/webp"},
      {".ico", "image/x-icon"},
      {".woff2", "font/woff2"},
      {".woff", "font/woff"},
      {".txt", "text/plain; charset=utf-8"},
      {".wasm", "application/wasm"},
  };
  for (const auto& [ending, type] : types) {
    if (path.ends_with(ending)) {
      return type;
    }
  }
  return "application/octet-stream";
}

}  // namespace http
