#include "service/acme_bulk_revocation.h"

#include <algorithm>
#include <set>

namespace service {
namespace {

using storage::AcmeCertificateFilter;
using storage::AcmeCertificateStatus;

constexpr std::size_t in_one_step = 200;

AcmeCertificateFilter in_force(AcmeCertificateFilter filter) {
  filter.status = AcmeCertificateStatus::active;
  return filter;
}

}  // namespace

AcmeBulkRevocation::Preview AcmeBulkRevocation::preview(const AcmeCertificateFilter& filter) {
  const auto now = clock_.now();
  return database_.read([&](db::Session& session) {
    const storage::AcmeInventoryStore store{session};
    Preview preview;
    for (const auto& certificate : store.certificates(in_force(filter), {.limit = most}, now)) {
      preview.serial_numbers.push_back(certificate.serial_number.to_string());
    }
    preview.matched = static_cast<std::int64_t>(preview.serial_numbers.size());
    if (preview.matched == most) {
      preview.matched = store.count_certificates(in_force(filter), now);
    }
    return preview;
  });
}

AcmeBulkRevocation::Certificates AcmeBulkRevocation::find(const AcmeCertificateFilter& filter,
                                                          Outcome& outcome) {
  const auto now = clock_.now();
  const auto wanted = filter.any_serial.empty() ? in_force(filter) : filter;
  auto found = database_.read([&](db::Session& session) {
    const storage::AcmeInventoryStore store{session};
    auto certificates = store.certificates(wanted, {.limit = most}, now);
    outcome.matched = certificates.size() < most ? static_cast<std::int64_t>(certificates.size())
                                                 : store.count_certificates(wanted, now);
    return certificates;
  });
  std::set<x509::SerialNumber> missing(filter.any_serial.begin(), filter.any_serial.end());
  for (const auto& certificate : found) {
    missing.erase(certificate.serial_number);
  }
  for (const auto& serial : missing) {
    outcome.errors.push_back({serial.to_string(), "no certificate that matches has this number"});
  }
  return found;
}

void AcmeBulkRevocation::tell_holder(db::Session& session,
                                     const storage::AcmeCertificate& certificate,
                                     x509::RevocationReason reason) {
  const auto origin = storage::AcmeInventoryStore{session}.origin_of(certificate.id);
  if (!origin) {
    return;
  }
  notifications_.tell(session, origin->account_id,
                      {.type = core::acme::NotificationType::revocation_succeeded,
                       .subject = "Certificate revoked: " + certificate.common_name,
                       .text = "The certificate for " + certificate.common_name +
                               " with the serial number " + certificate.serial_number.to_string() +
                               " was revoked by an administrator. The reason: " +
                               boost::describe::enum_to_string(reason, "unspecified") +
                               ".\n\nOrder another one if the name is still in use.\n"});
}

// A certificate that cannot be revoked keeps none of the others from it.
void AcmeBulkRevocation::revoke(const auth::Act& act,
                                std::span<const storage::AcmeCertificate> step,
                                x509::RevocationReason reason, Outcome& outcome) {
  std::vector<core::Certificate> revoked;
  std::vector<Refused> refused;
  const bool can_tell = notifications_.are_possible();
  database_.write(act, [&](db::Session& session) {
    session.bookkeeping("each revocation records itself; there may be none");
    revoked.clear();
    refused.clear();
    for (const auto& certificate : step) {
      if (certificate.revoked_at) {
        refused.push_back({certificate.serial_number.to_string(), "already revoked"});
        continue;
      }
      try {
        revoked.push_back(revocation_.revoke_in(session, certificate.id, {.reason = reason}));
        if (can_tell) {
          tell_holder(session, certificate, reason);
        }
      } catch (const base::Error& error) {
        // Refused before anything was written: somebody else was quicker.
        if (error.code() != base::ErrorCode::conflict &&
            error.code() != base::ErrorCode::not_found) {
          throw;
        }
        refused.push_back({certificate.serial_number.to_string(), error.what()});
      }
    }
  });
  revocation_.told(revoked);
  if (can_tell) {
    notifications_.send_soon();
  }
  outcome.revoked += static_cast<std::int64_t>(revoked.size());
  outcome.errors.insert(outcome.errors.end(), refused.begin(), refused.end());
}

AcmeBulkRevocation::Outcome AcmeBulkRevocation::run(const auth::Act& act,
                                                    const AcmeCertificateFilter& filter,
                                                    x509::RevocationReason reason) {
  Outcome outcome;
  const auto found = find(filter, outcome);
  for (std::span<const storage::AcmeCertificate> rest{found}; !rest.empty();) {
    const auto step = rest.first(std::min(rest.size(), in_one_step));
    revoke(act, step, reason, outcome);
    rest = rest.subspan(step.size());
  }
  return outcome;
}

}  // namespace service
