#include "service/imports.h"

#include <algorithm>

#include "core/issuance.h"
#include "der/oids.h"
#include "storage/authority_store.h"
#include "storage/certificate_store.h"
#include "storage/crl_store.h"
#include "storage/import_store.h"
#include "storage/revocation_store.h"

namespace service {
namespace {

struct Imported {
  std::string subject;
  std::string issuer;
  x509::SerialNumber serial_number;
  base::Time not_after;
  bool key_is_kept;
};
BOOST_DESCRIBE_STRUCT(Imported, (), (subject, issuer, serial_number, not_after, key_is_kept))

struct Linked {
  std::string parent;
};
BOOST_DESCRIBE_STRUCT(Linked, (), (parent))

base::Uuid new_uuid(crypto::Random& random) {
  std::array<std::uint8_t, 16> octets{};
  random.fill(octets);
  return base::Uuid::from_random(octets);
}

std::string called(const x509::Certificate& certificate) {
  return "'" + core::display_name(certificate) + "': ";
}

// The profile that says the same; "custom" when none does.
std::string profile_of(const x509::Certificate& certificate) {
  const auto usages = certificate.extended_key_usage();
  const auto has = [&](const der::Oid& usage) {
    return std::ranges::find(usages, usage) != usages.end();
  };
  if (has(der::oids::server_auth)) {
    return has(der::oids::client_auth) ? "combined" : "server";
  }
  if (usages.size() == 1) {
    if (has(der::oids::client_auth)) {
      return "client";
    }
    if (has(der::oids::email_protection)) {
      return "email";
    }
    if (has(der::oids::code_signing)) {
      return "code_signing";
    }
  }
  return "custom";
}

Imported about(const x509::Certificate& certificate, bool key_is_kept) {
  return {.subject = certificate.subject().to_string(),
          .issuer = certificate.issuer().to_string(),
          .serial_number = certificate.serial_number(),
          .not_after = certificate.not_after(),
          .key_is_kept = key_is_kept};
}

// One run of the transaction, which may be run again.
class Run {
 public:
  Run(db::Session& session, const auth::Act& act, Keys& keys, crypto::Random& random,
      base::Time now, const Imports::Options& options)
      : session_{session},
        act_{act},
        keys_{keys},
        random_{random},
        now_{now},
        options_{options},
        known_{storage::AuthorityStore{session}.list()} {
    for (const auto& authority : known_) {
      by_fingerprint_.emplace(authority.fingerprint, authority.id);
    }
  }

  void keep(const ImportCandidate& candidate) {
    const auto found = by_fingerprint_.find(candidate.fingerprint);
    if (candidate.is_authority && found != by_fingerprint_.end()) {
      note_known(found->second, candidate);
    } else if (candidate.is_authority) {
      add_authority(candidate);
    } else if (const auto certificate =
                   storage::CertificateStore{session_}.find_by_fingerprint(candidate.fingerprint)) {
      note_known(*certificate, candidate);
    } else {
      add_certificate(candidate);
    }
  }

  // Authorities whose parent was not here until now get it.
  void link_orphans(const std::vector<ImportCandidate>& candidates) {
    for (const auto& orphan : known_) {
      if (orphan.parent_id || orphan.type == core::AuthorityType::root) {
        continue;
      }
      const auto certificate = x509::Certificate::parse(orphan.der).value();
      for (const auto& candidate : candidates) {
        const auto parent = by_fingerprint_.find(candidate.fingerprint);
        if (!candidate.is_authority || parent == by_fingerprint_.end() ||
            parent->second == orphan.id || !has_issued(candidate.certificate, certificate)) {
          continue;
        }
        storage::ImportStore{session_}.set_parent(orphan.id, parent->second);
        session_.record("ca", orphan.id, orphan.name,
                        Linked{candidate.certificate.subject().to_string()});
        break;
      }
    }
  }

  Imports::Outcome outcome;

 private:
  static bool has_issued(const x509::Certificate& issuer, const x509::Certificate& certificate) {
    const auto key = crypto::PublicKey::from_spki(issuer.spki());
    return key && std::ranges::equal(issuer.subject_der(), certificate.issuer_der()) &&
           certificate.is_signed_by(*key);
  }

  std::optional<core::KeyId> store_key(const ImportCandidate& candidate, const char* purpose) {
    if (!candidate.key || !options_.keys) {
      return std::nullopt;
    }
    ++outcome.keys_kept;
    return keys_.store(session_, *candidate.key, purpose);
  }

