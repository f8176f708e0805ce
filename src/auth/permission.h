#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace auth {

// "category:resource", as the REST contract names rights.
class Permission {
 public:
  explicit constexpr Permission(std::string_view name) : name_{name} {}
  constexpr std::string_view name() const { return name_; }

 private:
  std::string_view name_;
};

inline constexpr Permission read_certificates{"read:certificates"};
inline constexpr Permission write_certificates{"write:certificates"};
inline constexpr Permission delete_certificates{"delete:certificates"};
inline constexpr Permission read_user_certificates{"read:user_certificates"};
inline constexpr Permission write_user_certificates{"write:user_certificates"};
inline constexpr Permission delete_user_certificates{"delete:user_certificates"};
inline constexpr Permission read_private_keys{"read:private_keys"};
inline constexpr Permission read_cas{"read:cas"};
inline constexpr Permission write_cas{"write:cas"};
inline constexpr Permission delete_cas{"delete:cas"};
inline constexpr Permission admin_cas{"admin:cas"};  // private keys of authorities
inline constexpr Permission read_csrs{"read:csrs"};
inline constexpr Permission write_csrs{"write:csrs"};
inline constexpr Permission delete_csrs{"delete:csrs"};
inline constexpr Permission read_templates{"read:templates"};
inline constexpr Permission write_templates{"write:templates"};
inline constexpr Permission delete_templates{"delete:templates"};
inline constexpr Permission read_crl{"read:crl"};
inline constexpr Permission write_crl{"write:crl"};
inline constexpr Permission read_acme{"read:acme"};
inline constexpr Permission write_acme{"write:acme"};
inline constexpr Permission delete_acme{"delete:acme"};
inline constexpr Permission read_audit{"read:audit"};
inline constexpr Permission delete_audit{"delete:audit"};
inline constexpr Permission read_users{"read:users"};
inline constexpr Permission write_users{"write:users"};
inline constexpr Permission delete_users{"delete:users"};
inline constexpr Permission admin_users{"admin:users"};
inline constexpr Permission read_groups{"read:groups"};
inline constexpr Permission write_groups{"write:groups"};
inline constexpr Permission delete_groups{"delete:groups"};
inline constexpr Permission read_settings{"read:settings"};
inline constexpr Permission write_settings{"write:settings"};
inline constexpr Permission admin_system{"admin:system"};

// A set of granted names. "*" grants everything; "read:*" everything of that category.
class Rights {
 public:
  Rights() = default;
  explicit Rights(std::vector<std::string> names) : names_{std::move(names)} {}

  bool include(std::string_view permission) const;

  // Whether everything that the other grants is granted here too.
  bool cover(const Rights& other) const;

  // What both grant. The more exact name of each pair stands: an API key never has more than its
  // owner, whatever wildcards either of them carries.
  Rights intersected_with(const Rights& other) const;

  // What either grants.
  Rights joined_with(const Rights& other) const;

  const std::vector<std::string>& names() const { return names_; }

 private:
  std::vector<std::string> names_;
};

// The four roles of the contract and what each may do. An unknown role may do nothing.
std::span<const std::string_view> role_names();
Rights rights_of_role(std::string_view role);

// Every permission that an endpoint may ask for, for the settings of API keys.
std::vector<std::string> all_permissions();

// True for what a custom role, a group or anybody but an administrator may be given: a permission,
// or a wildcard, that administers nothing.
bool is_grantable(std::string_view name);

// Names of rights as a column of a table has them: separated by blanks.
Rights rights_from_text(std::string_view text);
std::string to_text(const Rights& rights);

// True for "*", "read:*" and "read:certificates"; false for what is no permission's name.
bool is_permission_name(std::string_view name);

}  // namespace auth
