#include "net/acme_validation.h"

#include <algorithm>

#include "core/acme/dns_challenges.h"
#include "core/acme/subdomains.h"
#include "net/reach.h"

namespace net {
namespace {

using core::acme::Problem;
using core::acme::ProblemType;

// Where clients put the key authorization for http-01 (RFC 8555, section 8.3).
constexpr const char* well_known = "/.well-known/acme-challenge/";

std::string_view without_trailing_blanks(std::string_view text) {
  const auto last = text.find_last_not_of(" \t\r\n");
  return last == std::string_view::npos ? std::string_view{} : text.substr(0, last + 1);
}

ProblemType problem_type(FetchFailure failure) {
  switch (failure) {
    case FetchFailure::dns:
      return ProblemType::dns;
    case FetchFailure::tls:
      return ProblemType::tls;
    default:
      return ProblemType::connection;
  }
}

std::string quoted_list(const std::vector<std::string>& texts) {
  constexpr std::size_t most = 5;
  std::string list;
  for (std::size_t i = 0; i < std::min(texts.size(), most); ++i) {
    list += (i == 0 ? "\"" : ", \"") + printable(texts[i], 80) + "\"";
  }
  return texts.size() > most ? list + " and " + std::to_string(texts.size() - most) + " more"
                             : list;
}

// What came instead of the key authorization, without repeating it: a stranger chose whom we asked,
// and must not read through us what an inner web server says.
std::string describe(std::string_view body, const AcmeValidator::Question& question) {
  if (body.empty()) {
    return "an empty body";
  }
  if (body.starts_with(question.token + ".")) {
    return "the key authorization of another account";
  }
  if (body == question.token) {
    return "the bare token";
  }
  if (body.starts_with('<')) {
    return "a page of HTML";
  }
  return std::to_string(body.size()) + " octets of something else";
}

Problem unauthorized(std::string detail) {
  return {.type = ProblemType::unauthorized, .detail = std::move(detail)};
}

}  // namespace

AcmeValidator::Outcome AcmeValidator::validate(const Question& question) {
  auto outcome = [&] {
    switch (question.type) {
      case core::acme::ChallengeType::http_01:
        return validate_http01(question);
      case core::acme::ChallengeType::dns_01:
        return validate_txt(question, "_acme-challenge." + question.name);
      case core::acme::ChallengeType::dns_account_01:
        return validate_txt(question,
                            core::acme::dns_account01_name(question.name, question.account_url));
      case core::acme::ChallengeType::dns_persist_01:
        return validate_persist01(question);
      case core::acme::ChallengeType::tls_alpn_01:
        return validate_tlsalpn01(question);
    }
    return Outcome{.problem = unauthorized("there is no such challenge")};
  }();
  if (!outcome.problem && !question.caa_issuer_names.empty()) {
    check_caa(question, outcome);
  }
  return outcome;
}

AcmeValidator::Outcome AcmeValidator::validate_http01(const Question& question) {
  const Url url{
      .host = question.name, .port = options_.http01_port, .target = well_known + question.token};
  auto fetched = fetch(resolver_, url,
                       {.allowed_targets = options_.allowed_targets,
                        .further_ports = {options_.http01_port, options_.tlsalpn01_port},
                        .time = options_.time});
  Outcome outcome{.trace = std::move(fetched.trace)};
  const auto where = url.to_string() + (fetched.from.empty() ? "" : " at " + fetched.from);
  const auto body = without_trailing_blanks(fetched.body);
  if (fetched.failure != FetchFailure::none) {
    outcome.problem = Problem{.type = problem_type(fetched.failure), .detail = fetched.reason};
    outcome.may_pass_later =
        fetched.failure != FetchFailure::target && fetched.failure != FetchFailure::response;
  } else if (fetched.status != 200) {
    outcome.problem = unauthorized(where + " answered with status " +
                                   std::to_string(fetched.status) + " instead of 200");
    outcome.may_pass_later = true;
  } else if (body != question.key_authorization) {
    outcome.problem =
        unauthorized(where + " answered with " + describe(body, question) +
                     " instead of the key authorization \"" + question.key_authorization + "\"");
  }
  return outcome;
}

AcmeValidator::Outcome AcmeValidator::validate_txt(const Question& question,
                                                   const std::string& name) {
  const auto wanted = core::acme::dns01_record(question.key_authorization);
  const auto answer = resolver_.texts(name, options_.time);
  Outcome outcome;
  const bool found = answer.status == DnsStatus::records;
  const auto values = quoted_list(answer.records);
  const auto via =
      answer.canonical_name.empty() ? "" : " (through " + printable(answer.canonical_name) + ")";
  outcome.trace.push_back({"TXT records of " + name + via, found ? values : answer.reason});
  if (found && std::ranges::find(answer.records, wanted) != answer.records.end()) {
    return outcome;
  }
  outcome.may_pass_later = true;
  if (found) {
    outcome.problem = Problem{.type = ProblemType::incorrectResponse,
                              .detail = "the TXT records of " + name + via + " are " + values +
                                        "; none is \"" + wanted + "\""};
  } else {
    outcome.problem =
        Problem{.type = ProblemType::dns,
                .detail = "looking up the TXT records of " + name + via + ": " + answer.reason};
  }
  return outcome;
}

// draft-ietf-acme-dns-persist: the record was made for good, perhaps before there was an order.
AcmeValidator::Outcome AcmeValidator::validate_persist01(const Question& question) {
  const auto name = core::acme::dns_persist01_name(question.name);
  const auto answer = resolver_.texts(name, options_.time);
  Outcome outcome;
  const bool found = answer.status == DnsStatus::records;
  outcome.trace.push_back(
      {"TXT records of " + name, found ? quoted_list(answer.records) : answer.reason});
  if (!found) {
    outcome.may_pass_later = true;
    outcome.problem =
        Problem{.type = ProblemType::dns,
                .detail = "looking up the TXT records of " + name + ": " + answer.reason};
    return outcome;
  }
  auto verdict = core::acme::read_persist01(
      answer.records, {.name = question.name,
                       .wildcard = question.wildcard || question.subdomains,
                       .issuer_names = question.issuer_names,
                       .account_url = question.account_url,
                       .account_key_thumbprint = question.account_key_thumbprint,
                       .now = question.now});
  if (verdict) {
    outcome.valid_until = *verdict;
    return outcome;
  }
  outcome.may_pass_later = true;  // a zone that is being copied
  outcome.problem = std::move(verdict).error();
  outcome.problem->detail =
      name + ": " + outcome.problem->detail + "; there is " + quoted_list(answer.records);
  return outcome;
}

// RFC 8737, section 3: a handshake for that protocol alone, and the certificate is the answer.
AcmeValidator::Outcome AcmeValidator::validate_tlsalpn01(const Question& question) {
  const core::acme::Identifier identifier{.type = IpAddress::parse(question.name)
                                                      ? core::acme::IdentifierType::ip
                                                      : core::acme::IdentifierType::dns,
                                          .value = question.name};
  const auto deadline = std::chrono::steady_clock::now() + options_.time;
  Outcome outcome;
  auto reached = reach(resolver_, question.name, options_.tlsalpn01_port, options_.allowed_targets,
                       deadline, outcome.trace);
  if (!reached.stream) {
    outcome.problem = Problem{.type = problem_type(reached.failure), .detail = reached.reason};
    outcome.may_pass_later = reached.failure != FetchFailure::target;
    return outcome;
  }
  const auto server_name = core::acme::tls_alpn01_server_name(identifier);
  const auto asked = "TLS with " + reached.from + " as " + server_name + ", protocol acme-tls/1";
  auto& stream = *reached.stream;
  const auto started = stream.start_tls(server_name, deadline, "acme-tls/1");
  const auto obstacle = [&]() -> std::optional<Problem> {
    if (!started) {
      outcome.may_pass_later = true;
      return Problem{.type = ProblemType::tls, .detail = asked + ": " + started.error().reason};
    }
    if (stream.chosen_protocol() != "acme-tls/1") {
      outcome.may_pass_later = true;
      return unauthorized(asked + ": the server does not speak acme-tls/1");
    }
    const auto why = core::acme::tls_alpn01_obstacle(stream.peer_certificate(), identifier,
                                                     question.key_authorization);
    return why ? std::optional{unauthorized(asked + ": " + *why)} : std::nullopt;
  }();
  outcome.trace.push_back({asked, obstacle ? obstacle->detail.substr(asked.size() + 2)
                                           : "the certificate for this challenge"});
  outcome.problem = obstacle;
  return outcome;
}

AcmeValidator::Outcome AcmeValidator::look_at_dns(const std::string& name) {
  Outcome outcome;
  const auto note = [&](const std::string& what, const auto& answer, const std::string& found) {
    const bool answered = answer.status == DnsStatus::records ||
                          answer.status == DnsStatus::nodata ||
                          answer.status == DnsStatus::nxdomain;
    outcome.trace.push_back({what, answer.status == DnsStatus::records ? found : answer.reason});
    if (!answered && !outcome.problem) {
      outcome.problem = Problem{.type = ProblemType::dns, .detail = what + ": " + answer.reason};
    }
  };
  const auto addresses = resolver_.addresses(name, options_.time);
  std::vector<std::string> found;
  for (const auto& address : addresses.records) {
    found.push_back(address.to_string());
  }
  note("addresses of " + name, addresses, quoted_list(found));
  if (outcome.problem) {
    return outcome;  // the others would take as long to fail
  }
  const auto texts = resolver_.texts("_acme-challenge." + name, options_.time);
  note("TXT records of _acme-challenge." + name, texts, quoted_list(texts.records));
  const auto caa = resolver_.caa(name, options_.time);
  note("CAA records of " + name, caa, std::to_string(caa.records.size()) + " found");
  return outcome;
}

AcmeValidator::Outcome AcmeValidator::look_at_caa(const Question& question) {
  Outcome outcome;
  if (!question.caa_issuer_names.empty()) {
    check_caa(question, outcome);
  }
  return outcome;
}

void AcmeValidator::check_caa(const Question& question, Outcome& outcome) {
  if (IpAddress::parse(question.name)) {
    return;  // RFC 8738, section 7: CAA does not apply to addresses
  }
  for (const auto& name : core::acme::ancestors_of(question.name)) {
    const auto answer = resolver_.caa(name, options_.time);
    outcome.trace.push_back(
        {"CAA records of " + name, answer.status == DnsStatus::records
                                       ? std::to_string(answer.records.size()) + " found"
                                       : answer.reason});
    if (answer.status == DnsStatus::nxdomain || answer.status == DnsStatus::nodata) {
      continue;
    }
    if (answer.status != DnsStatus::records) {
      // Not to know is not to be allowed.
      outcome.problem =
          Problem{.type = ProblemType::dns,
                  .detail = "looking up the CAA records of " + name + ": " + answer.reason};
      outcome.may_pass_later = true;
      return;
    }
    const auto obstacle = core::acme::caa_obstacle(
        answer.records, {.issuer_names = question.caa_issuer_names,
                         .wildcard = question.wildcard,
                         .challenge_type = question.is_pre_authorized
                                               ? std::string{}
                                               : std::string{core::acme::wire_name(question.type)},
                         .account_url = question.account_url});
    if (obstacle) {
      outcome.problem = Problem{.type = ProblemType::caa, .detail = name + ": " + *obstacle};
    }
    return;
  }
}

}  // namespace net
