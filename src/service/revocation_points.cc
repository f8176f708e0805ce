#include "service/revocation_points.h"

#include "net/http_fetch.h"
#include "x509/crl.h"
#include "x509/ocsp.h"

namespace service {
namespace {

constexpr std::size_t most_octets = std::size_t{128} << 20;
constexpr auto patience = std::chrono::seconds{5};

void judge_times(RevocationPoint& point, base::Time now) {
  if (!point.error.empty()) {
    return;
  }
  if (point.next_update && *point.next_update <= now) {
    point.error = "ended on " + base::to_text(*point.next_update);
  }
  point.is_fresh = point.error.empty();
}

std::vector<std::string> chosen_or(const std::optional<std::vector<std::string>>& chosen,
                                   const std::string& own) {
  return chosen && !chosen->empty() ? *chosen : std::vector<std::string>{own};
}

// The request of a GET (RFC 6960, appendix A.1): base64, with what a path cannot have escaped.
std::string in_path(const base::Bytes& request) {
  std::string text;
  for (const char c : base::to_base64(request)) {
    text += c == '/' ? "%2F" : c == '+' ? "%2B" : c == '=' ? "%3D" : std::string{c};
  }
  return text;
}

}  // namespace

std::vector<RevocationPoint> RevocationPoints::measure(const core::AuthorityId& id) {
  const auto issuer = authorities_.issuer(id);
  const auto& facts = issuer->facts;
  const auto settings = crls_.settings(id);
  std::vector<RevocationPoint> points;
  if (facts.cdp_enabled) {
    for (const auto& url : chosen_or(facts.options.crl_urls, facts.addresses.crl)) {
      points.push_back(list(PointKind::crl, url, url == facts.addresses.crl, *issuer));
    }
  }
  if (settings.delta_crl_enabled) {
    const auto url = core::crl_address(facts.addresses.crl, core::CrlScope::delta());
    points.push_back(list(PointKind::delta_crl, url, true, *issuer));
  }
  if (facts.ocsp_enabled) {
    for (const auto& url : chosen_or(facts.options.ocsp_urls, facts.addresses.ocsp)) {
      points.push_back(ocsp(url, url == facts.addresses.ocsp, *issuer));
    }
  }
  if (facts.aia_enabled) {
    for (const auto& url : chosen_or(facts.options.ca_issuers_urls, facts.addresses.ca_issuers)) {
      points.push_back(certificate(url, url == facts.addresses.ca_issuers, *issuer));
    }
  }
  return points;
}

RevocationPoint RevocationPoints::fetch(PointKind kind, const std::string& url, bool is_own,
                                        std::string& body) {
  using Steady = std::chrono::steady_clock;
  RevocationPoint point{.kind = kind, .url = url};
  const auto parsed = net::Url::parse(url);
  if (!parsed) {
    point.error = parsed.error().reason;
    return point;
  }
  net::FetchOptions options{
      .time = patience, .most_octets = most_octets, .user_agent = "Certwright"};
  if (is_own) {
    options.allowed_targets = {net::Network::parse("0.0.0.0/0").value(),
                               net::Network::parse("::/0").value()};
  }
  const auto began = Steady::now();
  auto outcome = net::fetch(resolver_, *parsed, options);
  point.milliseconds =
      std::chrono::duration_cast<std::chrono::milliseconds>(Steady::now() - began).count();
  point.http_status = outcome.status;
  point.octets = std::ssize(outcome.body);
  if (outcome.failure != net::FetchFailure::none) {
    point.error = outcome.reason;
  } else if (outcome.status != 200) {
    point.error = "answers with HTTP status " + std::to_string(outcome.status);
  }
  body = std::move(outcome.body);
  return point;
}

RevocationPoint RevocationPoints::list(PointKind kind, const std::string& url, bool is_own,
                                       const Issuer& issuer) {
  std::string body;
  auto point = fetch(kind, url, is_own, body);
  if (!point.error.empty()) {
    return point;
  }
  const auto key = crypto::PublicKey::from_spki(issuer.certificate.spki());
  const auto crl = key ? x509::read_crl(base::as_bytes(body), *key)
                       : std::unexpected(base::ParseError{key.error().reason});
  if (!crl) {
    point.error = "not a CRL: " + crl.error().reason;
    return point;
  }
  if (crl->number) {
    point.crl_number = static_cast<std::int64_t>(*crl->number);
  }
  point.this_update = crl->this_update;
  point.next_update = crl->next_update;
  if (!crl->is_signed) {
    point.error = "a CRL that this authority did not sign";
  } else if (crl->delta_base.has_value() != (kind == PointKind::delta_crl)) {
    point.error = kind == PointKind::delta_crl ? "not a delta CRL" : "a delta CRL";
  }
  judge_times(point, clock_.now());
  return point;
}

RevocationPoint RevocationPoints::ocsp(const std::string& url, bool is_own, const Issuer& issuer) {
  // About a serial number that nobody has: the answer is signed all the same, and in no cache.
  const auto id =
      x509::ocsp_cert_id(crypto::DigestAlgorithm::sha1, issuer.certificate.subject_der(),
                         issuer.certificate.key_bits(), x509::SerialNumber::random(random_));
  const auto request = x509::make_ocsp_request({id}, std::nullopt);
  std::string body;
  auto point = fetch(PointKind::ocsp, url + "/" + in_path(request), is_own, body);
  point.url = url;
  if (!point.error.empty()) {
    return point;
  }
  const auto times = x509::read_ocsp_times(base::as_bytes(body));
  if (!times) {
    point.error = times.error().reason;
    return point;
  }
  point.this_update = times->this_update;
  point.next_update = times->next_update;
  judge_times(point, clock_.now());
  return point;
}

RevocationPoint RevocationPoints::certificate(const std::string& url, bool is_own,
                                              const Issuer& issuer) {
  std::string body;
  auto point = fetch(PointKind::ca_issuers, url, is_own, body);
  if (point.error.empty() && !std::ranges::equal(base::as_bytes(body), issuer.certificate.der())) {
    point.error = "another certificate than this authority's";
  }
  point.is_fresh = point.error.empty();
  return point;
}

}  // namespace service
