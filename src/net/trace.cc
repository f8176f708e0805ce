#include "net/trace.h"

namespace net {

std::string to_text(const Trace& trace) {
  std::string text;
  for (const auto& step : trace) {
    text += (text.empty() ? "" : "; ") + step.asked + ": " + step.answered;
  }
  return text;
}

std::string printable(std::string_view text, std::size_t most) {
  std::string out;
  for (const char c : text.substr(0, most)) {
    out += c >= 0x20 && c < 0x7f ? c : '?';
  }
  if (text.size() > most) {
    out += "...";
  }
  return out;
}

}  // namespace net
