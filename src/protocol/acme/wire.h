#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/acme/identifier.h"
#include "core/acme/identifier_rules.h"
#include "json/json.h"

// What goes over the wire, under the names of RFC 8555.
namespace protocol::acme::wire {

// ---- What clients send: the payloads of their JWS ----

struct FlattenedJws {
  static constexpr json::Alias aliases[] = {{"protected", "protected_header"}};

  std::string protected_header;  // "protected", which C++ has for itself
  std::string payload;
  std::string signature;
};
BOOST_DESCRIBE_STRUCT(FlattenedJws, (), (protected_header, payload, signature))

struct NewAccount {  // section 7.3
  std::optional<std::vector<std::string>> contact;
  std::optional<bool> termsOfServiceAgreed;
  std::optional<bool> onlyReturnExisting;
  std::optional<FlattenedJws> externalAccountBinding;  // section 7.3.4
};
BOOST_DESCRIBE_STRUCT(NewAccount, (),
                      (contact, termsOfServiceAgreed, onlyReturnExisting, externalAccountBinding))

struct UpdateAccount {  // section 7.3.2 and 7.3.6
  std::optional<std::vector<std::string>> contact;
  std::optional<bool> termsOfServiceAgreed;
  std::optional<std::string> status;
};
BOOST_DESCRIBE_STRUCT(UpdateAccount, (), (contact, termsOfServiceAgreed, status))

struct OrderedIdentifier {
  std::string type;
  std::string value;
  std::optional<std::string> ancestorDomain;  // RFC 9444, section 4.2
};
BOOST_DESCRIBE_STRUCT(OrderedIdentifier, (), (type, value, ancestorDomain))

struct NewOrder {  // section 7.4
  std::vector<OrderedIdentifier> identifiers;
  std::optional<base::Time> notBefore;
  std::optional<base::Time> notAfter;
  std::optional<std::string> profile;   // draft-ietf-acme-profiles
  std::optional<std::string> replaces;  // RFC 9773, section 5
};
BOOST_DESCRIBE_STRUCT(NewOrder, (), (identifiers, notBefore, notAfter, profile, replaces))

struct AuthorizedIdentifier {
  std::string type;
  std::string value;
  std::optional<bool> subdomainAuthAllowed;  // RFC 9444, section 4.3
};
BOOST_DESCRIBE_STRUCT(AuthorizedIdentifier, (), (type, value, subdomainAuthAllowed))

struct NewAuthorization {  // section 7.4.1
  AuthorizedIdentifier identifier;
};
BOOST_DESCRIBE_STRUCT(NewAuthorization, (), (identifier))

struct Finalize {  // section 7.4
  std::string csr;
};
BOOST_DESCRIBE_STRUCT(Finalize, (), (csr))

struct UpdateAuthorization {  // section 7.5.2
  std::optional<std::string> status;
};
BOOST_DESCRIBE_STRUCT(UpdateAuthorization, (), (status))

struct RevokeCertificate {  // section 7.6
  std::string certificate;
  std::optional<std::int64_t> reason;
};
BOOST_DESCRIBE_STRUCT(RevokeCertificate, (), (certificate, reason))

// ---- What they get ----

struct DirectoryMeta {  // section 7.1.1
  std::optional<std::string> termsOfService;
  std::optional<std::string> website;
  std::optional<std::vector<std::string>> caaIdentities;
  bool externalAccountRequired;
  // draft-ietf-acme-profiles: each with what it is for.
  std::optional<std::map<std::string, std::string>> profiles;
  // draft-ietf-acme-dns-persist-02, section 3.2 and 4.1.
  std::optional<std::vector<std::string>> issuerDomainNames;
  std::optional<std::string> accountHashPrefix;
  bool subdomainAuthAllowed;  // RFC 9444, section 4.4
};
BOOST_DESCRIBE_STRUCT(DirectoryMeta, (),
                      (termsOfService, website, caaIdentities, externalAccountRequired, profiles,
                       issuerDomainNames, accountHashPrefix, subdomainAuthAllowed))

struct Directory {
  std::string newNonce;
  std::string newAccount;
  std::string newOrder;
  std::string newAuthz;
  std::string revokeCert;
  std::string keyChange;
  std::string renewalInfo;  // RFC 9773
  DirectoryMeta meta;
};
BOOST_DESCRIBE_STRUCT(Directory, (),
                      (newNonce, newAccount, newOrder, newAuthz, revokeCert, keyChange, renewalInfo,
                       meta))

struct SuggestedWindow {  // RFC 9773, section 4.2
  base::Time start;
  base::Time end;
};
BOOST_DESCRIBE_STRUCT(SuggestedWindow, (), (start, end))

struct RenewalInfo {
  SuggestedWindow suggestedWindow;
};
BOOST_DESCRIBE_STRUCT(RenewalInfo, (), (suggestedWindow))

struct Account {  // section 7.1.2
  std::string status;
  json::Raw contact;
  bool termsOfServiceAgreed;
  std::string orders;
};
BOOST_DESCRIBE_STRUCT(Account, (), (status, contact, termsOfServiceAgreed, orders))

struct OrderList {  // section 7.1.2.1
  std::vector<std::string> orders;
};
BOOST_DESCRIBE_STRUCT(OrderList, (), (orders))

struct Order {  // section 7.1.3
  std::string status;
  base::Time expires;
  json::Raw identifiers;
  std::optional<base::Time> notBefore;
  std::optional<base::Time> notAfter;
  std::optional<json::Raw> error;
  std::vector<std::string> authorizations;
  std::string finalize;
  std::optional<std::string> certificate;
  std::optional<std::string> profile;
  std::optional<std::string> replaces;
};
BOOST_DESCRIBE_STRUCT(Order, (),
                      (status, expires, identifiers, notBefore, notAfter, error, authorizations,
                       finalize, certificate, profile, replaces))

struct Challenge {  // section 7.1.5
  // What a member is called that C++ cannot call so.
  static constexpr json::Alias wire_names[] = {{"issuer-domain-names", "issuer_domain_names"}};

