#include "core/acme/csr_profile.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "der/oids.h"
#include "x509/key_usage.h"

// The sentences are those that the contract's own server says: clients and people compare them.
namespace core::acme {
namespace {

using Sentences = std::vector<std::string>;

// Puts each of the parts where the next {} is.
std::string said(std::string_view sentence, std::initializer_list<std::string> parts) {
  std::string text;
  for (const auto& part : parts) {
    const auto place = sentence.find("{}");
    text.append(sentence.substr(0, place)).append(part);
    sentence.remove_prefix(place + 2);
  }
  return text.append(sentence);
}

std::string text_of(std::int64_t number) {
  return std::to_string(number);
}

// ['a', 'b']
std::string list_of(std::vector<std::string> items) {
  std::ranges::sort(items);
  std::string text;
  for (const auto& item : items) {
    text += (text.empty() ? "'" : ", '") + item + "'";
  }
  return "[" + text + "]";
}

bool contains(const std::vector<std::string>& list, std::string_view item) {
  return std::ranges::find(list, item) != list.end();
}

// ---- What the request has, in the words of the contract ----

std::string key_label(const crypto::PublicKey& key) {
  switch (key.type()) {
    case crypto::KeyType::rsa:
      return "RSA";
    case crypto::KeyType::ed25519:
      return "Ed25519";
    case crypto::KeyType::ec:
      break;
  }
  return "EC.secp" + std::to_string(key.bits()) + "r1";
}

std::string algorithm_label(crypto::SignatureAlgorithm algorithm) {
  using enum crypto::SignatureAlgorithm;
  switch (algorithm) {
    case ecdsa_sha256:
      return "SHA256withECDSA";
    case ecdsa_sha384:
      return "SHA384withECDSA";
    case ecdsa_sha512:
      return "SHA512withECDSA";
    case rsa_sha256:
      return "SHA256withRSA";
    case rsa_sha384:
      return "SHA384withRSA";
    case rsa_sha512:
      return "SHA512withRSA";
    case ed25519:
      return "Ed25519";
    case rsa_pss_sha256:
    case rsa_pss_sha384:
    case rsa_pss_sha512:
      break;
  }
  return "1.2.840.113549.1.1.10";  // RSASSA-PSS, which the contract does not name
}

std::vector<std::string> usage_labels(const x509::KeyUsages& usages) {
  using enum x509::KeyUsage;
  constexpr std::pair<x509::KeyUsage, const char*> labels[] = {
      {digitalSignature, "digital_signature"},
      {nonRepudiation, "content_commitment"},
      {keyEncipherment, "key_encipherment"},
      {dataEncipherment, "data_encipherment"},
      {keyAgreement, "key_agreement"},
      {keyCertSign, "key_cert_sign"},
      {cRLSign, "crl_sign"},
      {encipherOnly, "encipher_only"},
      {decipherOnly, "decipher_only"}};
  std::vector<std::string> found;
  for (const auto& [usage, label] : labels) {
    if (usages.contains(usage)) {
      found.emplace_back(label);
    }
  }
  return found;
}

// Six have a name in the contract; the others go by their number.
std::string purpose_label(const der::Oid& purpose) {
  const auto name = x509::extended_key_usage_name(purpose);
  static const std::vector<std::string> named{"serverAuth",      "clientAuth",   "codeSigning",
                                              "emailProtection", "timeStamping", "OCSPSigning"};
  return contains(named, name) ? name : purpose.to_string();
}

struct Name {
  std::string type;
  std::string value;
};

const char* type_label(x509::GeneralNameType type) {
  switch (type) {
    case x509::GeneralNameType::dns:
      return "DNS_NAME";
    case x509::GeneralNameType::ip:
      return "IP_ADDRESS";
    case x509::GeneralNameType::email:
      return "RFC822_NAME";
    case x509::GeneralNameType::uri:
      return "URI";
    case x509::GeneralNameType::rid:
      return "REGISTERED_ID";
    case x509::GeneralNameType::dir_name:
      return "DIRECTORY_NAME";
    case x509::GeneralNameType::upn:
    case x509::GeneralNameType::other:
      break;
  }
  return "OTHER_NAME";
}

// DNS names first, then addresses, e-mail addresses and URIs, then the rest.
std::vector<Name> names_of(const x509::CertificateRequest& request) {
  auto names = request.subject_alternative_names();
  const auto rank = [](const x509::GeneralName& name) {
    return std::min(name.type(), x509::GeneralNameType::upn);
  };
  std::ranges::stable_sort(names, {}, rank);
  std::vector<Name> labelled;
  for (const auto& name : names) {
    labelled.push_back({type_label(name.type()), name.value()});
  }
  return labelled;
}

// ---- The checks ----

void check_key(const CsrRules& rules, const x509::CertificateRequest& request, Sentences& found) {
  if (!rules.keys) {
    return;
  }
  const auto label = key_label(request.public_key());
  const auto allowed = rules.keys->find(label);
  const int bits = request.public_key().bits();
  if (allowed == rules.keys->end()) {
    std::vector<std::string> labels;
    std::ranges::transform(*rules.keys, std::back_inserter(labels),
                           [](const auto& entry) { return entry.first; });
    found.push_back(said("Key type '{}' is not authorized. Allowed: {}", {label, list_of(labels)}));
  } else if (label != "Ed25519" && bits < allowed->second) {
    found.push_back(said("Key size {} bits is below minimum {} for {}",
                         {text_of(bits), text_of(allowed->second), label}));
  }
}

void check_algorithm(const CsrRules& rules, const x509::CertificateRequest& request,
                     Sentences& found) {
  const auto label = algorithm_label(request.signature_algorithm());
  if (rules.signature_algorithms && !contains(*rules.signature_algorithms, label)) {
    found.push_back(said("Signature algorithm '{}' is not authorized. Allowed: {}",
                         {label, list_of(*rules.signature_algorithms)}));
  }
}

void check_usages(const char* what, const std::optional<std::vector<std::string>>& allowed,
                  std::vector<std::string> asked, Sentences& found) {
  if (!allowed) {
    return;
  }
  std::erase_if(asked, [&](const auto& usage) { return contains(*allowed, usage); });
  if (!asked.empty()) {
    found.push_back(
        said("{} not authorized: {}. Allowed: {}", {what, list_of(asked), list_of(*allowed)}));
  }
}

void check_count(const char* what, std::size_t count, std::int64_t least, std::int64_t most,
                 Sentences& found) {
  const auto number = static_cast<std::int64_t>(count);
  if (least >= 0 && number < least) {
    found.push_back(
        said("CSR has {} {}(s), minimum required is {}", {text_of(number), what, text_of(least)}));
  }
  if (most >= 0 && number > most) {
    found.push_back(
        said("CSR has {} {}(s), maximum allowed is {}", {text_of(number), what, text_of(most)}));
  }
}

void check_common_names(const CsrRules& rules, const std::vector<std::string>& common_names,
                        Sentences& found) {
  check_count("CN", common_names.size(), rules.least_common_names, rules.most_common_names, found);
  for (const auto& name : common_names) {
    if (rules.common_name_pattern && !rules.common_name_pattern->expression.matches(name)) {
      found.push_back(said("CN '{}' does not match required pattern '{}'",
                           {name, rules.common_name_pattern->text}));
    }
  }
}

void check_names(const CsrRules& rules, const std::vector<Name>& names, Sentences& found) {
  std::set<std::pair<std::string, std::string>> seen;
  for (const auto& [type, value] : names) {
    if (!seen.emplace(type, type == "DNS_NAME" ? base::lower(value) : value).second) {
      found.push_back(said("Duplicate SAN '{}' ({}) in CSR", {value, type}));
    }
  }
  check_count("SAN", names.size(), rules.least_names, rules.most_names, found);
  for (const auto& [type, value] : names) {
    if (rules.name_pattern && !rules.name_pattern->expression.matches(value)) {
      found.push_back(said("SAN '{}' ({}) does not match required pattern '{}'",
                           {value, type, rules.name_pattern->text}));
    }
  }
  for (const auto& name : names) {
    if (rules.name_types && !contains(*rules.name_types, name.type)) {
      found.push_back(said("SAN type '{}' is not allowed. Allowed: {}",
                           {name.type, list_of(*rules.name_types)}));
    }
  }
}

void check_subject(const CsrRules& rules, const x509::CertificateRequest& request,
                   Sentences& found) {
  const auto subject = request.subject().to_string();
  if (rules.subject_pattern && !rules.subject_pattern->expression.matches(subject)) {
    found.push_back(said("Subject '{}' does not match required pattern '{}'",
                         {subject, rules.subject_pattern->text}));
  }
}

void check_wildcards(const CsrRules& rules, const std::vector<std::string>& common_names,
                     const std::vector<std::string>& dns_names, Sentences& found) {
  const auto check = [&](bool allowed, const char* what, const std::vector<std::string>& names) {
    for (const auto& name : names) {
      if (!allowed && name.starts_with("*.")) {
        found.push_back(said("Wildcard {} '{}' is not permitted", {what, name}));
      }
    }
  };
  check(rules.wildcard_common_names, "CN", common_names);
  check(rules.wildcard_names, "SAN", dns_names);
}

// The longest base domain that the name is, or lies below; nothing when there is none.
const std::string* base_of(const std::vector<std::string>& domains, const std::string& name) {
  const std::string* longest = nullptr;
  for (const auto& domain : domains) {
    const bool fits = name == domain || name.ends_with("." + domain);
    if (fits && (longest == nullptr || domain.size() > longest->size())) {
      longest = &domain;
    }
  }
  return longest;
}

void check_depth(const CsrRules& rules, const std::vector<std::string>& names, Sentences& found) {
  if (!rules.deepest || !rules.base_domains) {
    return;
  }
  for (const auto& name : names) {
    const auto text = base::lower(name);
    const auto* domain = base_of(*rules.base_domains, text);
    if (domain == nullptr) {
      found.push_back(said("DNS name '{}' does not match any configured base domain", {name}));
      continue;
    }
    const auto depth =
        std::ranges::count(text, '.') - std::ranges::count(*domain, '.');  // a star is a label
    if (depth > *rules.deepest) {
      found.push_back(
          said("DNS name '{}' has subdomain depth {} which exceeds maximum allowed depth {} "
               "(base domain: '{}')",
               {name, text_of(depth), text_of(*rules.deepest), *domain}));
    }
  }
}

void check_history(const CsrRules& rules, const CsrHistory& history, base::Time now,
                   Sentences& found) {
  if (!rules.keys_may_be_reused && history.with_same_key > 0) {
    found.push_back(
        said("Key reuse is not permitted -- {} existing certificate(s) use the same public "
             "key",
             {text_of(history.with_same_key)}));
  }
  if (rules.renewal_window_days > 0 && history.in_force_for_longer > 0) {
    const auto day = base::to_text(now + std::chrono::days{rules.renewal_window_days});
    found.push_back(
        said("Renewal not yet permitted -- {} active certificate(s) for these hosts expire "
             "after {} (renewal window: {} days)",
             {text_of(history.in_force_for_longer), day.substr(0, 10),
              text_of(rules.renewal_window_days)}));
  }
}

}  // namespace

std::vector<std::string> dns_names_of(const x509::CertificateRequest& request) {
  std::vector<std::string> names;
  for (const auto& name : request.subject_alternative_names()) {
    if (name.type() == x509::GeneralNameType::dns) {
      names.push_back(name.value());
    }
  }
  return names;
}

std::vector<std::string> csr_violations(const CsrRules& rules,
                                        const x509::CertificateRequest& request,
                                        const CsrHistory& history, base::Time now) {
  Sentences found;
  const auto common_names = request.subject().all(der::oids::common_name);
  const auto dns_names = dns_names_of(request);
  check_key(rules, request, found);
  check_algorithm(rules, request, found);
  if (const auto usages = request.key_usage()) {
    check_usages("Key usages", rules.key_usages, usage_labels(*usages), found);
  }
  std::vector<std::string> purposes;
  for (const auto& purpose : request.extended_key_usage()) {
    purposes.push_back(purpose_label(purpose));
  }
  check_usages("Extended key usages", rules.extended_key_usages, std::move(purposes), found);
  check_common_names(rules, common_names, found);
  check_names(rules, names_of(request), found);
  check_subject(rules, request, found);
  check_wildcards(rules, common_names, dns_names, found);
  check_depth(rules, dns_names, found);
  check_depth(rules, common_names, found);
  check_history(rules, history, now, found);
  return found;
}

}  // namespace core::acme
