#pragma once

#include <concepts>
#include <string>
#include <string_view>
#include <vector>

#include "auth/permission.h"

namespace auth {

// Who may call an endpoint. There is no default: an endpoint without an access rule does not
// compile.
class Access {
 public:
  Access() = delete;

  // Callers who have all of these.
  template <std::same_as<Permission>... Others>
  Access(Permission first, Others... others) : all_of_{first, others...} {}

  static Access to_anyone() { return Access{Open::to_anyone}; }
  static Access to_everyone_signed_in() { return Access{Open::to_everyone_signed_in}; }

  bool to_strangers() const { return open_ == Open::to_anyone; }
  const std::vector<Permission>& all_of() const { return all_of_; }

 private:
  enum class Open { no, to_everyone_signed_in, to_anyone };

  explicit Access(Open open) : open_{open} {}

  Open open_ = Open::no;
  std::vector<Permission> all_of_;
};

}  // namespace auth