  std::string type;
  std::string url;
  std::string status;
  std::optional<std::string> token;
  std::optional<base::Time> validated;
  std::optional<json::Raw> error;
  // Of dns-persist-01: as clients of the draft's revision 01 want it, and as those of 02 do.
  std::optional<std::string> accounturi;
  std::optional<std::vector<std::string>> issuer_domain_names;
  std::optional<std::vector<std::string>> issuerDomainNames;
};
BOOST_DESCRIBE_STRUCT(Challenge, (),
                      (type, url, status, token, validated, error, accounturi, issuer_domain_names,
                       issuerDomainNames))

struct Authorization {  // section 7.1.4
  core::acme::Identifier identifier;
  std::string status;
  base::Time expires;
  std::vector<Challenge> challenges;
  std::optional<bool> wildcard;
  std::optional<bool> subdomainAuthAllowed;  // RFC 9444, section 4.1
};
BOOST_DESCRIBE_STRUCT(Authorization, (),
                      (identifier, status, expires, challenges, wildcard, subdomainAuthAllowed))

template <class T>
std::string_view name_on_the_wire(std::string_view member) {
  if constexpr (requires { T::wire_names; }) {
    for (const auto& [wire_name, name] : T::wire_names) {
      if (name == member) {
        return wire_name;
      }
    }
  }
  return member;
}

// As JSON, with absent members left out: ACME knows no null.
template <class T>
void write_present(std::string& out, const T& value) {
  if constexpr (json::IsOptional<T>::value) {
    write_present(out, *value);
  } else if constexpr (json::IsVector<T>::value) {
    out += '[';
    for (const auto& item : value) {
      out += out.ends_with('[') ? "" : ",";
      write_present(out, item);
    }
    out += ']';
  } else if constexpr (json::Described<T>) {
    char before = '{';
    boost::mp11::mp_for_each<json::MembersOf<T>>([&](auto member) {
      const auto& held = value.*member.pointer;
      if constexpr (json::IsOptional<std::decay_t<decltype(held)>>::value) {
        if (!held) {
          return;
        }
      }
      out += before;
      before = ',';
      json::write_text(out, name_on_the_wire<T>(member.name));
      out += ':';
      write_present(out, held);
    });
    out += before == '{' ? "{}" : "}";
  } else {
    json::write(out, value);
  }
}

template <class T>
std::string to_json(const T& value) {
  std::string out;
  out.reserve(512);
  write_present(out, value);
  return out;
}

}  // namespace protocol::acme::wire
