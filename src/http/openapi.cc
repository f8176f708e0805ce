#include "http/openapi.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "http/router.h"
#include "http/serialize.h"

namespace http {
namespace {

namespace bj = boost::json;

std::string text_of(bj::string_view text) {
  return {text.data(), text.size()};
}

bool is_title_character(char c) {
  return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '_';
}

// The schemas of components: each described struct stands there once, under its title.
class Schemas {
 public:
  // The same schema with every titled object in it replaced by a reference.
  bj::value hoist(const bj::value& schema) {
    if (const auto* list = schema.if_array()) {
      bj::array out;
      for (const auto& item : *list) {
        out.push_back(hoist(item));
      }
      return out;
    }
    if (!schema.is_object()) {
      return schema;
    }
    bj::object out;
    for (const auto& [key, value] : schema.get_object()) {
      out[key] = key == "enum" || key == "required" ? value : hoist(value);
    }
    return is_titled(out) ? place(std::move(out)) : bj::value(std::move(out));
  }

  bj::object take() { return std::move(schemas_); }

 private:
  static bool is_titled(const bj::object& schema) {
    return schema.contains("properties") && schema.contains("title") &&
           schema.at("title").is_string() && schema.contains("type");
  }

  bj::value place(bj::object schema) {
    // What is said about the place belongs to the place.
    bj::value description;
    if (const auto* found = schema.if_contains("description")) {
      description = *found;
      schema.erase("description");
    }
    const bool nullable = schema.at("type").is_array();
    if (nullable) {
      schema["type"] = "object";
    }
    bj::object reference{{"$ref", "#/components/schemas/" + name_of(schema)}};
    if (nullable) {
      reference = {{"anyOf", bj::array{reference, {{"type", "null"}}}}};
    }
    if (!description.is_null()) {
      reference["description"] = description;
    }
    return reference;
  }

  // The title, with a number when another schema has it already.
  std::string name_of(const bj::object& schema) {
    auto title = text_of(schema.at("title").get_string());
    std::erase_if(title, [](char c) { return !is_title_character(c); });
    auto name = title;
    for (int number = 2; schemas_.contains(name); ++number) {
      if (schemas_.at(name) == schema) {
        return name;
      }
      name = title + std::to_string(number);
    }
    schemas_[name] = schema;
    return name;
  }

  bj::object schemas_;
};

bj::object header(std::string_view description) {
  return {{"description", std::string{description}}, {"schema", {{"type", "integer"}}}};
}

// The responses of components: refusals, which all routes of a surface have in common.
class Refusals {
 public:
  // A reference to what is answered with this status.
  bj::object refer(int status, const bj::object& content) {
    static const std::map<int, std::string> names = {
        {400, "BadRequest"},      {401, "Unauthenticated"}, {403, "Forbidden"},
        {404, "NotFound"},        {409, "Conflict"},        {413, "TooLarge"},
        {429, "TooManyRequests"}, {500, "InternalError"},   {503, "Unavailable"}};
    static const std::map<int, std::string> descriptions = {
        {400, "The request is not valid; details name what is wrong."},
        {401, "Nobody is signed in, or the credential is not valid."},
        {403, "The caller lacks the permission, or the CSRF token is missing."},
        {404, "There is no such thing."},
        {409, "The state of things does not allow it."},
        {413, "The body is too large."},
        {429, "Too many requests; Retry-After says when to come back."},
        {500, "A failure of the server; the reference is in its log."},
        {503, "The server is busy; Retry-After says when to come back."}};
    bj::object response{{"description", descriptions.at(status)}};
    if (status == 429) {
      response["headers"] = {{"Retry-After", header("Seconds to wait.")},
                             {"X-RateLimit-Limit", header("Requests per minute.")},
                             {"X-RateLimit-Remaining", header("Requests that are left now.")},
                             {"X-RateLimit-Reset", header("Seconds until all are back.")}};
    } else if (status == 503) {
      response["headers"] = {{"Retry-After", header("Seconds to wait.")}};
    }
    if (!content.empty()) {
      response["content"] = content;
    }
    auto name = names.at(status);
    for (int number = 2; responses_.contains(name) && responses_.at(name) != response; ++number) {
      name = names.at(status) + std::to_string(number);
    }
    responses_[name] = std::move(response);
    return {{"$ref", "#/components/responses/" + name}};
  }

  bj::object take() { return std::move(responses_); }

