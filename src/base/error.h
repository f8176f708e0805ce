#pragma once

#include <exception>
#include <string>
#include <utility>
#include <vector>

namespace base {

enum class ErrorCode {
  invalid_request,
  unauthenticated,
  forbidden,
  not_found,
  method_not_allowed,
  unsupported_media_type,
  expectation_failed,
  not_implemented,
  conflict,
  rate_limited,
  unavailable,
  too_large,
  internal,
};

// What is wrong with one part of a request, at `field` ("names[2]", "validity_days").
struct FieldError {
  std::string field;
  std::string reason;
};

// The one exception of the project. The code decides the HTTP status, the ACME problem type or
// the OCSP response status; the detail is written for the person who made the request.
class Error final : public std::exception {
 public:
  Error(ErrorCode code, std::string detail) : code_{code}, detail_{std::move(detail)} {}

  // Several parts of the request are wrong: the detail names the first.
  Error(ErrorCode code, std::vector<FieldError> fields)
      : code_{code},
        detail_{fields.empty() ? std::string{}
                : fields.front().field.empty()
                    ? fields.front().reason
                    : fields.front().field + ": " + fields.front().reason},
        fields_{std::move(fields)} {}

  // Asks the client to come back after that many seconds.
  Error&& retry_after(int seconds) && {
    retry_after_ = seconds;
    return std::move(*this);
  }

  ErrorCode code() const { return code_; }
  const char* what() const noexcept override { return detail_.c_str(); }
  const std::vector<FieldError>& fields() const { return fields_; }
  int retry_after() const { return retry_after_; }  // 0: nothing said

 private:
  ErrorCode code_;
  std::string detail_;
  std::vector<FieldError> fields_;
  int retry_after_ = 0;
};

}  // namespace base
