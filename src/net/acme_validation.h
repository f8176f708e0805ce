#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "core/acme/challenge.h"
#include "core/acme/problem.h"
#include "net/http_fetch.h"
#include "net/resolver.h"

namespace net {

struct AcmeValidationOptions {
  int http01_port = 80;
  int tlsalpn01_port = 443;  // also where redirects to https may lead
  std::vector<Network> allowed_targets = {};
  std::chrono::milliseconds time = std::chrono::seconds{10};  // of one attempt
};

// Looks whether an ACME client fulfilled its challenge: one attempt, made by the calling thread.
class AcmeValidator {
 public:
  struct Question {
    core::acme::ChallengeType type;
    std::string name;  // without the wildcard label
    std::string token;
    std::string key_authorization;  // token "." thumbprint
    bool wildcard = false;
    bool subdomains = false;  // the proof is to be good for all names below, too (RFC 9444)
    std::vector<std::string> caa_issuer_names = {};  // empty: CAA is not looked at
    std::string account_url = {};                    // for CAA's accounturi, and some challenges
    bool is_pre_authorized = false;                  // by no challenge; of interest to CAA
    std::vector<std::string> issuer_names = {};      // ours, for dns-persist-01
    std::string account_key_thumbprint = {};
    base::Time now = {};
  };

  struct Outcome {
    std::optional<core::acme::Problem> problem;  // nothing: the challenge is fulfilled
    bool may_pass_later = false;  // a time-out or a missing record: worth another attempt
    Trace trace = {};
    std::optional<base::Time> valid_until = std::nullopt;  // when the proof says so itself
  };

  AcmeValidator(Resolver& resolver, AcmeValidationOptions options)
      : resolver_{resolver}, options_{std::move(options)} {}

  Outcome validate(const Question& question);

  // CAA alone, for what was proven earlier: records may have changed since.
  Outcome look_at_caa(const Question& question);

  // Whether the name servers of a name answer what a validation would ask: addresses, TXT, CAA.
  // That there is nothing is an answer too.
  Outcome look_at_dns(const std::string& name);

  const AcmeValidationOptions& options() const { return options_; }

 private:
  Outcome validate_http01(const Question& question);
  // The digest of the key authorization in a TXT record of that name: dns-01 and dns-account-01.
  Outcome validate_txt(const Question& question, const std::string& name);
  Outcome validate_persist01(const Question& question);
  Outcome validate_tlsalpn01(const Question& question);
  void check_caa(const Question& question, Outcome& outcome);

  Resolver& resolver_;
  AcmeValidationOptions options_;
};

}  // namespace net