 private:
  bj::object responses_;
};

std::string_view name_of(Limit limit) {
  switch (limit) {
    case Limit::standard:
      return "standard";
    case Limit::strict:
      return "strict";
    case Limit::sign_in:
      return "sign_in";
    case Limit::protocol:
      return "protocol";
    case Limit::unlimited:
      break;
  }
  return "unlimited";
}

// "{rest...}" is ours alone.
std::string path_of(const Route& route) {
  auto path = route.path;
  if (const auto dots = path.find("...}"); dots != std::string::npos) {
    path.erase(dots, 3);
  }
  return path;
}

// "post_v2_certificates_id_revoke": from the path, so it stays as long as the path does.
std::string operation_id(const Route& route) {
  auto id = base::lower(name_of(route.method));
  auto path = path_of(route);
  if (path.starts_with("/api/")) {
    path.erase(0, 4);
  }
  for (const char c : path) {
    if (is_title_character(c)) {
      id += c;
    } else if (id.back() != '_' && c != '}') {
      id += '_';
    }
  }
  while (id.ends_with('_')) {
    id.pop_back();
  }
  return id;
}

bool reads(Method method) {
  return method == Method::get || method == Method::head;
}

// A parameter that is left out is not null.
bj::object without_null(bj::object schema) {
  if (auto* types = schema.if_contains("type"); types != nullptr && types->is_array()) {
    const auto kept = types->get_array().at(0);
    schema["type"] = kept;
  }
  if (auto* names = schema.if_contains("enum"); names != nullptr && names->is_array()) {
    auto& list = names->get_array();
    list.erase(std::remove_if(list.begin(), list.end(), [](const auto& v) { return v.is_null(); }),
               list.end());
  }
  return schema;
}

// One document in the making.
class Document {
 public:
  explicit Document(const ApiInfo& info) : info_{info} {}

  void add(const Route& route, const Surface* surface) {
    if (!route.described) {
      return;
    }
    auto& path = paths_[path_of(route)];
    if (path.is_null()) {
      path.emplace_object();
    }
    path.get_object()[base::lower(name_of(route.method))] = operation(route, surface);
    if (!route.tag.empty() && tag_names_.insert(route.tag).second) {
      tags_.push_back({{"name", route.tag}, {"description", route.tag + " of the API."}});
    }
  }

  bj::object finish() {
    bj::object components;
    components["securitySchemes"] = security_schemes();
    components["responses"] = refusals_.take();
    components["schemas"] = schemas_.take();
    return {{"openapi", "3.1.0"},
            {"info",
             {{"title", info_.title},
              {"version", info_.version},
              {"description", info_.description},
              {"license", {{"name", "Apache License 2.0"}, {"identifier", "Apache-2.0"}}}}},
            {"servers", bj::array{bj::object{{"url", info_.server_url}}}},
            {"tags", std::move(tags_)},
            {"paths", std::move(paths_)},
            {"components", std::move(components)}};
  }

 private:
  bj::object security_schemes() const {
    return {
        {"session",
         {{"type", "apiKey"},
          {"in", "cookie"},
          {"name", info_.session_cookie.empty() ? "session" : info_.session_cookie},
          {"description", "The session's cookie, which signing in sets."}}},
        {"csrf",
         {{"type", "apiKey"},
          {"in", "header"},
          {"name", "X-CSRF-Token"},
          {"description",
           "The session's CSRF token, which signing in answers; for all that changes something."}}},
        {"api_key",
         {{"type", "apiKey"},
          {"in", "header"},
          {"name", "X-API-Key"},
          {"description", "An API key; it may do at most what its owner may."}}},
        {"bearer",
         {{"type", "http"},
          {"scheme", "bearer"},
          {"description",
           "The token that POST /api/auth/login answers: a session without a cookie."}}}};
  }

  bj::object operation(const Route& route, const Surface* surface) {
    bj::object out;
    out["operationId"] = unique(operation_id(route));
    out["summary"] = route.summary.empty() ? route.path : route.summary;
    if (!route.tag.empty()) {
      out["tags"] = bj::array{bj::string{route.tag}};
    }
    out["security"] = security(route);
    if (auto list = parameters(route); !list.empty()) {
      out["parameters"] = std::move(list);
    }
    const auto& description = route.description;
    if (!description.body_schema.empty()) {
      const auto schema = schemas_.hoist(description.body_schema);
      bj::object content{{description.body_type, {{"schema", schema}}}};
      if (description.body_type == form_type) {
        content["application/json"] = {{"schema", schema}};
      }
      out["requestBody"] = {{"required", description.body_schema.contains("required")},
                            {"content", std::move(content)}};
    }
    out["responses"] = responses(route, surface);
    if (const auto& permissions = route.access.all_of(); permissions.size() == 1) {
      out["x-permission"] = permissions.front().name();
    } else if (permissions.size() > 1) {
      bj::array names;
      for (const auto& permission : permissions) {
        names.push_back(bj::string{permission.name()});
      }
      out["x-permission"] = std::move(names);
    }
    out["x-rate-limit-class"] = name_of(route.limit);
    if (!route.action.empty()) {
      out["x-audit-action"] = route.action;
    }
    return out;
  }

