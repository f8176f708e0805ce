#include "protocol/http_date.h"

namespace protocol {

std::string http_date(base::Time time) {
  static constexpr const char* weekdays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                           "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const auto text = base::to_text(time);
  const auto weekday = std::chrono::weekday{day}.c_encoding();
  const auto month = static_cast<unsigned>(std::chrono::year_month_day{day}.month());
  return std::string{weekdays[weekday]} + ", " + text.substr(8, 2) + " " + months[month - 1] + " " +
         text.substr(0, 4) + " " + text.substr(11, 8) + " GMT";
}

}  // namespace protocol
