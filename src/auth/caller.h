#pragma once

#include <cstdint>
#include <string>

#include "auth/permission.h"

namespace auth {

enum class Credential { none, session, api_key };

// Who makes a request, as far as it was proven.
struct Caller {
  Credential credential = Credential::none;
  std::int64_t user_id = 0;
  std::string username;  // for the audit: "anonymous" when nobody signed in
  std::string role;
  Rights rights;
  std::int64_t session_id = 0;
  std::int64_t api_key_id = 0;
  bool must_change_password = false;  // and may do nothing else until then
  bool must_enroll = false;           // in a second factor, and may do nothing else until then
  std::string method = {};            // of a session, how it was opened: "password", "webauthn"
  int requests_per_minute = 0;        // of an API key that has a limit of its own

  bool signed_in() const { return credential != Credential::none; }
};

// On whose behalf, and as what, something is done: the audit entry's who and what.
struct Act {
  std::string by;          // a user, "acme", a job
  std::string action;      // "certificate.revoke"
  std::string from = {};   // the address the request came from
  std::string agent = {};  // its User-Agent
  std::string request_id = {};
  std::string credential = {};  // "session 7", "api key 3"
};

}  // namespace auth
