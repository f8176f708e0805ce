#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "auth/access.h"
#include "auth/caller.h"
#include "base/clock.h"
#include "http/form.h"
#include "http/message.h"
#include "json/json.h"

namespace http {

// Classes of rate limits; the settings say what each allows.
enum class Limit { standard, strict, sign_in, protocol, unlimited };

// A method that the compiler knows: whether an endpoint reads a query or a body depends on it.
template <Method method>
struct Verb {
  static constexpr Method value = method;
  static constexpr bool has_body = method != Method::get && method != Method::delete_;
};

inline constexpr Verb<Method::get> get;
inline constexpr Verb<Method::post> post;
inline constexpr Verb<Method::put> put;
inline constexpr Verb<Method::patch> patch;
inline constexpr Verb<Method::delete_> delete_;

// Who calls, as what, and when.
struct Call {
  const auth::Caller& caller;
  const auth::Act& act;
  base::Time now;
  const Request& request;
};

// One endpoint, whole. The handler is a method of the resource, and its parameters say what the
// endpoint reads: the Call, then one value per placeholder of the path, then at most one described
// struct, which is the query of a GET or DELETE and the JSON body otherwise. The result says what
// the endpoint answers: a described struct, a list, Done, Created, Page, File, Stream, or void for
// 204.
template <class Verb, class Handler>
struct Endpoint {
  Verb method;
  std::string_view path;
  std::string_view summary;
  auth::Access access;
  Limit limit = Limit::standard;
  std::string_view action = {};              // of the audit log; empty for reads
  std::vector<std::string> file_types = {};  // the media types of a File, each that there may be
  bool is_quick = false;                     // see Route
  Handler handler;
};

// Says something to the person, beside the data; may set headers (cookies).
template <class T>
struct Done {
  T data;
  std::string message;
  std::vector<Header> headers = {};
};

struct Message {
  std::string message;
  std::vector<Header> headers = {};
};

template <class T>
struct Created {
  T data;
  std::string message;
};

// One page of a list. A total beyond what is worth counting is a lower bound.
template <class T>
struct Page {
  std::vector<T> items;
  std::int64_t total;
  int page;
  int per_page;
  bool total_is_exact = true;
  std::string next_cursor = {};
};

// An answer that has the dialect's fields but no envelope: health, for load balancers.
template <class T>
struct Bare {
  T data;
  int status = 200;
};

// A download.
struct File {
  std::string name;
  std::string content_type;
  std::string content;
};

// A download of any length: its content is made while it is sent.
struct Stream {
  std::string name;
  std::string content_type;
  Parts parts;
};

// What an endpoint says, before its surface dresses it.
struct Answer {
  enum class Kind { data, nothing, bare, file };
  Kind kind = Kind::data;
  int status = 200;
  std::string data = {};  // JSON, or the content of a file
  std::string message = {};
  std::string meta = {};  // JSON
  std::vector<Header> headers = {};
  std::string file_name = {};
  std::string content_type = {};
  Parts parts = nullptr;  // of a file, instead of data
};

// What the API description says about a route.
struct Description {
  boost::json::object query_schema = {};  // an object whose properties are the parameters
  boost::json::object body_schema = {};
  // Of a body_schema that is not empty; a form_type may come as JSON as well.
  std::string body_type = "application/json";
  boost::json::object data_schema = {};  // before the surface dresses it
  Answer::Kind kind = Answer::Kind::data;
  int status = 200;
  bool paged = false;
  std::vector<std::string> file_types = {};  // of Kind::file, or of a protocol's answer
  std::vector<std::pair<std::string, boost::json::object>> path_parameters = {};
};

using PathValues = std::vector<std::string>;  // of the placeholders, in order

// A route: an endpoint without its types, or an entry of a protocol. What routing, permission
// checks, rate limits, auditing, metrics and the OpenAPI document work from.
struct Route {
  Method method;
  std::string path;  // "/api/v2/certificates/{id}"; a placeholder is one segment, "{rest...}" many,
                     // and "{ref}.crl" the part of a segment before a fixed ending
  std::string summary;
  std::string tag;  // the group in the description: "Certificates"
  auth::Access access;
  Limit limit = Limit::standard;
  std::string action = {};
  std::size_t body_limit = 1 << 20;
  bool on_plain_http = false;  // served on the plain HTTP port as well
  bool described = true;       // in the OpenAPI document
  Description description = {};

