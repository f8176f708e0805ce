#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/v2/authority_view.h"
#include "api/v2/certificate_view.h"
#include "service/imports.h"

namespace api::v2 {

struct ImportedIds {
  std::vector<core::AuthorityId> cas;
  std::vector<core::CertificateId> certificates;
  std::vector<storage::RequestId> csrs;
};
BOOST_DESCRIBE_STRUCT(ImportedIds, (), (cas, certificates, csrs))

ImportedIds imported_ids(const service::Imports::Outcome& outcome);

// The first certificate that came in, or the first authority when nothing else did, as the contract
// answers; and all that came in.
struct ImportedCertificate : CertificateView {
  ImportedIds imported_ids;
};
BOOST_DESCRIBE_STRUCT(ImportedCertificate, (CertificateView), (imported_ids))

struct ImportedAuthority : AuthorityView {
  ImportedIds imported_ids;
};
BOOST_DESCRIBE_STRUCT(ImportedAuthority, (AuthorityView), (imported_ids))

// One object of a file. `index` is its place among the objects.
struct ImportObject {
  std::int64_t index;
  std::string type;  // "certificate", "ca", "private_key", "csr"
  std::string name;
  std::string subject;
  std::string issuer;
  std::string serial_number;
  std::optional<base::Time> not_before;
  std::optional<base::Time> not_after;
  bool expired;
  std::string key_type;
  std::string fingerprint;
  bool self_signed;
  bool has_private_key;
  bool already_exists;
  std::optional<std::string> problem;
};
BOOST_DESCRIBE_STRUCT(ImportObject, (),
                      (index, type, name, subject, issuer, serial_number, not_before, not_after,
                       expired, key_type, fingerprint, self_signed, has_private_key, already_exists,
                       problem))

// From a certificate up to where the chain ends.
struct ImportChain {
  std::vector<std::int64_t> indexes;  // of what is in the file
  std::vector<std::string> names;
  bool complete;  // ends at a root, or at an authority that is here
};
BOOST_DESCRIBE_STRUCT(ImportChain, (), (indexes, names, complete))

struct MatchedPair {
  std::int64_t key;
  std::int64_t object;
};
BOOST_DESCRIBE_STRUCT(MatchedPair, (), (key, object))

struct ImportMatching {
  std::vector<MatchedPair> matched_pairs;
  std::vector<std::int64_t> orphan_keys;
  std::vector<std::int64_t> certs_without_key;
  std::vector<MatchedPair> csr_key_pairs;
};
BOOST_DESCRIBE_STRUCT(ImportMatching, (),
                      (matched_pairs, orphan_keys, certs_without_key, csr_key_pairs))

struct ImportValidation {
  bool valid;
  std::vector<std::string> errors;
  std::vector<std::string> warnings;
};
BOOST_DESCRIBE_STRUCT(ImportValidation, (), (valid, errors, warnings))

struct ImportSummary {
  std::string format;
  std::int64_t total;
  std::int64_t certificates;
  std::int64_t cas;
  std::int64_t private_keys;
  std::int64_t csrs;
  std::int64_t duplicates;
};
BOOST_DESCRIBE_STRUCT(ImportSummary, (),
                      (format, total, certificates, cas, private_keys, csrs, duplicates))

struct Analysis {
  std::vector<ImportObject> objects;
  std::vector<ImportChain> chains;
  ImportMatching matching;
  ImportValidation validation;
  ImportSummary summary;
};
BOOST_DESCRIBE_STRUCT(Analysis, (), (objects, chains, matching, validation, summary))

Analysis analysis(const service::ImportContent& content, const service::ImportPlan& plan,
                  base::Time now);

}  // namespace api::v2
