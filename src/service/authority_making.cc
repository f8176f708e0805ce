#include <algorithm>

#include "service/authorities.h"
#include "service/chain_trial.h"
#include "service/key_making.h"
#include "service/templates.h"
#include "storage/authority_store.h"

// How authorities come into being, and what can be said of them before.
namespace service {
namespace {

struct Created {
  std::string subject;
  std::string key_type;
  base::Time not_after;
  std::optional<core::AuthorityId> parent_id;
  std::optional<core::TemplateId> template_id;
};
BOOST_DESCRIBE_STRUCT(Created, (), (subject, key_type, not_after, parent_id, template_id))

base::Uuid new_uuid(crypto::Random& random) {
  std::array<std::uint8_t, 16> octets{};
  random.fill(octets);
  return base::Uuid::from_random(octets);
}

base::Bytes checked(const x509::TbsCertificate& tbs, const crypto::Signer& signer) {
  const auto bytes = x509::write_tbs(tbs);
  const auto signature = signer.sign(bytes);
  // What we hand out was checked against the key that clients will check it with.
  if (!signer.public_key().verify(tbs.signature_algorithm, bytes, signature)) {
    throw base::Error{base::ErrorCode::internal, "the signature just made does not verify"};
  }
  return x509::assemble(bytes, tbs.signature_algorithm, signature);
}

// As it will be, but for its signature.
x509::Certificate unsigned_certificate(const x509::TbsCertificate& tbs) {
  const base::Bytes no_signature(64, 0);
  return x509::Certificate::parse(
             x509::assemble(x509::write_tbs(tbs), tbs.signature_algorithm, no_signature))
      .value();
}

// For simulations a short key stands for a long one of its kind, which takes seconds to make.
crypto::KeyAlgorithm quick(crypto::KeyAlgorithm algorithm) {
  return crypto::type_of(algorithm) == crypto::KeyType::rsa ? crypto::KeyAlgorithm::rsa_2048
                                                            : algorithm;
}

crypto::PublicKey sample_key(crypto::KeyAlgorithm algorithm) {
  static std::mutex mutex;
  static std::map<crypto::KeyAlgorithm, crypto::PublicKey> keys;
  const std::lock_guard lock{mutex};
  const auto found = keys.find(algorithm);
  return found != keys.end()
             ? found->second
             : keys.emplace(algorithm, crypto::PrivateKey::generate(algorithm).public_key())
                   .first->second;
}

std::vector<base::FieldError> fields_of(const base::Error& error) {
  return error.fields().empty() ? std::vector{base::FieldError{"ca", error.what()}}
                                : error.fields();
}

std::vector<x509::Certificate> chain_of(const std::shared_ptr<const Issuer>& parent) {
  return parent ? parent->chain : std::vector<x509::Certificate>{};
}

void check_request(const x509::CertificateRequest& csr) {
  if (!csr.verify_signature()) {
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{"csr", "is not signed by its own key"}}};
  }
}

}  // namespace

crypto::KeyAlgorithm Authorities::key_kind(const NewAuthority& order) {
  if (!order.template_id || !order.key_kind_is_open) {
    return order.key_algorithm;
  }
  const auto rules = TemplateProfiles{database_}.current(*order.template_id);
  return crypto::parse_key_algorithm(rules->profile.key_type).value_or(order.key_algorithm);
}

