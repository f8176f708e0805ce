#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace http {

// Whose X-Forwarded-For is believed.
class TrustedProxies {
 public:
  // "10.0.0.0/8", "2001:db8::/32" or single addresses; throws base::Error for anything else.
  explicit TrustedProxies(const std::vector<std::string>& networks);
  ~TrustedProxies();

  bool trust(std::string_view address) const;

  // The nearest address that is no proxy of ours: from the right, since everything left of what a
  // trusted proxy wrote is the client's own invention.
  std::string client(std::string_view peer, std::string_view forwarded_for) const;

 private:
  struct Networks;

  std::unique_ptr<const Networks> networks_;
};

}  // namespace http