  std::optional<core::AuthorityId> issuer_id(const ImportCandidate& candidate) const {
    if (!candidate.issuer_fingerprint) {
      return std::nullopt;
    }
    const auto found = by_fingerprint_.find(*candidate.issuer_fingerprint);
    return found == by_fingerprint_.end() ? std::nullopt : std::optional{found->second};
  }

  std::string shown_name(const std::string& common_name) const {
    if (options_.name.empty()) {
      return common_name;
    }
    return options_.leave_out_others ? options_.name + common_name : options_.name;
  }

  void add_authority(const ImportCandidate& candidate) {
    const auto& certificate = candidate.certificate;
    storage::AuthorityStore authorities{session_};
    auto made = authority_record(certificate, authorities.new_id(), random_, act_, now_);
    made.name = shown_name(made.common_name);
    made.type =
        candidate.is_self_signed ? core::AuthorityType::root : core::AuthorityType::intermediate;
    made.parent_id = candidate.is_self_signed ? std::nullopt : issuer_id(candidate);
    made.key_id = store_key(candidate, "authority");
    authorities.insert(made);
    if (const auto drawn = options_.crl_numbers.find(candidate.fingerprint);
        drawn != options_.crl_numbers.end()) {
      storage::CrlStore{session_}.go_on_after(made.id, drawn->second);
    }
    by_fingerprint_.emplace(candidate.fingerprint, made.id);
    outcome.authorities.push_back(made.id);
    session_.record("ca", made.id, made.name, about(certificate, made.key_id.has_value()));
  }

  void add_certificate(const ImportCandidate& candidate) {
    const auto& certificate = candidate.certificate;
    const auto issuer = issuer_id(candidate);
    if (!issuer) {
      leave_out(certificate, "its authority was left out, or deleted meanwhile");
      return;
    }
    storage::CertificateStore certificates{session_};
    if (certificates.find_by_serial(*issuer, certificate.serial_number())) {
      leave_out(certificate, "another certificate of its authority has the same serial number");
      return;
    }
    const auto common_name = core::display_name(certificate);
    const core::Certificate made{
        .id = certificates.new_id(),
        .refid = new_uuid(random_),
        .authority_id = *issuer,
        .serial_number = certificate.serial_number(),
        .common_name = common_name,
        .subject = certificate.subject().to_string(),
        .names = core::combined_text(certificate.subject_alternative_names()),
        .profile = profile_of(certificate),
        .source = core::Source::import,
        .key_type = crypto::key_facts(certificate.spki()).name,
        .fingerprint = candidate.fingerprint,
        .not_before = certificate.not_before(),
        .not_after = certificate.not_after(),
        .revoked_at = std::nullopt,
        .revocation_reason = std::nullopt,
        .key_id = store_key(candidate, "certificate"),
        .created_at = now_,
        .created_by = act_.by,
        .description = options_.name.empty() ? "" : shown_name(common_name),
        .renewed_by = std::nullopt,
        .der = base::to_bytes(certificate.der())};
    certificates.insert(made);
    outcome.certificates.push_back(made.id);
    if (const auto revoked = options_.revoked.find(candidate.fingerprint);
        revoked != options_.revoked.end()) {
      if (certificates.revoke(made.id, revoked->second.reason, revoked->second.at)) {
        storage::RevocationStore{session_}.note(certificates.find(made.id).value());
        ++outcome.revoked;
      }
    }
    session_.record("certificate", made.id, made.common_name,
                    about(certificate, made.key_id.has_value()));
  }

  void note_known(const core::AuthorityId& id, const ImportCandidate& candidate) {
    outcome.known_authorities.push_back(id);
    const auto authority = std::ranges::find(known_, id, &core::Authority::id);
    if (authority != known_.end() && !authority->key_id) {
      give_key(id, candidate, "ca", authority->name, "authority");
    }
  }

  void note_known(const core::Certificate& certificate, const ImportCandidate& candidate) {
    outcome.known_certificates.push_back(certificate.id);
    if (!certificate.key_id) {
      give_key(certificate.id, candidate, "certificate", certificate.common_name, "certificate");
    }
  }

