#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace base {

// Text that must not be seen: a password, a key, a token. It has no to_string, no JSON and no
// column of its own, so it fits in no view, log or audit entry by accident; it is wiped when it
// goes. `reveal` marks each place that looks at it.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_{std::move(text)} {}

  Secret(const Secret&) = default;
  Secret& operator=(const Secret& other) {
    if (this != &other) {
      wipe();
      text_ = other.text_;
    }
    return *this;
  }
  Secret(Secret&& other) noexcept : text_{std::move(other.text_)} { other.wipe(); }
  Secret& operator=(Secret&& other) noexcept {
    std::swap(text_, other.text_);
    return *this;
  }
  ~Secret() { wipe(); }

  std::string_view reveal() const { return text_; }
  bool empty() const { return text_.empty(); }

 private:
  void wipe() noexcept {
    volatile char* text = text_.data();
    for (std::size_t i = 0; i < text_.size(); ++i) {
      text[i] = 0;
    }
    text_.clear();
  }

  std::string text_;
};

}  // namespace base
