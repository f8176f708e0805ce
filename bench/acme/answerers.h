#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace bench {

// What the world answers to a validating server: every name has the address 127.0.0.1, and there
// every token is answered for one account (RFC 8555, section 8.3).
class DnsAnswerer {
 public:
  explicit DnsAnswerer(int port);
  ~DnsAnswerer();
  DnsAnswerer(const DnsAnswerer&) = delete;
  DnsAnswerer& operator=(const DnsAnswerer&) = delete;

 private:
  void run();

  int socket_;
  std::jthread thread_;
};

class ChallengeAnswerer {
 public:
  ChallengeAnswerer(int port, std::string thumbprint);
  ~ChallengeAnswerer();
  ChallengeAnswerer(const ChallengeAnswerer&) = delete;
  ChallengeAnswerer& operator=(const ChallengeAnswerer&) = delete;

  // Until the server has fetched the answer: nobody needs to ask before whether it was content.
  void wait_for(const std::string& token, std::chrono::milliseconds most);

 private:
  void run();
  void answer(int connection);

  std::string thumbprint_;
  int socket_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::set<std::string> fetched_;
  std::vector<std::jthread> threads_;
};

}  // namespace bench
