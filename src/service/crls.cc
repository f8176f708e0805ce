#include "service/crls.h"

#include "storage/certificate_store.h"
#include "x509/crl.h"

namespace service {
namespace {

struct Generated {
  std::int64_t number;
  std::int64_t entries;
  base::Time next_update;
};
BOOST_DESCRIBE_STRUCT(Generated, (), (number, entries, next_update))

}  // namespace

std::shared_ptr<const storage::StoredCrl> Crls::current(const core::AuthorityId& id) {
  const auto changes = database_.read([&](db::Session& session) {
    return storage::AuthorityStore{session}.revocation_changes(id);
  });
  if (const auto crl = latest(id); crl && is_current(*crl, changes)) {
    return crl;
  }
  const std::lock_guard lock{mutex_of(id)};
  if (const auto crl = latest(id); crl && is_current(*crl, changes)) {
    return crl;  // made while we waited
  }
  return make({.by = "system", .action = "crl.generate"}, id, true);
}

std::shared_ptr<const storage::StoredCrl> Crls::regenerate(const auth::Act& act,
                                                           const core::AuthorityId& id) {
  const std::lock_guard lock{mutex_of(id)};
  return make(act, id, false);
}

std::shared_ptr<const storage::StoredCrl> Crls::latest(const core::AuthorityId& id) {
  {
    const std::lock_guard lock{mutex_};
    if (const auto found = kept_.find(id); found != kept_.end()) {
      return found->second;
    }
  }
  auto stored = database_.read(
      [&](db::Session& session) { return storage::AuthorityStore{session}.crl(id); });
  if (!stored) {
    return nullptr;
  }
  const std::lock_guard lock{mutex_};
  auto& kept = kept_[id];
  if (!kept || kept->number < stored->number) {
    kept = std::make_shared<storage::StoredCrl>(*std::move(stored));
  }
  return kept;
}

bool Crls::is_current(const storage::StoredCrl& crl, std::int64_t changes) const {
  return crl.covered_changes >= changes && clock_.now() < crl.this_update + made_anew_after;
}

std::mutex& Crls::mutex_of(const core::AuthorityId& id) {
  const std::lock_guard lock{mutex_};
  auto& entry = making_[id];
  if (!entry) {
    entry = std::make_unique<std::mutex>();
  }
  return *entry;
}

Crls::Crl Crls::make(const auth::Act& act, const core::AuthorityId& id, bool is_routine) {
  const auto issuer = authorities_.issuer(id);
  if (!issuer->signer) {
    const auto last = latest(id);
    if (last && is_routine) {
      return last;
    }
    throw base::Error{base::ErrorCode::conflict, "the key of this authority is not here"};
  }
  // Another node may take the number first. Then ours is thrown away unseen: two different CRLs
  // never have the same number (RFC 5280, section 5.2.3).
  constexpr int attempts = 5;
  for (int i = 0; i < attempts; ++i) {
    const auto last = latest(id);
    auto crl = sign(*issuer, (last ? last->number : 0) + 1);
    if (keep(act, crl, *issuer, is_routine)) {
      auto made = std::make_shared<const storage::StoredCrl>(std::move(crl));
      const std::lock_guard lock{mutex_};
      kept_[id] = made;
      return made;
    }
    {
      const std::lock_guard lock{mutex_};
      kept_.erase(id);
    }
    if (const auto theirs = latest(id);
        is_routine && theirs && is_current(*theirs, crl.covered_changes)) {
      return theirs;
    }
  }
  throw base::Error{base::ErrorCode::unavailable, "other nodes make CRLs at this moment: try again"}
      .retry_after(1);
}

storage::StoredCrl Crls::sign(const Issuer& issuer, std::int64_t number) {
  const auto id = issuer.authority.id;
  const auto now = clock_.now();
  storage::StoredCrl crl{.authority_id = id,
                         .number = number,
                         .this_update = now,
                         .next_update = now + lifetime,
                         .entries = 0,
                         .covered_changes = 0,
                         .der = {}};
  x509::CrlHeader header{.issuer = issuer.facts.subject_der,
                         .this_update = crl.this_update,
                         .next_update = crl.next_update,
                         .number = static_cast<std::uint64_t>(crl.number),
                         .authority_key_identifier = issuer.facts.subject_key_identifier,
                         .delta_base = std::nullopt,
                         .distribution_point = std::nullopt,
                         .freshest_crl = {}};
  // An entry stays until a CRL was issued after the certificate's end (RFC 5280, section 3.3).
  const auto ended = now - lifetime;
  std::optional<x509::CrlWriter> writer;
  database_.read([&](db::Session& session) {
    // The counter and the rows are of one moment, so the CRL covers exactly what it says.
    crl.covered_changes = storage::AuthorityStore{session}.revocation_changes(id);
    const storage::CertificateStore certificates{session};
    writer.emplace(std::move(header), *issuer.signer,
                   static_cast<std::size_t>(certificates.count_revoked(id, ended)));
    certificates.each_revoked(
        id, ended,
        [&](const x509::SerialNumber& serial, base::Time at, x509::RevocationReason why) {
          writer->add({.serial_number = serial, .revoked_at = at, .reason = why});
        });
  });
  crl.entries = static_cast<std::int64_t>(writer->entries());
  crl.der = std::move(*writer).finish();
  return crl;
}

bool Crls::keep(const auth::Act& act, const storage::StoredCrl& crl, const Issuer& issuer,
                bool is_routine) {
  return database_.write(act, [&](db::Session& session) {
    if (!storage::AuthorityStore{session}.put_crl(crl)) {
      return false;
    }
    if (is_routine) {
      session.bookkeeping("a CRL that follows from revocations, which have their own entries");
    } else {
      session.record("crl", crl.authority_id, issuer.authority.name,
                     Generated{crl.number, crl.entries, crl.next_update});
    }
    return true;
  });
}

}  // namespace service