  std::string unique(const std::string& id) {
    auto name = id;
    for (int number = 2; !operation_ids_.insert(name).second; ++number) {
      name = id + "_" + std::to_string(number);
    }
    return name;
  }

  static bj::array security(const Route& route) {
    if (route.access.to_strangers()) {
      return {};
    }
    bj::object session{{"session", bj::array{}}};
    if (!reads(route.method)) {
      session["csrf"] = bj::array{};
    }
    return {std::move(session), bj::object{{"api_key", bj::array{}}},
            bj::object{{"bearer", bj::array{}}}};
  }

  bj::array parameters(const Route& route) {
    bj::array out;
    const auto& described = route.description.path_parameters;
    for (const auto& name : detail::placeholders(route.path)) {
      const auto found =
          std::ranges::find(described, name, &std::pair<std::string, boost::json::object>::first);
      out.push_back({{"name", name},
                     {"in", "path"},
                     {"required", true},
                     {"schema", found == described.end() ? bj::value(bj::object{{"type", "string"}})
                                                         : schemas_.hoist(found->second)}});
    }
    const auto* properties = route.description.query_schema.if_contains("properties");
    if (properties == nullptr) {
      return out;
    }
    for (const auto& [name, schema] : properties->as_object()) {
      out.push_back({{"name", name},
                     {"in", "query"},
                     {"required", false},
                     {"schema", schemas_.hoist(without_null(schema.as_object()))}});
    }
    return out;
  }

  bj::object responses(const Route& route, const Surface* surface) {
    const auto& description = route.description;
    bj::object out;
    out[std::to_string(description.status)] = success(description, surface);
    bj::object content;
    if (surface != nullptr && !surface->error_schema.empty()) {
      content[surface->error_type] = {{"schema", schemas_.hoist(surface->error_schema)}};
    }
    const bool has_body = !description.body_schema.empty();
    const bool has_place = route.path.find('{') != std::string::npos;
    const auto add = [&](int status, bool applies) {
      if (applies) {
        out[std::to_string(status)] = refusals_.refer(status, content);
      }
    };
    add(400, true);
    add(401, !route.access.to_strangers());
    add(403,
        !route.access.all_of().empty() || (!route.access.to_strangers() && !reads(route.method)));
    add(404, has_place || (has_body && surface != nullptr));  // the body may name things as well
    add(409, !reads(route.method) && surface != nullptr);
    add(413, has_body);
    add(429, route.limit != Limit::unlimited);
    add(500, true);
    add(503, true);
    return out;
  }

  bj::object success(const Description& description, const Surface* surface) {
    bj::object out{{"description", std::string{reason_phrase(description.status)}}};
    bj::object content;
    if (description.kind == Answer::Kind::file) {
      for (const auto& type : description.file_types) {
        content[type] = {{"schema", type.ends_with("json")
                                        ? bj::object{}
                                        : bj::object{{"type", "string"}, {"format", "binary"}}}};
      }
    } else if (description.kind != Answer::Kind::nothing) {
      const auto schema = surface != nullptr && surface->envelope ? surface->envelope(description)
                                                                  : description.data_schema;
      content["application/json"] = {{"schema", schemas_.hoist(schema)}};
    }
    if (!content.empty()) {
      out["content"] = std::move(content);
    }
    return out;
  }

  const ApiInfo& info_;
  Schemas schemas_;
  Refusals refusals_;
  bj::object paths_;
  bj::array tags_;
  std::set<std::string> tag_names_;
  std::set<std::string> operation_ids_;
};

}  // namespace

boost::json::object openapi(const ApiInfo& info, std::span<const Surface* const> surfaces,
                            std::span<const Route> others) {
  Document document{info};
  for (const auto* surface : surfaces) {
    for (const auto& route : surface->routes) {
      document.add(route, surface);
    }
  }
  for (const auto& route : others) {
    document.add(route, nullptr);
  }
  return document.finish();
}

}  // namespace http
