#include "service/authority_requests.h"

#include <algorithm>

#include "service/key_making.h"
#include "storage/authority_certificate_store.h"
#include "storage/authority_store.h"

namespace service {
namespace {

constexpr int most_requests = 500;

struct About {
  std::string subject;
  std::string key_type;
  std::optional<core::AuthorityId> authority_id;
};
BOOST_DESCRIBE_STRUCT(About, (), (subject, key_type, authority_id))

About about(const core::AuthorityRequest& request) {
  return {request.subject, request.key_type, request.authority_id};
}

[[noreturn]] void refuse_unknown() {
  throw base::Error{base::ErrorCode::not_found, "no request has this id"};
}

[[noreturn]] void refuse_answer(std::string reason) {
  throw base::Error{base::ErrorCode::invalid_request,
                    {base::FieldError{"certificate", std::move(reason)}}};
}

// The answer to a request: the certificate over its key.
x509::Certificate answer_in(const ImportContent& content, const x509::CertificateRequest& csr) {
  const auto found = std::ranges::find_if(content.certificates, [&](const auto& each) {
    return std::ranges::equal(each.spki(), csr.spki());
  });
  if (found == content.certificates.end()) {
    refuse_answer("holds no certificate over the key of the request");
  }
  if (!found->is_ca()) {
    refuse_answer("is not the certificate of an authority: CA is not set in it");
  }
  return *found;
}

x509::CertificateRequest parsed(const core::AuthorityRequest& request) {
  return x509::CertificateRequest::parse(request.der).value();
}

}  // namespace

core::AuthorityRequest AuthorityRequests::create(const auth::Act& act,
                                                 const Authorities::NewAuthority& order) {
  auto wanted = order;
  wanted.type = core::AuthorityType::intermediate;
  wanted.parent_id = std::nullopt;
  const auto key = make_key(authorities_.key_kind(wanted));
  const auto decided = authorities_.order_for(wanted, key.public_key());
  // Nobody above it is known, so that what they forbid is for them to say.
  if (auto problems = core::problems_of(decided, std::nullopt, std::nullopt, clock_.now());
      !problems.empty()) {
    throw base::Error{base::ErrorCode::invalid_request, std::move(problems)};
  }
  auto der = x509::make_request({.subject = decided.subject,
                                 .extensions = core::own_extensions(decided),
                                 .challenge_password = {}},
                                crypto::KeySigner{key});
  return keep(act,
              {.id = core::AuthorityRequestId::from_number(1).value(),
               .name = order.name.empty() ? decided.subject.common_name().value_or("") : order.name,
               .subject = decided.subject.to_string(),
               .key_type = key.public_key().name(),
               .key_id = std::nullopt,
               .authority_id = std::nullopt,
               .issuing = core::to_text(order.options),
               .created_at = clock_.now(),
               .created_by = act.by,
               .der = std::move(der)},
              &key);
}

core::AuthorityRequest AuthorityRequests::renewal_of(const auth::Act& act,
                                                     const core::AuthorityId& id) {
  const auto issuer = authorities_.issuer(id);
  if (!issuer->signer) {
    throw base::Error{base::ErrorCode::conflict, "the key of this authority is not here"};
  }
  const auto order =
      core::order_of(issuer->certificate, issuer->signer->public_key(), std::chrono::days{1});
  if (order.subject.to_der() != order.subject_der) {
    throw base::Error{base::ErrorCode::conflict,
                      "its name is encoded in a way that a request would not keep, and what it "
                      "issued would no longer find it: renew it where it was made"};
  }
  auto der = x509::make_request({.subject = order.subject,
                                 .extensions = core::own_extensions(order),
                                 .challenge_password = {}},
                                *issuer->signer);
  return keep(act,
              {.id = core::AuthorityRequestId::from_number(1).value(),
               .name = issuer->authority.name,
               .subject = issuer->authority.subject,
               .key_type = issuer->authority.key_type,
               .key_id = std::nullopt,
               .authority_id = id,
               .issuing = {},
               .created_at = clock_.now(),
               .created_by = act.by,
               .der = std::move(der)},
              nullptr);
}

core::AuthorityRequest AuthorityRequests::keep(const auth::Act& act, core::AuthorityRequest request,
                                               const crypto::PrivateKey* key) {
  return database_.write(act, [&](db::Session& session) {
    storage::AuthorityCertificateStore store{session};
    auto kept = request;
    kept.id = store.new_request_id();
    if (key != nullptr) {
      kept.key_id = keys_.store(session, *key, "authority");
    }
    store.insert(kept);
    authorities_.made(session, act, "ca_request", kept.id.to_number());
    session.record("ca_request", kept.id, kept.name, about(kept));
    return kept;
  });
}

std::vector<core::AuthorityRequest> AuthorityRequests::list() {
  return database_.read([&](db::Session& session) {
    return storage::AuthorityCertificateStore{session}.requests(most_requests);
  });
}

core::AuthorityRequest AuthorityRequests::find(const core::AuthorityRequestId& id) {
  auto request = database_.read(
      [&](db::Session& session) { return storage::AuthorityCertificateStore{session}.find(id); });
  if (!request) {
    refuse_unknown();
  }
  return *std::move(request);
}

void AuthorityRequests::remove(const auth::Act& act, const core::AuthorityRequestId& id) {
  database_.write(act, [&](db::Session& session) {
    storage::AuthorityCertificateStore store{session};
    const auto request = store.find(id);
    if (!request || !store.remove(id)) {
      refuse_unknown();
    }
    if (request->key_id) {
      keys_.erase(session, *request->key_id);
    }
    session.record("ca_request", id, request->name, about(*request));
  });
}

core::AuthorityId AuthorityRequests::complete(const auth::Act& act,
                                              const core::AuthorityRequestId& id,
                                              ImportContent content) {
  const auto request = find(id);
  if (!content.keys.empty()) {
    refuse_answer("holds a private key, which has no place in an answer");
  }
  content.requests.clear();
  return request.authority_id ? complete_renewal(act, request, std::move(content))
                              : complete_new(act, request, std::move(content));
}

// The key that was made for the request comes in with the certificate, like that of any other
// authority that is imported; the request goes in the same transaction.
core::AuthorityId AuthorityRequests::complete_new(const auth::Act& act,
                                                  const core::AuthorityRequest& request,
                                                  ImportContent content) {
  const auto answer = answer_in(content, parsed(request));
  const auto fingerprint = base::to_hex(answer.sha256_fingerprint());
  content.keys.push_back(database_.read(
      [&](db::Session& session) { return keys_.load(session, request.key_id.value()); }));
  std::optional<core::AuthorityId> made;
  Imports::Options options;
  options.requests = false;
  options.with = [&](db::Session& session, const Imports::Outcome& outcome) {
    storage::AuthorityCertificateStore store{session};
    storage::AuthorityStore authorities{session};
    if (!store.remove(request.id)) {
      throw base::Error{base::ErrorCode::conflict, "the request was completed meanwhile"};
    }
    keys_.erase(session, request.key_id.value());
    for (const auto& id : outcome.authorities) {
      auto authority = authorities.find(id).value();
      if (authority.fingerprint == fingerprint) {
        authority.name = request.name;
        authority.issuing = request.issuing;
        authorities.update(authority);
        made = id;
      }
    }
    if (!made) {
      throw base::Error{base::ErrorCode::conflict,
                        "this certificate is here already, without its key"};
    }
    authorities_.made(session, act, "ca", made->to_number());
  };
  imports_.import(act, content, options);
  authorities_.forget();
  return made.value();
}

core::AuthorityId AuthorityRequests::complete_renewal(const auth::Act& act,
                                                      const core::AuthorityRequest& request,
                                                      ImportContent content) {
  const auto answer = answer_in(content, parsed(request));
  const auto id = request.authority_id.value();
  const auto plan = imports_.plan(content);
  const auto candidate = std::ranges::find(
      plan.candidates, base::to_hex(answer.sha256_fingerprint()), &ImportCandidate::fingerprint);
  std::optional<core::AuthorityId> parent;
  for (const auto& issuer : authorities_.issuers()) {
    if (candidate->issuer_fingerprint == issuer->authority.fingerprint &&
        issuer->authority.id != id) {
      parent = issuer->authority.id;
    }
  }
  if (!parent && !candidate->is_self_signed) {
    refuse_answer("its issuer '" + answer.issuer().to_string() +
                  "' is not known here: import the certificate of that authority first");
  }
  database_.write(act, [&](db::Session& session) {
    storage::AuthorityCertificateStore store{session};
    if (!store.remove(request.id)) {
      throw base::Error{base::ErrorCode::conflict, "the request was completed meanwhile"};
    }
    renewal_.replace(session, act, id, answer, parent);
  });
  authorities_.forget();
  return id;
}

}  // namespace service
