#include "service/ct_submission.h"

#include <algorithm>
#include <thread>

#include "base/fiber.h"
#include "base/log.h"
#include "crypto/digest.h"
#include "crypto/pem.h"
#include "net/url.h"
#include "storage/authority_store.h"
#include "storage/template_store.h"

namespace service {
namespace {

constexpr std::size_t most_logs = 10;

struct Chain {
  std::vector<std::string> chain;
};
BOOST_DESCRIBE_STRUCT(Chain, (), (chain))

std::expected<crypto::PublicKey, base::ParseError> key_of(const CtLog& log) {
  const auto der = crypto::der_from(base::as_bytes(log.public_key), "PUBLIC KEY");
  if (!der) {
    return std::unexpected(der.error());
  }
  auto key = crypto::PublicKey::from_spki(*der);
  if (key && key->type() == crypto::KeyType::ed25519) {
    return std::unexpected(base::ParseError{"RFC 6962 has no logs with a key of this kind"});
  }
  return key;
}

bool contains(const std::vector<std::int64_t>& list, std::int64_t id) {
  return std::ranges::find(list, id) != list.end();
}

void check_logs(const CtSettings& settings, std::vector<base::FieldError>& errors) {
  if (settings.logs.size() > most_logs) {
    errors.push_back({"logs", "has more than 10 logs"});
    return;
  }
  for (std::size_t i = 0; i < settings.logs.size(); ++i) {
    const auto& log = settings.logs[i];
    const auto at = "logs[" + std::to_string(i) + "].";
    if (log.name.empty() || log.name.size() > 100) {
      errors.push_back({at + "name", "has 1 to 100 characters"});
    }
    if (const auto url = net::Url::parse(log.url); !url || log.url.size() > 500) {
      errors.push_back({at + "url", url ? "has more than 500 characters" : url.error().reason});
    }
    if (const auto key = key_of(log); !key) {
      errors.push_back({at + "public_key", "not a log's public key in PEM: " + key.error().reason});
    }
  }
}

}  // namespace

CtSettings CtSubmission::change(const auth::Act& act, const CtSettings& settings) {
  std::vector<base::FieldError> errors;
  check_logs(settings, errors);
  const auto logs = static_cast<std::int64_t>(settings.logs.size());
  if (settings.required < 1 || settings.required > std::max<std::int64_t>(logs, 1)) {
    errors.push_back({"required", "not between 1 and the number of logs"});
  }
  if (settings.timeout_seconds < 1 || settings.timeout_seconds > 30) {
    errors.push_back({"timeout_seconds", "not between 1 and 30"});
  }
  if (settings.enabled && settings.logs.empty()) {
    errors.push_back({"logs", "are missing"});
  }
  const auto& trust = settings.ca_certificate;
  if (!trust.empty() &&
      (trust.size() > 100'000 || !x509::Certificate::parse_pem_or_der(base::as_bytes(trust)))) {
    errors.push_back({"ca_certificate", "not a certificate in PEM"});
  }
  database_.read([&](db::Session& session) {
    for (const auto number : settings.ca_ids) {
      const auto id = core::AuthorityId::from_number(number);
      if (!id || !storage::AuthorityStore{session}.find(*id)) {
        errors.push_back({"ca_ids", "there is no authority " + std::to_string(number)});
      }
    }
    for (const auto number : settings.template_ids) {
      const auto id = core::TemplateId::from_number(number);
      if (!id || !storage::TemplateStore{session}.find(*id)) {
        errors.push_back({"template_ids", "there is no template " + std::to_string(number)});
      }
    }
  });
  if (!errors.empty()) {
    throw base::Error{base::ErrorCode::invalid_request, std::move(errors)};
  }
  settings_.put(act, settings);
  return settings_.get();
}

bool CtSubmission::is_wanted(const Wanted& wanted) {
  const auto settings = settings_.get();
  return settings.enabled && wanted.source != core::Source::system &&
         (settings.ca_ids.empty() || contains(settings.ca_ids, wanted.authority_id.to_number())) &&
         (settings.template_ids.empty() ||
          (wanted.template_id && contains(settings.template_ids, wanted.template_id->to_number())));
}

x509::Extension CtSubmission::submit(const Issuer& issuer, const x509::TbsCertificate& tbs) {
  const auto settings = settings_.get();
  auto precertificate = tbs;
  precertificate.extensions.push_back(poison());
  Chain chain{{base::to_base64(x509::sign_certificate(precertificate, *issuer.signer))}};
  for (const auto& certificate : issuer.chain) {
    chain.chain.push_back(base::to_base64(certificate.der()));
  }
  const auto issuer_key_hash = crypto::sha256(issuer.certificate.spki());
  const auto outcomes = base::may_block(
      [&] { return ask(settings, json::to_text(chain), issuer_key_hash, x509::write_tbs(tbs)); });
  std::vector<SignedTimestamp> timestamps;
  std::string reasons;
  for (const auto& outcome : outcomes) {
    if (outcome.timestamp) {
      timestamps.push_back(*outcome.timestamp);
    } else {
      reasons += (reasons.empty() ? "" : "; ") + outcome.name + ": " + outcome.reason;
    }
  }
  if (!reasons.empty()) {
    base::log_warning("certificate transparency logs did not promise",
                      {{"serial", tbs.serial_number.to_string()}, {"reasons", reasons}});
  }
  if (static_cast<std::int64_t>(timestamps.size()) < settings.required) {
    throw base::Error{base::ErrorCode::unavailable,
                      "certificate transparency: " + std::to_string(timestamps.size()) + " of " +
                          std::to_string(outcomes.size()) + " logs promised, " +
                          std::to_string(settings.required) + " are required (" + reasons + ")"}
        .retry_after(60);
  }
  return timestamp_list(timestamps);
}

std::vector<CtSubmission::LogOutcome> CtSubmission::ask(const CtSettings& settings,
                                                        const std::string& body,
                                                        base::ByteView issuer_key_hash,
                                                        base::ByteView tbs) const {
  std::vector<LogOutcome> outcomes(settings.logs.size());
  const auto ask_one = [&](std::size_t i) {
    const auto& log = settings.logs[i];
    auto& outcome = outcomes[i];
    outcome.name = log.name;
    try {
      const bool slash = log.url.ends_with('/');
      const auto answer =
          post_({.url = log.url + (slash ? "ct/v1/add-pre-chain" : "/ct/v1/add-pre-chain"),
                 .headers = {{"Content-Type", base::Secret{"application/json"}}},
                 .body = body,
                 .trust_pem = settings.ca_certificate,
                 .time = std::chrono::seconds{settings.timeout_seconds}});
      if (!answer.is_success()) {
        outcome.reason =
            answer.status == 0 ? answer.reason : "it answered " + std::to_string(answer.status);
        return;
      }
      auto timestamp = read_timestamp(answer.body);
      if (timestamp) {
        if (const auto checked =
                check_timestamp(*timestamp, key_of(log).value(), issuer_key_hash, tbs);
            !checked) {
          outcome.reason = checked.error().reason;
          return;
        }
        outcome.timestamp = *std::move(timestamp);
      } else {
        outcome.reason = timestamp.error().reason;
      }
    } catch (const std::exception& error) {
      outcome.reason = error.what();
    }
  };
  std::vector<std::jthread> threads;
  for (std::size_t i = 1; i < outcomes.size(); ++i) {
    threads.emplace_back(ask_one, i);
  }
  if (!outcomes.empty()) {
    ask_one(0);
  }
  threads.clear();  // waits for each
  return outcomes;
}

}  // namespace service