  // Runs on a worker, may block, and refuses by throwing base::Error.
  std::function<Response(const Call&, const PathValues&)> handle = {};

  // Takes about as long as a signature, and whatever it waits for knows fibers (base/fiber.h): it
  // may run where the request was read.
  bool is_quick = false;

  // Runs first, on the I/O thread, and must not block: an answer that is ready, or nothing.
  std::function<std::optional<Response>(const Request&)> at_once = {};

  // How the route says that a request was refused; never empty once added to a router.
  std::function<Response(const base::Error&, const Request&)> refuse = {};
};

// One API of the server: its prefix, how answers and errors are dressed, and what it does with
// unknown fields. Its endpoints know none of that.
struct Surface {
  std::string prefix;
  json::Unknown unknown_fields = json::Unknown::refuse;
  std::function<Response(const Answer&)> dress;
  std::function<Response(const base::Error&, const Request&)> refuse;
  // The schema of a whole answer, from that of its data.
  std::function<boost::json::object(const Description&)> envelope;
  std::vector<Route> routes = {};
  // The schema of a refusal, for the API description, and its media type.
  boost::json::object error_schema = {};
  std::string error_type = "application/problem+json";
};

namespace detail {

template <class T, class Verb>
T bind(const Call& call, const PathValues& path, std::size_t& next, json::Unknown unknown) {
  if constexpr (base::TextValue<T> || base::NumberValue<T> || std::is_same_v<T, std::string>) {
    json::Reading reading;
    auto value = json::read_text<T>(path.at(next++), reading, "path");
    if (!value) {
      // What has no valid name cannot exist.
      throw base::Error{base::ErrorCode::not_found, reading.errors.front().reason};
    }
    return *std::move(value);
  } else if constexpr (Verb::has_body && FormBody<T>) {
    return read_form<T>(call.request, unknown);
  } else if constexpr (Verb::has_body) {
    // An endpoint all of whose fields are optional may be called without a body.
    return json::parse<T>(call.request.body.empty() ? "{}" : call.request.body, unknown);
  } else {
    return json::read_query<T>(call.request.query);
  }
}

// How each kind of result is said; the primary template takes described structs and lists.
template <class T>
struct Say {
  using Data = T;
  static constexpr auto kind = Answer::Kind::data;
  static constexpr int status = 200;
  static constexpr bool paged = false;
  static Answer of(const T& data) { return {.data = json::to_text(data)}; }
};

template <class T>
struct Say<Done<T>> : Say<T> {
  static Answer of(const Done<T>& done) {
    return {.data = json::to_text(done.data), .message = done.message, .headers = done.headers};
  }
};

template <>
struct Say<Message> {
  using Data = void;
  static constexpr auto kind = Answer::Kind::data;
  static constexpr int status = 200;
  static constexpr bool paged = false;
  static Answer of(const Message& said) {
    return {.message = said.message, .headers = said.headers};
  }
};

template <class T>
struct Say<Created<T>> : Say<T> {
  static constexpr int status = 201;
  static Answer of(const Created<T>& created) {
    return {.status = 201, .data = json::to_text(created.data), .message = created.message};
  }
};

struct PageMeta {
  std::int64_t total;
  int page;
  int per_page;
  std::int64_t total_pages;
  bool total_is_exact;
  std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(PageMeta, (),
                      (total, page, per_page, total_pages, total_is_exact, next_cursor))

template <class T>
struct Say<Page<T>> {
  using Data = std::vector<T>;
  static constexpr auto kind = Answer::Kind::data;
  static constexpr int status = 200;
  static constexpr bool paged = true;
  static Answer of(const Page<T>& page) {
    const PageMeta meta{
        .total = page.total,
        .page = page.page,
        .per_page = page.per_page,
        .total_pages = (page.total + page.per_page - 1) / page.per_page,
        .total_is_exact = page.total_is_exact,
        .next_cursor = page.next_cursor.empty() ? std::nullopt : std::optional{page.next_cursor}};
    return {.data = json::to_text(page.items), .meta = json::to_text(meta)};
  }
};

template <class T>
struct Say<Bare<T>> : Say<T> {
  static constexpr auto kind = Answer::Kind::bare;
  static Answer of(const Bare<T>& bare) {
    return {.kind = kind, .status = bare.status, .data = json::to_text(bare.data)};
  }
};

template <>
struct Say<File> {
  using Data = void;
  static constexpr auto kind = Answer::Kind::file;
  static constexpr int status = 200;
  static constexpr bool paged = false;
  static Answer of(const File& file) {
    return {.kind = kind,
            .data = file.content,
            .file_name = file.name,
            .content_type = file.content_type};
  }
};

template <>
struct Say<Stream> : Say<File> {
  static Answer of(const Stream& stream) {
    return {.kind = kind,
            .file_name = stream.name,
            .content_type = stream.content_type,
            .parts = stream.parts};
  }
};

// The names of the placeholders of a path, in order.
std::vector<std::string> placeholders(std::string_view path);

// Stops the program at start when an entry is not right: "{id}" without a parameter for it, a file
// without media types.
void check_route(const Route& route, std::size_t path_parameters);

}  // namespace detail

// Endpoints that share what they work with: `Api` holds it, and its methods are the handlers.
template <class Api>
class Resource {
 public:
  // `tag` groups the endpoints in the API description.
  Resource(Surface& surface, std::string_view tag, Api api)
      : surface_{surface}, tag_{tag}, api_{std::make_shared<const Api>(std::move(api))} {}

