#pragma once

#include <curl/curl.h>

#include <memory>
#include <mutex>
#include <string>

// For the .cc files of this folder only: libcurl's handles.
namespace net {

struct FreeCurl {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
using Curl = std::unique_ptr<CURL, FreeCurl>;

inline Curl new_curl() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  return Curl{curl_easy_init()};
}

// Instead of the system's authorities, when there are any.
inline void trust(CURL* handle, std::string& pem) {
  if (pem.empty()) {
    return;
  }
  curl_blob blob{.data = pem.data(), .len = pem.size(), .flags = CURL_BLOB_COPY};
  curl_easy_setopt(handle, CURLOPT_CAINFO_BLOB, &blob);
  curl_easy_setopt(handle, CURLOPT_CAPATH, nullptr);
}

}  // namespace net
