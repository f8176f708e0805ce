#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "http/endpoint.h"

namespace http {

// What a method and a path lead to.
struct Match {
  const Route* route = nullptr;
  std::size_t index = 0;  // of the route among Router::routes()
  PathValues values = {};
  std::string allowed = {};  // when only the method is wrong: "GET, HEAD, POST"

  // Where the value of "{rest...}" begins in the path, or npos: up to there, a path must not have
  // encoded slashes.
  std::size_t rest_begins = std::string::npos;
};

// All routes of the server as a tree of path segments. Built once, at start; afterwards any number
// of threads may look things up.
//
// Static segments come before "{ref}.crl", these before "{id}", and "{rest...}" comes last. A GET
// route answers HEAD as well.
class Router {
 public:
  Router();
  ~Router();
  Router(Router&&) noexcept;
  Router& operator=(Router&&) noexcept;

  // Stops the program when two routes have the same method and path, or a route cannot be right.
  void add(std::vector<Route> routes);

  // `path` is decoded. Reuses the memory of `match`.
  void find(Method method, std::string_view path, Match& match) const;

  // In the order in which they were added; they stay where they are.
  const std::vector<std::unique_ptr<const Route>>& routes() const { return routes_; }

 private:
  struct Node;

  std::unique_ptr<Node> root_;
  std::vector<std::unique_ptr<const Route>> routes_;
};

// "GET", as it stands in a request line.
std::string_view name_of(Method method);

}  // namespace http
