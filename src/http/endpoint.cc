#include "http/endpoint.h"

#include <cstdlib>

#include "base/log.h"

namespace http::detail {
namespace {

[[noreturn]] void stop(const Route& route, std::string_view reason) {
  base::log_error("a route is not right", {{"path", route.path}, {"reason", reason}});
  std::abort();
}

}  // namespace

std::vector<std::string> placeholders(std::string_view path) {
  std::vector<std::string> names;
  for (auto open = path.find('{'); open != std::string_view::npos; open = path.find('{', open)) {
    const auto close = path.find('}', open);
    if (close == std::string_view::npos) {
      break;
    }
    auto name = path.substr(open + 1, close - open - 1);
    if (name.ends_with("...")) {
      name.remove_suffix(3);
    }
    names.emplace_back(name);
    open = close;
  }
  return names;
}

void check_route(const Route& route, std::size_t path_parameters) {
  const auto names = placeholders(route.path);
  if (names.size() != path_parameters) {
    stop(route, "the path has " + std::to_string(names.size()) + " placeholders, the handler " +
                    std::to_string(path_parameters) + " parameters for them");
  }
  if (route.description.kind == Answer::Kind::file && route.description.file_types.empty()) {
    stop(route, "it answers a file, and does not say of which media types");
  }
}

}  // namespace http::detail