  template <class Id>
  void give_key(const Id& id, const ImportCandidate& candidate, const char* type,
                const std::string& name, const char* purpose) {
    if (!options_.update_existing || !candidate.key || !options_.keys) {
      return;
    }
    if (!storage::ImportStore{session_}.set_key(id, *store_key(candidate, purpose))) {
      throw base::Error{base::ErrorCode::conflict, "it got a key meanwhile: try again"};
    }
    ++outcome.updated;
    session_.record(type, id, name, about(candidate.certificate, true));
  }

  void leave_out(const x509::Certificate& certificate, const std::string& reason) {
    const auto said = called(certificate) + reason;
    if (!options_.leave_out_others) {
      throw base::Error{base::ErrorCode::conflict, said};
    }
    outcome.left_out.push_back(said);
  }

  db::Session& session_;
  const auth::Act& act_;
  Keys& keys_;
  crypto::Random& random_;
  base::Time now_;
  const Imports::Options& options_;
  std::vector<core::Authority> known_;
  std::map<std::string, core::AuthorityId> by_fingerprint_;
};

bool is_wanted(const ImportCandidate& candidate, const Imports::Options& options) {
  return candidate.is_authority ? options.authorities : options.certificates;
}

// The requests that can be kept; the others are refused, or named in `left_out`.
std::vector<Requests::Incoming> requests_to_keep(const ImportPlan& plan,
                                                 const Imports::Options& options,
                                                 std::vector<std::string>& left_out) {
  std::vector<Requests::Incoming> kept;
  for (std::size_t i = 0; i < plan.requests.size() && options.requests; ++i) {
    try {
      Requests::check(plan.requests[i]);
    } catch (const base::Error& error) {
      if (!options.leave_out_others) {
        throw;
      }
      left_out.emplace_back(error.what());
      continue;
    }
    const auto key = plan.request_keys.find(i);
    kept.push_back({.csr = plan.requests[i],
                    .private_key = key == plan.request_keys.end() || !options.keys
                                       ? std::nullopt
                                       : std::optional{key->second}});
  }
  return kept;
}

}  // namespace

Imports::Outcome Imports::import(const auth::Act& act, const ImportContent& content,
                                 const Options& options) {
  const auto plan = this->plan(content);
  std::vector<std::string> left_out;
  std::vector<base::FieldError> errors;
  std::vector<ImportCandidate> wanted;
  for (const auto& candidate : plan.candidates) {
    if (!is_wanted(candidate, options)) {
      continue;
    }
    if (!candidate.obstacle) {
      wanted.push_back(candidate);
    } else if (options.leave_out_others) {
      left_out.push_back(called(candidate.certificate) + *candidate.obstacle);
    } else {
      errors.push_back({"certificate", called(candidate.certificate) + *candidate.obstacle});
    }
  }
  if (!plan.unused_keys.empty() && options.leave_out_others) {
    left_out.emplace_back("a private key belongs to no certificate and no request of the file");
  } else if (!plan.unused_keys.empty()) {
    errors.push_back(
        {"private_key", "belongs to none of the certificates and requests of the file"});
  }
  if (!errors.empty()) {
    throw base::Error{base::ErrorCode::invalid_request, std::move(errors)};
  }
  const auto requests = requests_to_keep(plan, options, left_out);
  if (wanted.empty() && requests.empty()) {
    return {.left_out = std::move(left_out)};
  }

  auto outcome = database_.write(act, [&](db::Session& session) {
    // What turns out to be here already changes nothing, and leaves no entry.
    session.bookkeeping("an import, whose entries say what it brought");
    Run run{session, act, keys_, random_, clock_.now(), options};
    for (const auto& candidate : wanted) {
      run.keep(candidate);
    }
    run.link_orphans(wanted);
    for (const auto& incoming : requests) {
      if (const auto added = requests_.add_within(session, act, incoming)) {
        run.outcome.requests.push_back(added->id);
        run.outcome.keys_kept += incoming.private_key ? 1 : 0;
      } else {
        run.outcome.left_out.emplace_back("a request of the file waits here already");
      }
    }
    if (!run.outcome.authorities.empty()) {
      authorities_.made(session, act, "ca", run.outcome.authorities.back().to_number());
    }
    if (options.with) {
      options.with(session, run.outcome);
    }
    return run.outcome;
  });
  authorities_.forget();
  outcome.left_out.insert(outcome.left_out.begin(), left_out.begin(), left_out.end());
  return outcome;
}

}  // namespace service