  template <class Verb, class Handler>
  void add(const Endpoint<Verb, Handler>& endpoint) {
    add(endpoint, endpoint.handler);
  }

 private:
  template <class Verb, class Handler, class Result, class... Parameters>
  void add(const Endpoint<Verb, Handler>& endpoint,
           Result (Api::*handler)(const Call&, Parameters...) const) {
    Route route{.method = Verb::value,
                .path = surface_.prefix + std::string{endpoint.path},
                .summary = std::string{endpoint.summary},
                .tag = tag_,
                .access = endpoint.access,
                .limit = endpoint.limit,
                .action = std::string{endpoint.action},
                .description = {.file_types = endpoint.file_types},
                .is_quick = endpoint.is_quick};
    describe<Verb, Result, std::decay_t<Parameters>...>(route);
    route.handle = [api = api_, handler, unknown = surface_.unknown_fields, dress = surface_.dress](
                       const Call& call, const PathValues& path) {
      [[maybe_unused]] std::size_t next = 0;
      // In braces, so that the parameters are bound from left to right.
      std::tuple<std::decay_t<Parameters>...> arguments{
          detail::bind<std::decay_t<Parameters>, Verb>(call, path, next, unknown)...};
      const auto invoke = [&](const auto&... values) { return (*api.*handler)(call, values...); };
      if constexpr (std::is_void_v<Result>) {
        std::apply(invoke, arguments);
        return dress(Answer{.kind = Answer::Kind::nothing, .status = 204});
      } else {
        return dress(detail::Say<Result>::of(std::apply(invoke, arguments)));
      }
    };
    route.refuse = surface_.refuse;
    surface_.routes.push_back(std::move(route));
  }

  template <class Verb, class Result, class... Parameters>
  void describe(Route& route) {
    auto& description = route.description;
    const auto names = detail::placeholders(route.path);
    std::size_t path_parameters = 0;
    (describe_input<Verb, Parameters>(description, names, path_parameters), ...);
    if constexpr (std::is_void_v<Result>) {
      description.kind = Answer::Kind::nothing;
      description.status = 204;
    } else {
      using Said = detail::Say<Result>;
      description.kind = Said::kind;
      description.status = Said::status;
      description.paged = Said::paged;
      if constexpr (!std::is_void_v<typename Said::Data>) {
        description.data_schema = json::schema<typename Said::Data>();
      }
    }
    detail::check_route(route, path_parameters);
  }

  template <class Verb, class Parameter>
  static void describe_input(Description& description, const std::vector<std::string>& names,
                             std::size_t& path_parameters) {
    if constexpr (!json::Described<Parameter>) {
      if (path_parameters < names.size()) {
        description.path_parameters.emplace_back(names[path_parameters], json::schema<Parameter>());
      }
      ++path_parameters;
    } else if constexpr (Verb::has_body) {
      description.body_schema = json::schema<Parameter>();
      if constexpr (FormBody<Parameter>) {
        description.body_type = form_type;
      }
    } else {
      description.query_schema = json::schema<Parameter>();
      description.query_schema.erase("required");  // every query parameter may be left out
    }
  }

  Surface& surface_;
  std::string tag_;
  std::shared_ptr<const Api> api_;
};

}  // namespace http
