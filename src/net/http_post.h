#pragma once

#include <atomic>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "base/secret.h"
#include "net/ip_address.h"
#include "net/resolver.h"

namespace net {

struct PostHeader {
  std::string name;
  base::Secret value;  // many are credentials
};

struct PostRequest {
  std::string url;  // http or https
  std::vector<PostHeader> headers = {};
  std::string body;
  std::string user_agent = "Certwright";
  std::string trust_pem = {};                                 // authorities instead of the system's
  std::vector<Network> allowed_targets = {};                  // beyond what net/targets.h allows
  std::chrono::milliseconds time = std::chrono::seconds{10};  // for everything together
  std::size_t most_octets = 16 * 1024;                        // of the answer; more is a failure
  const std::atomic<bool>* cancelled = nullptr;               // ends it early when it becomes true
};

struct PostOutcome {
  int status = 0;           // 0: no answer came
  std::string reason = {};  // why there is none, in words
  std::string body = {};
  std::chrono::milliseconds took{0};

  bool is_success() const { return status >= 200 && status < 300; }
};

// POSTs to an address that somebody of this server's users chose. The name is looked up once, what
// net/targets.h refuses is not connected to, TLS is verified, redirects are not followed: a
// redirect would carry what is sent to where nobody looked. Blocks the calling thread.
PostOutcome post(Resolver& resolver, const PostRequest& request);

}  // namespace net
