#include "service/authority_renewal.h"

#include <algorithm>

#include "service/key_making.h"
#include "storage/authority_certificate_store.h"
#include "storage/authority_store.h"

namespace service {
namespace {

constexpr int most_certificates = 200;

struct Renewed {
  std::string subject;
  x509::SerialNumber serial_number;
  x509::SerialNumber former_serial_number;
  base::Time not_after;
};
BOOST_DESCRIBE_STRUCT(Renewed, (), (subject, serial_number, former_serial_number, not_after))

struct Succeeded {
  std::string subject;
  std::string key_type;
  core::AuthorityId predecessor;
  bool switched_over;
};
BOOST_DESCRIBE_STRUCT(Succeeded, (), (subject, key_type, predecessor, switched_over))

struct CrossSigned {
  std::string subject;
  std::string issuer;
  x509::SerialNumber serial_number;
  base::Time not_after;
};
BOOST_DESCRIBE_STRUCT(CrossSigned, (), (subject, issuer, serial_number, not_after))

[[noreturn]] void refuse(const char* field, std::string reason) {
  throw base::Error{base::ErrorCode::invalid_request, {base::FieldError{field, std::move(reason)}}};
}

// Another certificate over the same key would undo the revocation.
[[noreturn]] void refuse_revoked() {
  throw base::Error{base::ErrorCode::conflict,
                    "its certificate is revoked: what is to go on needs a new key"};
}

base::Bytes self_signed(const x509::TbsCertificate& tbs, const crypto::PrivateKey& key) {
  return x509::sign_certificate(tbs, crypto::KeySigner{key, tbs.signature_algorithm});
}

base::Bytes self_signed(const x509::TbsCertificate& tbs, const crypto::Signer& signer) {
  return x509::sign_certificate(tbs, signer);
}

crypto::PublicKey key_of(const x509::Certificate& certificate) {
  auto key = crypto::PublicKey::from_spki(certificate.spki());
  if (!key) {
    throw base::Error{base::ErrorCode::conflict,
                      "its key would not be certified today: " + key.error().reason};
  }
  return *std::move(key);
}

std::chrono::seconds usual_length(const x509::Certificate& certificate) {
  return certificate.not_after() - certificate.not_before() - core::backdating;
}

// As long as asked; or else as long as before, and no longer than those above live.
std::chrono::seconds validity_for(const std::optional<std::chrono::seconds>& asked,
                                  std::chrono::seconds usual,
                                  const std::shared_ptr<const Issuer>& parent, base::Time now) {
  if (asked || !parent) {
    return asked.value_or(usual);
  }
  return std::min<std::chrono::seconds>(usual, parent->facts.not_after - now);
}

core::AuthorityCertificate further(const core::AuthorityCertificateId& id,
                                   const core::AuthorityId& authority,
                                   core::AuthorityCertificateKind kind,
                                   std::optional<core::AuthorityId> issuer,
                                   const x509::Certificate& certificate, const auth::Act& act,
                                   base::Time now) {
  return {.id = id,
          .authority_id = authority,
          .kind = kind,
          .issuer_id = issuer,
          .issuer = certificate.issuer().to_string(),
          .serial_number = certificate.serial_number(),
          .fingerprint = base::to_hex(certificate.sha256_fingerprint()),
          .not_before = certificate.not_before(),
          .not_after = certificate.not_after(),
          .revoked_at = std::nullopt,
          .revocation_reason = std::nullopt,
          .created_at = now,
          .created_by = act.by,
          .der = base::to_bytes(certificate.der())};
}

}  // namespace

core::Authority AuthorityRenewal::renew(const auth::Act& act, const core::AuthorityId& id,
                                        const Wanted& wanted) {
  const auto old = authorities_.issuer(id);
  if (!wanted.new_key && wanted.key_algorithm) {
    refuse("key_algorithm", "the key stays as it is; ask for a new one");
  }
  if (!wanted.new_key && wanted.switch_over) {
    refuse("switch_over", "over the same key there is nothing to switch over to");
  }
  return wanted.new_key ? renew_new_key(act, *old, wanted) : renew_same_key(act, *old, wanted);
}

core::Authority AuthorityRenewal::renew_same_key(const auth::Act& act, const Issuer& old,
                                                 const Wanted& wanted) {
  if (old.authority.revoked_at) {
    refuse_revoked();
  }
  const auto parent = parent_of(old);
  if (!parent && !old.signer) {
    throw base::Error{base::ErrorCode::conflict,
                      "its key is not here: export a request, and have it signed where the key is"};
  }
  auto order = core::order_of(
      old.certificate, key_of(old.certificate),
      validity_for(wanted.validity, usual_length(old.certificate), parent, clock_.now()));
  order.digest_bits = old.facts.options.digest_bits;
  const auto tbs = decide(order, parent, "parent_id");
  std::optional<core::Authority> renewed;
  const auto store = [&](db::Session& session, const base::Bytes& der) {
    renewed = replace(session, act, old.authority.id, x509::Certificate::parse(der).value(),
                      old.authority.parent_id);
  };
  if (parent) {
    authorities_.sign_by(act, *parent, tbs, store);
  } else {
    const auto der = self_signed(tbs, *old.signer);
    database_.write(act, [&](db::Session& session) { store(session, der); });
  }
  authorities_.forget();
  return renewed.value();
}

core::Authority AuthorityRenewal::renew_new_key(const auth::Act& act, const Issuer& old,
                                                const Wanted& wanted) {
  if (old.authority.renewed_by) {
    throw base::Error{base::ErrorCode::conflict, "it has a successor already"};
  }
  const auto parent = parent_of(old);
  const auto kind =
      wanted.key_algorithm ? wanted.key_algorithm : key_of(old.certificate).algorithm();
  if (!kind) {
    refuse("key_algorithm", "no new key of its kind can be made: name another kind");
  }
  const auto key = make_key(*kind);
  auto order = core::order_of(
      old.certificate, key.public_key(),
      validity_for(wanted.validity, usual_length(old.certificate), parent, clock_.now()));
  order.key_identifier.clear();
  auto options = old.facts.options;
  if (key.public_key().type() == crypto::KeyType::ed25519) {
    options.digest_bits = std::nullopt;
  }
  order.digest_bits = options.digest_bits;
  const auto tbs = decide(order, parent, "parent_id");
  std::optional<core::Authority> successor;
  const auto store = [&](db::Session& session, const base::Bytes& der) {
    storage::AuthorityStore authorities{session};
    auto before = authorities.find(old.authority.id);
    if (!before || before->renewed_by) {
      throw base::Error{base::ErrorCode::conflict, "it was deleted or renewed meanwhile"};
    }
    successor = authority_record(x509::Certificate::parse(der).value(), authorities.new_id(),
                                 random_, act, clock_.now());
    successor->name = before->name;
    successor->type = before->type;
    successor->parent_id = before->parent_id;
    successor->issuing = core::to_text(options);
    successor->cdp_enabled = before->cdp_enabled;
    successor->ocsp_enabled = before->ocsp_enabled;
    successor->aia_enabled = before->aia_enabled;
    successor->key_id = keys_.store(session, key, "authority");
    authorities.insert(*successor);
    authorities_.made(session, act, "ca", successor->id.to_number());
    authorities.set_renewed_by(before->id, successor->id);
    if (wanted.switch_over) {
      before->is_active = false;
      authorities.update(*before);
      authorities_.hand_over_default(session, before->id, successor->id);
    }
    session.record(
        "ca", successor->id, successor->name,
        Succeeded{successor->subject, successor->key_type, before->id, wanted.switch_over});
  };
  if (parent) {
    authorities_.sign_by(act, *parent, tbs, store);
  } else {
    const auto der = self_signed(tbs, key);
    database_.write(act, [&](db::Session& session) { store(session, der); });
  }
  authorities_.forget();
  return successor.value();
}

core::AuthorityCertificate AuthorityRenewal::cross_sign(
    const auth::Act& act, const core::AuthorityId& id, const core::AuthorityId& by,
    std::optional<std::chrono::seconds> validity) {
  const auto subject = authorities_.issuer(id);
  const auto signing = authorities_.issuing(by);
  if (id == by) {
    refuse("issuer_id", "an authority is not cross-signed by itself: renew it");
  }
  if (subject->authority.revoked_at) {
    refuse_revoked();
  }
  if (std::ranges::find(signing->chain, subject->certificate) != signing->chain.end()) {
    refuse("issuer_id", "stands below the authority that it would certify: a circle");
  }
  const auto now = clock_.now();
  const auto longest = std::min(subject->certificate.not_after(), signing->facts.not_after) - now;
  auto order = core::order_of(subject->certificate, key_of(subject->certificate),
                              validity.value_or(longest));
  // A path length that the signing authority's own one allows.
  if (const auto left = core::path_length_left(signing->chain); left && *left > 0) {
    order.path_length = std::min(order.path_length.value_or(*left - 1), *left - 1);
  }
  const auto tbs = decide(order, signing, "issuer_id");
  std::optional<core::AuthorityCertificate> made;
  authorities_.sign_by(act, *signing, tbs, [&](db::Session& session, const base::Bytes& der) {
    const auto certificate = x509::Certificate::parse(der).value();
    storage::AuthorityCertificateStore store{session};
    made = further(store.new_id(), id, core::AuthorityCertificateKind::cross, by, certificate, act,
                   now);
    store.insert(*made);
    authorities_.made(session, act, "ca_certificate", made->id.to_number());
    session.record("ca", id, subject->authority.name,
                   CrossSigned{subject->authority.subject, made->issuer, made->serial_number,
                               made->not_after});
  });
  return made.value();
}

std::vector<core::AuthorityCertificate> AuthorityRenewal::certificates(
    const core::AuthorityId& id) {
  authorities_.issuer(id);  // or not_found
  return database_.read([&](db::Session& session) {
    return storage::AuthorityCertificateStore{session}.of_authority(id, most_certificates);
  });
}

core::Authority AuthorityRenewal::replace(db::Session& session, const auth::Act& act,
                                          const core::AuthorityId& id,
                                          const x509::Certificate& certificate,
                                          std::optional<core::AuthorityId> parent) {
  storage::AuthorityStore authorities{session};
  auto authority = authorities.find(id);
  if (!authority) {
    throw base::Error{base::ErrorCode::not_found, "no authority has this id"};
  }
  if (authority->revoked_at) {
    refuse_revoked();
  }
  const auto former = x509::Certificate::parse(authority->der).value();
  if (!std::ranges::equal(former.spki(), certificate.spki()) ||
      !std::ranges::equal(former.subject_der(), certificate.subject_der())) {
    refuse("certificate", "is not over the name and the key of this authority");
  }
  if (former == certificate) {
    throw base::Error{base::ErrorCode::conflict, "this is the certificate that it has"};
  }
  storage::AuthorityCertificateStore store{session};
  store.insert(further(store.new_id(), id, core::AuthorityCertificateKind::former,
                       authority->parent_id, former, act, clock_.now()));
  authority->parent_id = parent;
  authority->serial_number = certificate.serial_number();
  authority->fingerprint = base::to_hex(certificate.sha256_fingerprint());
  authority->not_before = certificate.not_before();
  authority->not_after = certificate.not_after();
  authority->der = base::to_bytes(certificate.der());
  authorities.replace_certificate(*authority);
  authorities_.made(session, act, "ca", id.to_number());
  session.record("ca", id, authority->name,
                 Renewed{authority->subject, authority->serial_number, former.serial_number(),
                         authority->not_after});
  return *authority;
}

std::shared_ptr<const Issuer> AuthorityRenewal::parent_of(const Issuer& issuer) {
  if (issuer.authority.type == core::AuthorityType::root) {
    return nullptr;
  }
  if (!issuer.authority.parent_id) {
    throw base::Error{base::ErrorCode::conflict,
                      "the authority above it is not here: export a request, and have it signed "
                      "there"};
  }
  return authorities_.issuing(*issuer.authority.parent_id);
}

x509::TbsCertificate AuthorityRenewal::decide(const core::AuthorityOrder& order,
                                              const std::shared_ptr<const Issuer>& parent,
                                              const char* field) {
  const auto now = clock_.now();
  const auto tbs =
      core::decide_authority(order, parent ? std::optional{parent->facts} : std::nullopt,
                             parent ? core::path_length_left(parent->chain) : std::nullopt,
                             x509::SerialNumber::random(random_), now);
  const auto bytes = x509::write_tbs(tbs);
  core::judge_authority(bytes);
  const base::Bytes no_signature(64, 0);  // signatures do not count in a simulation
  const auto candidate =
      x509::Certificate::parse(x509::assemble(bytes, tbs.signature_algorithm, no_signature));
  refuse_by(core::simulate_chain(candidate.value(),
                                 parent ? parent->chain : std::vector<x509::Certificate>{}, now),
            field);
  return tbs;
}

}  // namespace service