core::AuthorityOrder Authorities::order_for(const NewAuthority& order,
                                            const crypto::PublicKey& key) {
  if (auto problems = core::problems_of(order.options); !problems.empty()) {
    throw base::Error{base::ErrorCode::invalid_request, std::move(problems)};
  }
  core::AuthorityOrder result{.subject = order.subject,
                              .type = order.type,
                              .key = key,
                              .validity = order.validity,
                              .path_length = order.path_length,
                              .key_usage = order.key_usage,
                              .extended_key_usage = order.extended_key_usage,
                              .name_constraints = order.name_constraints,
                              .policies = order.policies,
                              .policy_constraints = order.policy_constraints,
                              .inhibit_any_policy = order.inhibit_any_policy,
                              .repositories = order.repositories,
                              .digest_bits = order.options.digest_bits};
  if (order.options.digest_bits) {
    core::signature_algorithm_of(key, order.options.digest_bits);  // or refused
  }
  if (order.template_id) {
    const auto rules = TemplateProfiles{database_}.current(*order.template_id);
    if (order.validity_is_open) {
      result.validity = std::chrono::days{
          rules->profile.validity_days.value_or(rules->profile.max_validity_days)};
    }
    core::bind(result, rules->profile);
  }
  if (order.validity_is_open && order.parent_id) {
    result.validity = std::min<std::chrono::seconds>(
        result.validity, issuer(*order.parent_id)->facts.not_after - clock_.now());
  }
  return result;
}

Authorities::Simulation Authorities::simulate(const NewAuthority& order) {
  const auto now = clock_.now();
  const auto parent = order.parent_id ? issuer(*order.parent_id) : nullptr;
  Simulation simulation;
  try {
    const auto key = order.csr ? order.csr->public_key() : sample_key(quick(key_kind(order)));
    const auto wanted = order_for(order, key);
    const auto facts = parent ? std::optional{parent->facts} : std::nullopt;
    simulation.problems = core::problems_of(
        wanted, facts, parent ? core::path_length_left(parent->chain) : std::nullopt, now);
    const auto serial = x509::SerialNumber::random(random_);
    const auto tbs = core::write_authority(wanted, facts, serial, now);
    simulation.lint = core::lint::examine(x509::write_tbs(tbs), {});
    simulation.sample = unsigned_certificate(tbs);
  } catch (const base::Error& error) {
    if (error.code() != base::ErrorCode::invalid_request) {
      throw;
    }
    // What is wrong may be what kept it from being written, and then was told by its field.
    if (simulation.problems.empty()) {
      simulation.problems = fields_of(error);
    }
    return simulation;
  }
  if (!parent && order.type == core::AuthorityType::intermediate) {
    simulation.problems.push_back({"parent_id", "an intermediate needs a parent"});
  }
  if (order.csr && !order.csr->verify_signature()) {
    simulation.problems.push_back({"csr", "is not signed by its own key"});
  }
  if (const auto obstacle = parent ? issuing_obstacle(*parent) : std::nullopt) {
    simulation.problems.push_back({"parent_id", "the parent does not issue: " + *obstacle});
  }
  simulation.findings = core::simulate_chain(*simulation.sample, chain_of(parent), now);
  simulation.trials = try_chain(*simulation.sample, chain_of(parent), now);
  return simulation;
}

