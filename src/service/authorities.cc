#include "service/authorities.h"

#include "der/oids.h"
#include "storage/authority_store.h"
#include "storage/certificate_store.h"
#include "storage/settings_store.h"

namespace service {
namespace {

constexpr std::string_view default_setting = "acme.issuing_authority";

base::Uuid new_uuid(crypto::Random& random) {
  std::array<std::uint8_t, 16> octets{};
  random.fill(octets);
  return base::Uuid::from_random(octets);
}

struct Made {
  std::string subject;
  std::string key_type;
  base::Time not_after;
};
BOOST_DESCRIBE_STRUCT(Made, (), (subject, key_type, not_after))

struct Changed {
  std::string name;
  bool is_active;
  bool cdp_enabled;
  bool ocsp_enabled;
  bool aia_enabled;
};
BOOST_DESCRIBE_STRUCT(Changed, (), (name, is_active, cdp_enabled, ocsp_enabled, aia_enabled))

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

// How many authorities may stand below this one, by its own word and by those above it
// (RFC 5280, section 4.2.1.9).
std::optional<int> path_length_of(const Issuer& issuer) {
  std::optional<int> least;
  for (int below = 0; const auto& certificate : issuer.chain) {
    const auto constraints = certificate.basic_constraints();
    if (constraints && constraints->path_length) {
      const int left = std::max(0, *constraints->path_length - below);
      least = least ? std::min(*least, left) : left;
    }
    ++below;
  }
  return least;
}

base::Bytes signed_certificate(const x509::TbsCertificate& tbs, const crypto::Signer& signer,
                               const crypto::PublicKey& issuer_key) {
  const auto bytes = x509::write_tbs(tbs);
  const auto signature = signer.sign(bytes);
  // What we hand out was checked against the key that clients will check it with.
  if (!issuer_key.verify(tbs.signature_algorithm, bytes, signature)) {
    throw base::Error{base::ErrorCode::internal, "the signature just made does not verify"};
  }
  return x509::assemble(bytes, tbs.signature_algorithm, signature);
}

[[noreturn]] void refuse_unknown() {
  throw base::Error{base::ErrorCode::not_found, "no authority has this id"};
}

}  // namespace

core::Authority Authorities::create(const auth::Act& act, const NewAuthority& order) {
  const auto now = clock_.now();
  std::shared_ptr<const Issuer> parent;
  if (order.type == core::AuthorityType::intermediate) {
    if (!order.parent_id) {
      throw base::Error{base::ErrorCode::invalid_request,
                        {base::FieldError{"parent_id", "an intermediate needs a parent"}}};
    }
    parent = issuer(*order.parent_id);
    if (!parent->signer || !parent->authority.is_active) {
      throw base::Error{base::ErrorCode::conflict,
                        "the parent does not issue: its key is not "
                        "here, or it was switched off"};
    }
  }

  const auto key = crypto::PrivateKey::generate(order.key_algorithm);
  const auto tbs = core::decide_authority({.subject = order.subject,
                                           .type = order.type,
                                           .key = key.public_key(),
                                           .validity = order.validity,
                                           .path_length = order.path_length},
                                          parent ? std::optional{parent->facts} : std::nullopt,
                                          parent ? path_length_of(*parent) : std::nullopt,
                                          x509::SerialNumber::random(random_), now);
  const crypto::KeySigner own_signer{key};
  const auto der = parent ? signed_certificate(tbs, *parent->signer, parent->signer->public_key())
                          : signed_certificate(tbs, own_signer, key.public_key());
  const auto certificate = x509::Certificate::parse(der).value();
  const auto common_name = core::display_name(certificate);

  const auto authority = database_.write(act, [&](db::Session& session) {
    storage::AuthorityStore authorities{session};
    core::Authority made{.id = authorities.new_id(),
                         .refid = new_uuid(random_),
                         .name = order.name.empty() ? common_name : order.name,
                         .type = order.type,
                         .parent_id = parent ? std::optional{parent->authority.id} : std::nullopt,
                         .common_name = common_name,
                         .subject = certificate.subject().to_string(),
                         .serial_number = tbs.serial_number,
                         .key_type = key.public_key().name(),
                         .fingerprint = base::to_hex(certificate.sha256_fingerprint()),
                         .not_before = certificate.not_before(),
                         .not_after = certificate.not_after(),
                         .revoked_at = std::nullopt,
                         .key_id = keys_.store(session, key, "authority"),
                         .is_active = true,
                         .cdp_enabled = true,
                         .ocsp_enabled = true,
                         .aia_enabled = true,
                         .revocation_changes = 0,
                         .created_at = now,
                         .created_by = act.by,
                         .der = der};
    authorities.insert(made);
    session.record("ca", made.id, made.name, Made{made.subject, made.key_type, made.not_after});
    return made;
  });
  forget();
  return authority;
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
    authorities.update(*changed);
    session.record("ca", id, changed->name,
                   Changed{changed->name, changed->is_active, changed->cdp_enabled,
                           changed->ocsp_enabled, changed->aia_enabled});
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
    authorities.remove(id);
    if (authority->key_id) {
      keys_.erase(session, *authority->key_id);
    }
    session.record("ca", id, authority->name, Removed{authority->subject});
  });
  forget();
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
    if (!issuer->signer || !issuer->authority.is_active) {
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
        above = loaded->at(*above)->authority.parent_id;
      }
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
  std::shared_ptr<const crypto::Signer> signer;
  if (authority.key_id) {
    signer = std::make_shared<crypto::KeySigner>(keys_.load(session, *authority.key_id));
  }
  std::optional<x509::NameConstraints> constraints;
  const auto* const extension = certificate.extension(der::oids::name_constraints);
  if (extension != nullptr) {
    if (auto read = x509::read_name_constraints(extension->value)) {
      constraints = *std::move(read);
    }
  }
  const bool constraints_are_readable = extension == nullptr || constraints;
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
                          .name_constraints = std::move(constraints),
                          .constraints_are_readable = constraints_are_readable};
  return std::make_shared<Issuer>(Issuer{.authority = authority,
                                         .certificate = certificate,
                                         .signer = std::move(signer),
                                         .facts = std::move(facts),
                                         .chain = {}});
}

}  // namespace service
