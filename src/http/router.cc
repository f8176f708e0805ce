#include "http/router.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "base/log.h"

namespace http {
namespace {

constexpr std::size_t methods = 8;
constexpr std::size_t deepest = 32;  // segments of a path

constexpr std::array<std::string_view, methods> method_names = {
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "other"};

// For each method the number of a route, from 1; 0 is none.
using ByMethod = std::array<std::size_t, methods>;

std::size_t number_of(Method method) {
  return static_cast<std::size_t>(method);
}

[[noreturn]] void stop(const Route& route, std::string_view reason) {
  base::log_error("a route is not right",
                  {{"method", name_of(route.method)}, {"path", route.path}, {"reason", reason}});
  std::abort();
}

// The first segment, which is taken off the path; `path` has no leading slash.
std::string_view next_segment(std::string_view& path, bool& more) {
  const auto slash = path.find('/');
  const auto segment = path.substr(0, slash);
  more = slash != std::string_view::npos;
  path.remove_prefix(more ? slash + 1 : path.size());
  return segment;
}

}  // namespace

struct Router::Node {
  struct Static {
    std::string segment;
    std::unique_ptr<Node> node;
  };
  // "{id}" and "{ref}.crl": a value, then a fixed ending.
  struct Placeholder {
    std::string ending;
    std::unique_ptr<Node> node;
  };

  std::vector<Static> statics = {};            // sorted
  std::vector<Placeholder> placeholders = {};  // the longest ending first
  ByMethod here = {};
  ByMethod rest = {};  // of "{rest...}" below this node

  Node& static_child(std::string_view segment) {
    const auto at = std::ranges::lower_bound(statics, segment, {}, &Static::segment);
    if (at != statics.end() && at->segment == segment) {
      return *at->node;
    }
    return *statics.insert(at, {std::string{segment}, std::make_unique<Node>()})->node;
  }

  Node& placeholder_child(std::string_view ending) {
    for (auto& child : placeholders) {
      if (child.ending == ending) {
        return *child.node;
      }
    }
    const auto at = std::ranges::find_if(placeholders, [&](const Placeholder& other) {
      return other.ending.size() < ending.size();
    });
    return *placeholders.insert(at, {std::string{ending}, std::make_unique<Node>()})->node;
  }
};

namespace {

// One search: what it looks for, and what it has found on the way.
template <class Node>
struct Search {
  std::size_t method;
  std::string_view whole;
  std::array<std::string_view, deepest + 1> values = {};
  std::size_t count = 0;
  std::size_t rest_begins = std::string_view::npos;
  std::array<bool, methods> other_methods = {};

  std::size_t choose(const ByMethod& routes) {
    if (routes[method] != 0) {
      return routes[method];
    }
    if (method == number_of(Method::head) && routes[number_of(Method::get)] != 0) {
      return routes[number_of(Method::get)];
    }
    for (std::size_t i = 0; i < methods; ++i) {
      other_methods[i] = other_methods[i] || routes[i] != 0;
    }
    return 0;
  }

  // Each node of the tree belongs to one depth, so no node is visited twice, however the path
  // makes the search go back.
  std::size_t below(const Node& node, std::string_view path, std::size_t depth) {
    if (depth == deepest) {
      return rest_of(node, path);
    }
    const auto at_rest = path;
    bool more = false;
    const auto segment = next_segment(path, more);
    const auto child = std::ranges::lower_bound(node.statics, segment, {}, &Node::Static::segment);
    if (child != node.statics.end() && child->segment == segment) {
      if (const auto route = enter(*child->node, path, more, depth); route != 0) {
        return route;
      }
    }
    for (const auto& placeholder : node.placeholders) {
      if (segment.size() > placeholder.ending.size() && segment.ends_with(placeholder.ending)) {
        values[count++] = segment.substr(0, segment.size() - placeholder.ending.size());
        if (const auto route = enter(*placeholder.node, path, more, depth); route != 0) {
          return route;
        }
        --count;
      }
    }
    return rest_of(node, at_rest);
  }

  std::size_t enter(const Node& node, std::string_view path, bool more, std::size_t depth) {
    return more ? below(node, path, depth + 1) : choose(node.here);
  }

  std::size_t rest_of(const Node& node, std::string_view path) {
    const auto route = choose(node.rest);
    if (route != 0) {
      rest_begins = static_cast<std::size_t>(path.data() - whole.data());
      values[count++] = path;
    }
    return route;
  }

  std::string allowed() const {
    std::string names;
    const auto add = [&](std::string_view name) {
      names.append(names.empty() ? "" : ", ").append(name);
    };
    for (std::size_t i = 0; i < methods; ++i) {
      const bool as_get = i == number_of(Method::head) && other_methods[number_of(Method::get)];
      if (other_methods[i] || as_get) {
        add(method_names[i]);
      }
    }
    if (!names.empty() && !other_methods[number_of(Method::options)]) {
      add("OPTIONS");
    }
    return names;
  }
};

}  // namespace

Router::Router() : root_{std::make_unique<Node>()} {}
Router::~Router() = default;
Router::Router(Router&&) noexcept = default;
Router& Router::operator=(Router&&) noexcept = default;

void Router::add(std::vector<Route> routes) {
  for (auto& route : routes) {
    if (!route.path.starts_with('/')) {
      stop(route, "the path does not begin with a slash");
    }
    if (!route.refuse || (!route.handle && !route.at_once)) {
      stop(route, "there is no handler, or nothing that says refusals");
    }
    routes_.push_back(std::make_unique<const Route>(std::move(route)));
    const auto& added = *routes_.back();

    auto* node = root_.get();
    std::string_view path{added.path};
    path.remove_prefix(1);
    bool more = true;
    bool rest = false;
    for (std::size_t depth = 0; more; ++depth) {
      if (depth == deepest) {
        stop(added, "the path has too many segments");
      }
      const auto segment = next_segment(path, more);
      const auto close = segment.find('}');
      if (!segment.starts_with('{')) {
        if (segment.find_first_of("{}") != std::string_view::npos) {
          stop(added, "a placeholder begins its segment");
        }
        node = &node->static_child(segment);
      } else if (close == std::string_view::npos || close == 1 ||
                 segment.find('{', 1) != std::string_view::npos) {
        stop(added, "a placeholder is not closed, has no name, or is not alone in its segment");
      } else if (segment.ends_with("...}")) {
        if (more) {
          stop(added, "\"{rest...}\" is not the last segment");
        }
        rest = true;
      } else {
        node = &node->placeholder_child(segment.substr(close + 1));
      }
    }
    auto& place = (rest ? node->rest : node->here)[number_of(added.method)];
    if (place != 0) {
      stop(added, "another route has this method and path: " + routes_[place - 1]->path);
    }
    place = routes_.size();
  }
}

void Router::find(Method method, std::string_view path, Match& match) const {
  match.route = nullptr;
  match.allowed.clear();
  match.rest_begins = std::string::npos;
  match.values.clear();
  if (!path.starts_with('/')) {
    return;
  }
  Search<Node> search{.method = number_of(method), .whole = path};
  const auto number = search.below(*root_, path.substr(1), 0);
  if (number == 0) {
    match.allowed = search.allowed();
    return;
  }
  match.index = number - 1;
  match.route = routes_[match.index].get();
  match.rest_begins = search.rest_begins;
  match.values.assign(search.values.begin(),
                      search.values.begin() + static_cast<std::ptrdiff_t>(search.count));
}

std::string_view name_of(Method method) {
  return method_names.at(number_of(method));
}

}  // namespace http
