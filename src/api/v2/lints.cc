#include "api/v2/lints.h"

#include "core/certificate.h"
#include "core/lint/lint.h"
#include "storage/certificate_store.h"
#include "x509/certificate.h"

namespace api::v2 {
namespace {

struct LintView {
  std::string name;
  core::lint::Set set;
  core::lint::Severity severity;
  std::string citation;
  std::string description;
};
BOOST_DESCRIBE_STRUCT(LintView, (), (name, set, severity, citation, description))

struct CheckBody {
  static constexpr json::Alias aliases[] = {{"pem", "certificate"}};
  std::string certificate;
  std::optional<bool> baseline_requirements;
};
BOOST_DESCRIBE_STRUCT(CheckBody, (), (certificate, baseline_requirements))

struct CheckView {
  bool passed;  // warnings pass
  std::vector<core::lint::Finding> findings;
};
BOOST_DESCRIBE_STRUCT(CheckView, (), (passed, findings))

struct RecordedQuery {
  bool baseline_requirements = false;
};
BOOST_DESCRIBE_STRUCT(RecordedQuery, (), (baseline_requirements))

struct RecordedView {
  std::vector<core::lint::Finding> recorded;  // when it was issued
  std::vector<core::lint::Finding> now;       // by the lints of this program
  std::optional<core::TemplateId> template_id;
  std::optional<std::int64_t> template_version;
};
BOOST_DESCRIBE_STRUCT(RecordedView, (), (recorded, now, template_id, template_version))

struct Lints {
  db::Database& database;

  std::vector<LintView> list(const http::Call& call) const;
  CheckView check(const http::Call& call, const CheckBody& body) const;
  RecordedView recorded(const http::Call& call, const core::CertificateId& id,
                        const RecordedQuery& query) const;
};

}  // namespace

void add_lints(http::Surface& surface, db::Database& database) {
  http::Resource resource{surface, "Lints", Lints{database}};

  resource.add(http::Endpoint{.method = http::get,
                              .path = "/lints",
                              .summary = "List what is checked before a certificate is signed",
                              .access = auth::Access::to_everyone_signed_in(),
                              .handler = &Lints::list});
  resource.add(http::Endpoint{.method = http::post,
                              .path = "/lints/check",
                              .summary = "Check any certificate",
                              .access = auth::Access::to_everyone_signed_in(),
                              .handler = &Lints::check});
  resource.add(http::Endpoint{.method = http::get,
                              .path = "/certificates/{cert_id}/lint",
                              .summary = "Show the lints' findings on a certificate",
                              .access = auth::read_certificates,
                              .handler = &Lints::recorded});
}

namespace {

std::vector<LintView> Lints::list(const http::Call& /*call*/) const {
  std::vector<LintView> views;
  for (const auto& lint : core::lint::all_lints()) {
    views.push_back({std::string{lint.name}, lint.set, lint.severity, std::string{lint.citation},
                     std::string{lint.description}});
  }
  return views;
}

CheckView Lints::check(const http::Call& /*call*/, const CheckBody& body) const {
  const auto certificate = x509::Certificate::parse_pem_or_der(base::as_bytes(body.certificate));
  if (!certificate) {
    throw base::Error{base::ErrorCode::invalid_request,
                      {base::FieldError{"certificate", certificate.error().reason}}};
  }
  auto findings = core::lint::examine(certificate->tbs(),
                                      {.baseline = body.baseline_requirements.value_or(false)});
  const bool passed = !core::lint::blocks(findings);
  return {passed, std::move(findings)};
}

RecordedView Lints::recorded(const http::Call& /*call*/, const core::CertificateId& id,
                             const RecordedQuery& query) const {
  const auto certificate = database.read(
      [&](db::Session& session) { return storage::CertificateStore{session}.find(id); });
  if (!certificate) {
    throw base::Error{base::ErrorCode::not_found, "no certificate has this id"};
  }
  const auto parsed = x509::Certificate::parse(certificate->der).value();
  return {.recorded = core::lint::findings_from(certificate->lint),
          .now = core::lint::examine(parsed.tbs(), {.baseline = query.baseline_requirements}),
          .template_id = certificate->template_id,
          .template_version = certificate->template_version};
}

}  // namespace
}  // namespace api::v2
