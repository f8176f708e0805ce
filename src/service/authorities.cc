#include "service/authorities.h"

#include "der/oids.h"
#include "storage/authority_certificate_store.h"
#include "storage/authority_store.h"
#include "storage/certificate_store.h"
#include "storage/crl_store.h"
#include "storage/settings_store.h"

namespace service {
namespace {

constexpr std::string_view default_setting = "acme.issuing_authority";

struct Changed {
  std::string name;
  bool is_active;
  bool cdp_enabled;
  bool ocsp_enabled;
  bool aia_enabled;
  core::IssuingOptions options;
};
BOOST_DESCRIBE_STRUCT(Changed, (),
                      (name, is_active, cdp_enabled, ocsp_enabled, aia_enabled, options))

struct KeyShown {
  std::string subject;
  bool encrypted;
};
BOOST_DESCRIBE_STRUCT(KeyShown, (), (subject, encrypted))

struct Removed {
  std::string subject;
};
BOOST_DESCRIBE_STRUCT(Removed, (), (subject))

x509::Certificate parsed(const core::Authority& authority) {
  auto certificate = x509::Certificate::parse(authority.der);
  if (!certificate) {
    throw base::Error{base::ErrorCode::internal,
                      "the certificate of an authority is broken: " + certificate.error().reason};
  }
  return *std::move(certificate);
}

// What those above forbid, this one cannot issue either.
void bind_by_chain(Issuer& issuer) {
  for (const auto& certificate : issuer.chain) {
    const auto* const extension = certificate.extension(der::oids::name_constraints);
    if (extension == nullptr) {
      continue;
    }
    if (auto read = x509::read_name_constraints(extension->value)) {
      issuer.facts.name_constraints.push_back(*std::move(read));
    } else {
      issuer.facts.constraints_are_readable = false;
    }
  }
  issuer.facts.purposes = core::purposes_left(issuer.chain);
}

[[noreturn]] void refuse_unknown() {
  throw base::Error{base::ErrorCode::not_found, "no authority has this id"};
}

}  // namespace

std::optional<std::string> issuing_obstacle(const Issuer& issuer) {
  if (!issuer.signer) {
    return "its key is not here";
  }
  if (!issuer.authority.is_active) {
    return "it was switched off";
  }
  if (!issuer.revoked.empty()) {
    return issuer.authority.revoked_at
               ? "its certificate is revoked"
               : "the certificate of '" + issuer.revoked + "', which stands above it, is revoked";
  }
  return std::nullopt;
}

core::Authority Authorities::update(const auth::Act& act, const core::AuthorityId& id,
                                    const Changes& changes) {
  const auto authority = database_.write(act, [&](db::Session& session) {
    storage::AuthorityStore authorities{session};
    auto changed = authorities.find(id);
    if (!changed) {
      refuse_unknown();
    }
    changed->name = changes.name.value_or(changed->name);
    changed->is_active = changes.is_active.value_or(changed->is_active);
    changed->cdp_enabled = changes.cdp_enabled.value_or(changed->cdp_enabled);
    changed->ocsp_enabled = changes.ocsp_enabled.value_or(changed->ocsp_enabled);
    changed->aia_enabled = changes.aia_enabled.value_or(changed->aia_enabled);
    auto options = core::issuing_options(*changed);
    if (changes.options) {
      options = changes.options(options);
      if (auto problems = core::problems_of(options); !problems.empty()) {
        throw base::Error{base::ErrorCode::invalid_request, std::move(problems)};
      }
      if (const auto key = crypto::PublicKey::from_spki(parsed(*changed).spki())) {
        core::signature_algorithm_of(*key, options.digest_bits);  // or refused
      }
      changed->issuing = core::to_text(options);
    }
    authorities.update(*changed);
    session.record("ca", id, changed->name,
                   Changed{changed->name, changed->is_active, changed->cdp_enabled,
                           changed->ocsp_enabled, changed->aia_enabled, options});
    return *changed;
  });
  forget();
  return authority;
}

void Authorities::remove(const auth::Act& act, const core::AuthorityId& id) {
  database_.write(act, [&](db::Session& session) {
    storage::AuthorityStore authorities{session};
    const auto authority = authorities.find(id);
    if (!authority) {
      refuse_unknown();
    }
    if (authorities.has_children(id)) {
      throw base::Error{base::ErrorCode::conflict,
                        "other authorities stand below this one: delete them first"};
    }
    if (const auto issued = storage::CertificateStore{session}.issued_by(id); issued > 0) {
      throw base::Error{base::ErrorCode::conflict,
                        "this authority has issued " + std::to_string(issued) +
                            " certificates: without it they could no longer be revoked"};
    }
    storage::AuthorityCertificateStore further{session};
    if (further.in_force_of_issuer(id, clock_.now()) > 0) {
      throw base::Error{base::ErrorCode::conflict,
                        "this authority has cross-signed another one: without it that certificate "
                        "could no longer be revoked"};
    }
    further.remove_with(id);
    authorities.remove(id);
    if (authority->key_id) {
      keys_.erase(session, *authority->key_id);
    }
    session.record("ca", id, authority->name, Removed{authority->subject});
  });
  forget();
}

crypto::PrivateKey Authorities::reveal_key(const auth::Act& act, const core::AuthorityId& id,
                                           bool encrypted) {
  return database_.write(act, [&](db::Session& session) {
    const auto authority = storage::AuthorityStore{session}.find(id);
    if (!authority) {
      refuse_unknown();
    }
    if (!authority->key_id) {
      throw base::Error{base::ErrorCode::conflict,
                        "the private key of this authority is not kept here"};
    }
    session.record("ca", id, authority->name, KeyShown{authority->subject, encrypted});
    return keys_.load(session, *authority->key_id);
  });
}

std::shared_ptr<const Issuer> Authorities::issuing(const core::AuthorityId& id) {
  auto found = issuer(id);
  if (const auto obstacle = issuing_obstacle(*found)) {
    throw base::Error{base::ErrorCode::conflict,
                      "'" + found->authority.name + "' does not issue: " + *obstacle};
  }
  return found;
}

std::shared_ptr<const Issuer> Authorities::issuer(const core::AuthorityId& id) {
  const auto issuers = all();
  const auto found = issuers->find(id);
  if (found == issuers->end()) {
    refuse_unknown();
  }
  return found->second;
}

std::shared_ptr<const Issuer> Authorities::issuer_of_reference(std::string_view reference) {
  const auto number = base::from_text<core::AuthorityId>(reference);
  for (const auto& [id, issuer] : *all()) {
    if ((number && id == *number) || issuer->authority.refid.to_string() == reference) {
      return issuer;
    }
  }
  return nullptr;
}

std::vector<std::shared_ptr<const Issuer>> Authorities::issuers() {
  std::vector<std::shared_ptr<const Issuer>> list;
  for (const auto& [id, issuer] : *all()) {
    list.push_back(issuer);
  }
  return list;
}

core::AuthorityId Authorities::default_authority() {
  const auto chosen = database_.read(
      [&](db::Session& session) { return storage::SettingsStore{session}.find(default_setting); });
  std::optional<core::AuthorityId> wanted;
  if (const auto id = base::from_text<core::AuthorityId>(chosen.value_or(""))) {
    wanted = *id;
  }
  std::optional<core::AuthorityId> root;
  std::optional<core::AuthorityId> intermediate;
  for (const auto& [id, issuer] : *all()) {
    if (issuing_obstacle(*issuer)) {
      continue;
    }
    if (id == wanted) {
      return id;
    }
    auto& first = issuer->authority.type == core::AuthorityType::intermediate ? intermediate : root;
    first = first.value_or(id);
  }
  if (!intermediate && !root) {
    throw base::Error{base::ErrorCode::conflict, "there is no authority that issues"};
  }
  // Leaves come from an intermediate, so that the root's key is seldom used.
  return intermediate ? *intermediate : *root;
}

void Authorities::set_default_authority(const auth::Act& act, const core::AuthorityId& id) {
  const auto chosen = issuer(id);
  database_.write(act, [&](db::Session& session) {
    storage::SettingsStore{session}.put(default_setting, std::to_string(id.to_number()),
                                        clock_.now());
    session.record("ca", id, chosen->authority.name, Removed{chosen->authority.subject});
  });
}

void Authorities::hand_over_default(db::Session& session, const core::AuthorityId& from,
                                    const core::AuthorityId& to) {
  storage::SettingsStore settings{session};
  if (settings.find(default_setting) == std::to_string(from.to_number())) {
    settings.put(default_setting, std::to_string(to.to_number()), clock_.now());
  }
}

void Authorities::forget() {
  // Not while they are being read: what was read before the change would be kept after it.
  const std::lock_guard lock{loading_};
  issuers_.store(nullptr);
}

std::shared_ptr<const Authorities::Issuers> Authorities::all() {
  if (auto kept = issuers_.load()) {
    return kept;
  }
  const std::lock_guard lock{loading_};
  if (auto kept = issuers_.load()) {
    return kept;
  }
  auto loaded = std::make_shared<Issuers>();
  database_.read([&](db::Session& session) {
    const auto authorities = storage::AuthorityStore{session}.list();
    std::map<core::AuthorityId, x509::Certificate> certificates;
    for (const auto& authority : authorities) {
      certificates.emplace(authority.id, parsed(authority));
    }
    for (const auto& authority : authorities) {
      loaded->emplace(authority.id, load(session, authority, certificates));
    }
    for (auto& [id, issuer] : *loaded) {
      auto complete = std::make_shared<Issuer>(*issuer);
      std::optional<core::AuthorityId> above = id;
      while (above && complete->chain.size() < 16) {
        complete->chain.push_back(certificates.at(*above));
        if (complete->revoked.empty() && loaded->at(*above)->authority.revoked_at) {
          complete->revoked = loaded->at(*above)->authority.name;
        }
        above = loaded->at(*above)->authority.parent_id;
      }
      bind_by_chain(*complete);
      issuer = std::move(complete);
    }
  });
  issuers_.store(loaded);
  return loaded;
}

std::shared_ptr<const Issuer> Authorities::load(
    db::Session& session, const core::Authority& authority,
    const std::map<core::AuthorityId, x509::Certificate>& known) {
  const auto& certificate = known.at(authority.id);
  const auto options = core::issuing_options(authority);
  std::shared_ptr<const crypto::Signer> signer;
  if (authority.key_id) {
    const auto key = keys_.load(session, *authority.key_id);
    signer = std::make_shared<crypto::KeySigner>(
        key, core::signature_algorithm_of(key.public_key(), options.digest_bits));
  }
  core::IssuerFacts facts{.subject_der = base::to_bytes(certificate.subject_der()),
                          .subject_key_identifier = certificate.subject_key_identifier(),
                          .not_before = certificate.not_before(),
                          .not_after = certificate.not_after(),
                          .signature_algorithm = signer ? signer->algorithm()
                                                        : crypto::SignatureAlgorithm::ecdsa_sha256,
                          .addresses = addresses(authority),
                          .cdp_enabled = authority.cdp_enabled,
                          .ocsp_enabled = authority.ocsp_enabled,
                          .aia_enabled = authority.aia_enabled,
                          .options = options};
  const auto lists = storage::CrlStore{session}.settings(authority.id);
  facts.crl_shards = static_cast<int>(lists.crl_shards);
  facts.names_delta = lists.delta_crl_enabled && lists.freshest_crl_in_certificates;
  return std::make_shared<Issuer>(Issuer{.authority = authority,
                                         .certificate = certificate,
                                         .signer = std::move(signer),
                                         .facts = std::move(facts),
                                         .chain = {}});
}

}  // namespace service
