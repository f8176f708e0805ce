#include "core/acme/problem.h"

#include "core/acme/jws.h"
#include "json/json.h"

namespace core::acme {
namespace {

constexpr const char* urn_prefix = "urn:ietf:params:acme:error:";

void write_member(std::string& out, std::string_view name, std::string_view text) {
  json::write_text(out, name);
  out += ':';
  json::write_text(out, text);
}

int usual_status(ProblemType type) {
  switch (type) {
    case ProblemType::unauthorized:
    case ProblemType::caa:
    case ProblemType::orderNotReady:
    case ProblemType::userActionRequired:
    case ProblemType::externalAccountRequired:
      return 403;
    case ProblemType::alreadyReplaced:
      return 409;  // RFC 9773, section 5
    case ProblemType::rateLimited:
      return 429;
    case ProblemType::serverInternal:
      return 500;
    default:
      return 400;
  }
}

}  // namespace

Problem combine(std::vector<Subproblem> subproblems) {
  if (subproblems.size() == 1) {
    auto& only = subproblems.front();
    return {.type = only.type, .detail = std::move(only.detail)};
  }
  auto type = subproblems.front().type;
  std::string detail = "several identifiers are refused: ";
  for (const auto& subproblem : subproblems) {
    if (subproblem.type != type) {
      type = ProblemType::compound;
    }
    detail += (&subproblem == &subproblems.front() ? "" : "; ") + subproblem.detail;
  }
  return {.type = type, .detail = std::move(detail), .subproblems = std::move(subproblems)};
}

std::string urn(ProblemType type) {
  return std::string{urn_prefix} + boost::describe::enum_to_string(type, "serverInternal");
}

int status_of(const Problem& problem) {
  return problem.status != 0 ? problem.status : usual_status(problem.type);
}

std::string to_json(const Problem& problem) {
  std::string out = "{";
  write_member(out, "type", urn(problem.type));
  out += ',';
  write_member(out, "detail", problem.detail);
  out += ",\"status\":" + std::to_string(status_of(problem));
  if (problem.type == ProblemType::badSignatureAlgorithm) {
    // RFC 8555, section 6.2: "the list of algorithms that the server supports".
    out += ",\"algorithms\":[";
    for (const auto& name : accepted_algorithm_names()) {
      out += out.ends_with('[') ? "" : ",";
      json::write_text(out, name);
    }
    out += ']';
  }
  if (!problem.subproblems.empty()) {
    out += ",\"subproblems\":[";
    for (const auto& subproblem : problem.subproblems) {
      out += out.ends_with('[') ? "{" : ",{";
      write_member(out, "type", urn(subproblem.type));
      out += ',';
      write_member(out, "detail", subproblem.detail);
      if (subproblem.identifier) {
        out += ",\"identifier\":";
        json::write(out, *subproblem.identifier);
      }
      out += '}';
    }
    out += ']';
  }
  out += '}';
  return out;
}

}  // namespace core::acme