core::Authority Authorities::create(const auth::Act& act, const NewAuthority& order) {
  const auto now = clock_.now();
  std::shared_ptr<const Issuer> parent;
  if (order.type == core::AuthorityType::intermediate) {
    if (!order.parent_id) {
      throw base::Error{base::ErrorCode::invalid_request,
                        {base::FieldError{"parent_id", "an intermediate needs a parent"}}};
    }
    parent = issuing(*order.parent_id);
  } else if (order.csr) {
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{"csr",
                                        "a root signs itself: a request is for an "
                                        "intermediate, below a parent"}}};
  }
  if (order.csr) {
    check_request(*order.csr);
  }

  // Judged over the key of another one of its kind, since long keys take their time.
  const auto facts = parent ? std::optional{parent->facts} : std::nullopt;
  const auto length = parent ? core::path_length_left(parent->chain) : std::nullopt;
  const auto serial = x509::SerialNumber::random(random_);
  const auto sample = order.csr ? order.csr->public_key() : sample_key(quick(key_kind(order)));
  const auto decide = [&](const crypto::PublicKey& key) {
    auto wanted = order_for(order, key);
    const auto tbs = core::decide_authority(wanted, facts, length, serial, now);
    core::judge_authority(x509::write_tbs(tbs));
    refuse_by(core::simulate_chain(unsigned_certificate(tbs), chain_of(parent), now),
              parent ? "parent_id" : "ca");
    return tbs;
  };
  if (!order.csr && !order.template_id) {
    decide(sample);
  }

  const auto key = order.csr ? std::nullopt : std::optional{make_key(key_kind(order))};
  const auto tbs = decide(key ? key->public_key() : order.csr->public_key());
  std::optional<core::Authority> made;
  const auto store = [&](db::Session& session, const base::Bytes& der) {
    storage::AuthorityStore authorities{session};
    made = authority_record(x509::Certificate::parse(der).value(), authorities.new_id(), random_,
                            act, now);
    made->name = order.name.empty() ? made->common_name : order.name;
    made->type = order.type;
    made->parent_id = parent ? std::optional{parent->authority.id} : std::nullopt;
    made->issuing = core::to_text(order.options);
    if (key) {
      made->key_id = keys_.store(session, *key, "authority");
    }
    authorities.insert(*made);
    this->made(session, act, "ca", made->id.to_number());
    session.record("ca", made->id, made->name,
                   Created{made->subject, made->key_type, made->not_after, made->parent_id,
                           order.template_id});
  };
  if (parent) {
    sign_by(act, *parent, tbs, store);
  } else {
    // Nobody else numbers what this key signs: there is no intent to keep.
    const crypto::KeySigner signer{*key, tbs.signature_algorithm};
    const auto der = checked(tbs, signer);
    database_.write(act, [&](db::Session& session) { store(session, der); });
  }
  forget();
  return made.value();
}

void Authorities::sign_by(const auth::Act& act, const Issuer& issuer,
                          const x509::TbsCertificate& tbs,
                          const std::function<void(db::Session&, const base::Bytes&)>& store) {
  const auto intent = intents_.keep(issuer.authority.id, tbs.serial_number);
  try {
    const auto der = checked(tbs, *issuer.signer);
    database_.write(act, [&](db::Session& session) {
      Intents::end(session, intent);
      store(session, der);
    });
  } catch (...) {
    intents_.void_one(act, intent);
    throw;
  }
}

core::Authority authority_record(const x509::Certificate& certificate, const core::AuthorityId& id,
                                 crypto::Random& random, const auth::Act& act, base::Time now) {
  const auto common_name = core::display_name(certificate);
  return {.id = id,
          .refid = new_uuid(random),
          .name = common_name,
          .type = certificate.is_self_issued() ? core::AuthorityType::root
                                               : core::AuthorityType::intermediate,
          .parent_id = std::nullopt,
          .common_name = common_name,
          .subject = certificate.subject().to_string(),
          .serial_number = certificate.serial_number(),
          .key_type = crypto::key_facts(certificate.spki()).name,
          .fingerprint = base::to_hex(certificate.sha256_fingerprint()),
          .not_before = certificate.not_before(),
          .not_after = certificate.not_after(),
          .revoked_at = std::nullopt,
          .key_id = std::nullopt,
          .is_active = true,
          .cdp_enabled = true,
          .ocsp_enabled = true,
          .aia_enabled = true,
          .revocation_changes = 0,
          .created_at = now,
          .created_by = act.by,
          .der = base::to_bytes(certificate.der())};
}

void refuse_by(const std::vector<core::ChainFinding>& findings, const char* field) {
  std::vector<base::FieldError> errors;
  for (const auto& finding : findings) {
    if (finding.severity == core::ChainSeverity::refusal) {
      errors.push_back({field, finding.detail + " (" + finding.citation + ")"});
    }
  }
  if (!errors.empty()) {
    throw base::Error{base::ErrorCode::invalid_request, std::move(errors)};
  }
}

}  // namespace service
