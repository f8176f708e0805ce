#include "net/http_post.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstddef>

#include "net/curl.h"
#include "net/targets.h"
#include "net/trace.h"
#include "net/url.h"

namespace net {
namespace {

using Milliseconds = std::chrono::milliseconds;

// What libcurl's callbacks work on.
struct Exchange {
  const PostRequest& request;
  std::string body = {};
  bool is_too_long = false;
  std::string obstacle = {};
};

std::size_t keep_body(char* octets, std::size_t size, std::size_t count, void* exchange) {
  auto& to = *static_cast<Exchange*>(exchange);
  const auto length = size * count;
  if (to.body.size() + length > to.request.most_octets) {
    to.is_too_long = true;
    return 0;
  }
  to.body.append(octets, length);
  return length;
}

std::optional<IpAddress> address_of(const curl_sockaddr& target) {
  const auto* octets = reinterpret_cast<const std::uint8_t*>(&target.addr);
  std::size_t size = 0;
  if (target.family == AF_INET) {
    octets += offsetof(sockaddr_in, sin_addr);
    size = 4;
  } else if (target.family == AF_INET6) {
    octets += offsetof(sockaddr_in6, sin6_addr);
    size = 16;
  }
  const auto address = IpAddress::from_octets({octets, size});
  return address ? std::optional{*address} : std::nullopt;
}

// The last word on where a connection goes, however the address was written.
curl_socket_t open_socket(void* exchange, curlsocktype /*purpose*/, curl_sockaddr* target) {
  auto& of = *static_cast<Exchange*>(exchange);
  const auto address = address_of(*target);
  const auto obstacle = address ? target_obstacle(*address, of.request.allowed_targets)
                                : std::optional<std::string>{"its address is of no known kind"};
  if (obstacle) {
    of.obstacle = *obstacle;
    return CURL_SOCKET_BAD;
  }
  return ::socket(target->family, target->socktype | SOCK_CLOEXEC, target->protocol);
}

int go_on(void* exchange, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  const auto* cancelled = static_cast<Exchange*>(exchange)->request.cancelled;
  return cancelled != nullptr && *cancelled ? 1 : 0;
}

struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using List = std::unique_ptr<curl_slist, FreeList>;

void append(List& list, const std::string& line) {
  auto* const longer = curl_slist_append(list.get(), line.c_str());
  if (longer != nullptr) {
    list.release();
    list.reset(longer);
  }
}

// "host:port:address,address", so that libcurl does not look the name up by itself.
std::string pin(const Url& url, const std::vector<IpAddress>& addresses) {
  std::string text = url.host + ":" + std::to_string(url.port) + ":";
  for (const auto& address : addresses) {
    text += text.back() == ':' ? "" : ",";
    text += address.is_v6() ? "[" + address.to_string() + "]" : address.to_string();
  }
  return text;
}

std::string in_words(CURLcode code, const char* detail, const Exchange& exchange) {
  if (!exchange.obstacle.empty()) {
    return "this server does not connect there: " + exchange.obstacle;
  }
  if (exchange.is_too_long) {
    return "the answer has more than " + std::to_string(exchange.request.most_octets) + " octets";
  }
  if (code == CURLE_ABORTED_BY_CALLBACK) {
    return "the server stopped before an answer came";
  }
  if (code == CURLE_OPERATION_TIMEDOUT) {
    return "no answer within " +
           std::to_string(std::chrono::duration_cast<Milliseconds>(exchange.request.time).count()) +
           " ms";
  }
  const std::string_view words{detail};
  return printable(words.empty() ? curl_easy_strerror(code) : words, 200);
}

}  // namespace

PostOutcome post(Resolver& resolver, const PostRequest& request) {
  const auto began = std::chrono::steady_clock::now();
  const auto url = Url::parse(request.url);
  if (!url) {
    return {.reason = "the address cannot be used: " + url.error().reason};
  }
  List pinned;
  if (!IpAddress::parse(url->host)) {
    const auto found = resolver.addresses(url->host, request.time / 2);
    if (found.status != DnsStatus::records) {
      return {.reason = "looking up " + url->host + ": " + found.reason};
    }
    append(pinned, pin(*url, found.records));
  }
  const auto curl = new_curl();
  if (!curl) {
    return {.reason = "out of memory"};
  }
  auto* const handle = curl.get();
  List headers;
  for (const auto& header : request.headers) {
    append(headers, header.name + ": " + std::string{header.value.reveal()});
  }
  append(headers, "Expect:");
  Exchange exchange{request};
  std::string trusted = request.trust_pem;
  std::array<char, CURL_ERROR_SIZE> detail{};
  const auto full = url->to_string();

  curl_easy_setopt(handle, CURLOPT_URL, full.c_str());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(handle, CURLOPT_PROXY, "");  // whatever the environment says
  curl_easy_setopt(handle, CURLOPT_RESOLVE, pinned.get());
  curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, &open_socket);
  curl_easy_setopt(handle, CURLOPT_OPENSOCKETDATA, &exchange);
  curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  trust(handle, trusted);
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, &go_on);
  curl_easy_setopt(handle, CURLOPT_XFERINFODATA, &exchange);
  const auto left = request.time - std::chrono::duration_cast<Milliseconds>(
                                       std::chrono::steady_clock::now() - began);
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS,
                   static_cast<long>(std::max(left, Milliseconds{1}).count()));
  curl_easy_setopt(handle, CURLOPT_USERAGENT, request.user_agent.c_str());
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE,
                   static_cast<curl_off_t>(request.body.size()));
  curl_easy_setopt(handle, CURLOPT_POSTFIELDS, request.body.c_str());
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &keep_body);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &exchange);
  curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, detail.data());

  const auto code = curl_easy_perform(handle);
  PostOutcome outcome;
  outcome.took = std::chrono::duration_cast<Milliseconds>(std::chrono::steady_clock::now() - began);
  if (code != CURLE_OK) {
    outcome.reason = in_words(code, detail.data(), exchange);
    return outcome;
  }
  long status = 0;
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  outcome.status = static_cast<int>(status);
  outcome.body = std::move(exchange.body);
  return outcome;
}

}  // namespace net
