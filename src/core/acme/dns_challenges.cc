#include "core/acme/dns_challenges.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/text.h"
#include "core/acme/issue_value.h"
#include "crypto/digest.h"

namespace core::acme {
namespace {

constexpr std::string_view acme_path = "/acme/";
constexpr std::size_t label_octets = 10;
constexpr std::size_t longest_number = 12;  // digits of a time; the year 30000

// RFC 4648, section 6, in lower case; for a multiple of five octets, which needs no padding.
std::string base32(base::ByteView octets) {
  constexpr std::string_view alphabet = "abcdefghijklmnopqrstuvwxyz234567";
  std::string text;
  for (std::size_t i = 0; i + 5 <= octets.size(); i += 5) {
    std::uint64_t bits = 0;
    for (std::size_t j = 0; j < 5; ++j) {
      bits = bits << 8 | octets[i + j];
    }
    for (int shift = 35; shift >= 0; shift -= 5) {
      text += alphabet[bits >> shift & 31];
    }
  }
  return text;
}

bool is_for(std::string_view uri, const PersistQuestion& question) {
  if (uri == question.account_url) {
    return true;
  }
  const auto prefix = account_hash_prefix(question.account_url);
  return prefix &&
         std::ranges::any_of(std::initializer_list<std::string_view>{question.name, "*"},
                             [&](std::string_view name) {
                               return uri == hashed_account_uri(*prefix, name,
                                                                question.account_key_thumbprint,
                                                                question.account_url);
                             });
}

std::optional<base::Time> read_time(std::string_view text) {
  const bool is_number = !text.empty() && text.size() <= longest_number &&
                         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
  if (!is_number) {
    return std::nullopt;
  }
  std::int64_t seconds = 0;
  for (const char c : text) {
    seconds = seconds * 10 + (c - '0');
  }
  return base::Time{std::chrono::seconds{seconds}};
}

// One record of ours: until when, or why not.
Result<std::optional<base::Time>> read_one(const IssueValue& value,
                                           const PersistQuestion& question) {
  const auto uri = value.parameters.find("accounturi");
  if (uri == value.parameters.end()) {
    return refuse(ProblemType::malformed, "the record has no accounturi");
  }
  std::optional<base::Time> until;
  if (const auto text = value.parameters.find("persistuntil"); text != value.parameters.end()) {
    until = read_time(text->second);
    if (!until) {
      return refuse(ProblemType::malformed,
                    "the record's persistUntil is not a number of seconds since 1970");
    }
  }
  if (!is_for(uri->second, question)) {
    return refuse(ProblemType::unauthorized,
                  "the record's accounturi is not that of this account, " + question.account_url);
  }
  if (until && *until <= question.now) {
    return refuse(ProblemType::unauthorized,
                  "the record's persistUntil is over since " + base::to_text(*until));
  }
  const auto policy = value.parameters.find("policy");
  const bool for_wildcards =
      policy != value.parameters.end() && base::equal_ignoring_case(policy->second, "wildcard");
  if (question.wildcard && !for_wildcards) {
    return refuse(ProblemType::unauthorized,
                  "the record has no policy=wildcard, so that it is not for wildcards");
  }
  return until;
}

std::string our_names(const PersistQuestion& question) {
  std::string list;
  for (const auto& name : question.issuer_names) {
    list += (list.empty() ? "" : ", ") + name;
  }
  return list;
}

}  // namespace

std::string dns_account01_name(std::string_view name, std::string_view account_url) {
  const auto digest = crypto::sha256(base::as_bytes(account_url));
  return "_" + base32(base::ByteView{digest}.first(label_octets)) + "._acme-challenge." +
         std::string{name};
}

std::string dns_persist01_name(std::string_view name) {
  return "_validation-persist." + std::string{name};
}

std::optional<std::string> account_hash_prefix(std::string_view url) {
  const auto at = url.find(acme_path);
  if (at == std::string_view::npos) {
    return std::nullopt;
  }
  return std::string{url.substr(0, at)} + "/acme/account-hash/";
}

std::string hashed_account_uri(std::string_view prefix, std::string_view name,
                               std::string_view account_key_thumbprint,
                               std::string_view account_url) {
  std::string octets(1, static_cast<char>(name.size()));
  octets.append(name).append(account_key_thumbprint).append(account_url);
  return std::string{prefix} + "sha-256/" +
         base::to_base64url(crypto::sha256(base::as_bytes(octets)));
}

Result<std::optional<base::Time>> read_persist01(const std::vector<std::string>& texts,
                                                 const PersistQuestion& question) {
  // The reason that is shown is that of the first record that is meant for us.
  std::optional<Problem> problem;
  for (const auto& text : texts) {
    const auto value = read_issue_value(text);
    const auto issuer = split_trimmed(text, ';').front();
    const bool is_ours = std::ranges::any_of(question.issuer_names, [&](const auto& name) {
      return base::equal_ignoring_case(issuer, name);
    });
    if (!is_ours) {
      continue;  // another CA's, or none of this kind
    }
    auto verdict = value ? read_one(*value, question)
                         : refuse(ProblemType::malformed,
                                  "the record is not an issuer's name and parameters, each once");
    if (verdict) {
      return verdict;
    }
    problem = problem ? problem : verdict.error();
  }
  if (!problem) {
    return refuse(ProblemType::unauthorized,
                  "there is no record that names this CA, as " + our_names(question));
  }
  return std::unexpected(*std::move(problem));
}

}  // namespace core::acme
