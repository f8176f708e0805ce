#include "service/offline_crls.h"

#include <algorithm>

#include "crypto/pem.h"
#include "storage/revocation_store.h"
#include "x509/crl.h"

namespace service {
namespace {

struct BroughtIn {
  std::int64_t number;
  std::int64_t entries;
  base::Time next_update;
};
BOOST_DESCRIBE_STRUCT(BroughtIn, (), (number, entries, next_update))

[[noreturn]] void refuse(std::string reason) {
  throw base::Error{base::ErrorCode::invalid_request, {base::FieldError{"crl", std::move(reason)}}};
}

// "yyMMddHHmmssZ", as index.txt has it.
std::string index_time(base::Time time) {
  std::string digits;
  for (const char c : base::to_text(time)) {
    if (c >= '0' && c <= '9') {
      digits += c;
    }
  }
  return digits.substr(2, 12) + "Z";
}

x509::CrlSummary checked(const Issuer& issuer, base::ByteView der, base::Time now) {
  const auto key = crypto::PublicKey::from_spki(issuer.certificate.spki());
  if (!key) {
    refuse("the key of the authority is none that we take: " + key.error().reason);
  }
  auto summary = x509::read_crl(der, *key);
  if (!summary) {
    refuse(summary.error().reason);
  }
  if (!std::ranges::equal(summary->issuer, issuer.certificate.subject_der())) {
    refuse("is the list of another authority");
  }
  if (!summary->is_signed) {
    refuse("is not signed by the key of this authority");
  }
  if (!summary->number || summary->delta_base) {
    refuse(summary->delta_base ? "is a delta: bring in the whole list" : "has no number");
  }
  if (!summary->next_update || *summary->next_update <= now) {
    refuse("has ended, or does not say when it ends");
  }
  if (summary->this_update > now + std::chrono::hours{1}) {
    refuse("is of the future");
  }
  return *std::move(summary);
}

// What was revoked here and is not on the list.
std::vector<std::string> missing_in(base::ByteView der,
                                    const std::vector<x509::SerialNumber>& revoked) {
  std::vector<std::string> missing;
  for (const auto& serial : revoked) {
    const auto found = x509::find_in_crl(der, serial);
    if (!found || !*found) {
      missing.push_back(serial.to_string());
    }
  }
  return missing;
}

}  // namespace

std::string OfflineCrls::index(const core::AuthorityId& id) {
  authorities_.issuer(id);  // or not_found
  const auto now = clock_.now();
  std::string text;
  database_.read([&](db::Session& session) {
    storage::RevocationStore{session}.each_listed(
        id, core::CrlScope{}.buckets(), now, [&](const auto& listed) {
          if (!listed.revoked_at) {
            return;
          }
          auto revocation = index_time(*listed.revoked_at);
          if (listed.reason != x509::RevocationReason::unspecified) {
            revocation +=
                std::string{","} + boost::describe::enum_to_string(listed.reason, "unspecified");
          }
          // The end does not count for a list, and nobody reads the name.
          text += "R\t491231235959Z\t" + revocation + "\t" + listed.serial_number.to_string() +
                  "\tunknown\t/CN=" + listed.serial_number.to_string() + "\n";
        });
  });
  return text;
}

std::shared_ptr<const storage::StoredCrl> OfflineCrls::bring_in(const auth::Act& act,
                                                                const core::AuthorityId& id,
                                                                base::ByteView der_or_pem) {
  const auto issuer = authorities_.issuer(id);
  if (issuer->signer) {
    throw base::Error{base::ErrorCode::conflict,
                      "the key of this authority is here: its lists are made here"};
  }
  const auto der = crypto::der_from(der_or_pem, "X509 CRL");
  if (!der) {
    refuse(der.error().reason);
  }
  const auto now = clock_.now();
  const auto summary = checked(*issuer, *der, now);
  database_.write(act, [&](db::Session& session) {
    storage::RevocationStore revocations{session};
    std::vector<x509::SerialNumber> revoked;
    revocations.each_listed(id, core::CrlScope{}.buckets(), now, [&](const auto& listed) {
      if (listed.revoked_at) {
        revoked.push_back(listed.serial_number);
      }
    });
    if (const auto missing = missing_in(*der, revoked); !missing.empty()) {
      refuse("leaves out " + missing.front() + ", which was revoked here" +
             (missing.size() > 1 ? ", and " + std::to_string(missing.size() - 1) + " more" : ""));
    }
    const storage::StoredCrl stored{.authority_id = id,
                                    .scope = {},
                                    .number = static_cast<std::int64_t>(*summary.number),
                                    .this_update = summary.this_update,
                                    .next_update = *summary.next_update,
                                    .entries = static_cast<std::int64_t>(summary.entries),
                                    .covered_changes = revocations.changes(id),
                                    .base_number = std::nullopt,
                                    .der = *der};
    if (!storage::CrlStore{session}.put(stored)) {
      refuse("is not newer than the list that is published");
    }
    session.record("crl", id, issuer->authority.name,
                   BroughtIn{stored.number, stored.entries, stored.next_update});
  });
  crls_.forget(id);
  return crls_.latest(id);
}

}  // namespace service
