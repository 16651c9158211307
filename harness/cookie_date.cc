#include "harness/cookie_date.h"

#include <array>

#include "harness/http1_grammar.h"

namespace ingress_check {
namespace {

using http1_grammar::is_digit;

/// delimiter = %x09 / %x20-2F / %x3B-40 / %x5B-60 / %x7B-7E
bool delimits(char c) {
  return c == '\t' || (c >= ' ' && c <= '/') || (c >= ';' && c <= '@') || (c >= '[' && c <= '`') ||
         (c >= '{' && c <= '~');
}

/// Takes `least` to `most` digits off; a further one, or too few, and there is no number.
std::optional<int> take_number(std::string_view& text, std::size_t least, std::size_t most) {
  int value = 0;
  std::size_t size = 0;
  for (; size < text.size() && is_digit(text[size]); ++size) {
    if (size == most) return std::nullopt;
    value = value * 10 + (text[size] - '0');
  }
  if (size < least) return std::nullopt;
  text.remove_prefix(size);
  return value;
}

/// What the tokens of a date said.
struct Found {
  std::optional<int> hour, minute, second, day, month, year;

  // time = hms-time ( non-digit *OCTET ), hms-time = time-field ":" time-field ":" time-field,
  // time-field = 1*2DIGIT
  bool take_time(std::string_view token) {
    std::array<int, 3> parts{};
    for (std::size_t i = 0; i < 3; ++i) {
      if (i > 0) {
        if (token.empty() || token.front() != ':') return false;
        token.remove_prefix(1);
      }
      const auto number = take_number(token, 1, 2);
      if (!number) return false;
      parts[i] = *number;
    }
    hour = parts[0];
    minute = parts[1];
    second = parts[2];
    return true;
  }
  // month = ( "jan" / ... ) *OCTET
  bool take_month(std::string_view token) {
    constexpr std::array<std::string_view, 12> names{"jan", "feb", "mar", "apr", "may", "jun",
                                                     "jul", "aug", "sep", "oct", "nov", "dec"};
    for (std::size_t i = 0; i < names.size(); ++i)
      if (http1_grammar::same(token.substr(0, 3), names[i])) month = static_cast<int>(i) + 1;
    return month.has_value();
  }
  // "1. If the found-time flag is not set and the token matches the time production [...] 2.
  // day-of-month [...] 3. month [...] 4. year": the first of these that is not found yet.
  void take(std::string_view token) {
    if (!hour && take_time(token)) return;
    auto rest = token;
    if (!day && (day = take_number(rest, 1, 2))) return;
    if (!month && take_month(token)) return;
    rest = token;
    if (!year) year = take_number(rest, 2, 4);
  }
};

}  // namespace

std::optional<std::chrono::system_clock::time_point> parse_cookie_date(std::string_view text) {
  Found found;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    while (end < text.size() && !delimits(text[end])) ++end;
    if (end > at) found.take(text.substr(at, end - at));
    at = end + 1;
  }
  if (!found.hour || !found.day || !found.month || !found.year) return std::nullopt;
  // "If the year-value is greater than or equal to 70 and less than or equal to 99, increment the
  // year-value by 1900. If [...] 0 and [...] 69, increment the year-value by 2000."
  const int year = *found.year + (*found.year < 70 ? 2000 : *found.year < 100 ? 1900 : 0);
  using namespace std::chrono;
  const auto date = std::chrono::year(year) / month(static_cast<unsigned>(*found.month)) /
                    day(static_cast<unsigned>(*found.day));
  if (year < 1601 || !date.ok() || *found.hour > 23 || *found.minute > 59 || *found.second > 59)
    return std::nullopt;
  const auto when = sys_days(date).time_since_epoch() + hours(*found.hour) +
                    minutes(*found.minute) + seconds(*found.second);
  using Clock = system_clock::time_point;
  if (when < ceil<seconds>(Clock::min().time_since_epoch())) return Clock::min();
  if (when > floor<seconds>(Clock::max().time_since_epoch())) return Clock::max();
  return Clock(when);
}

}  // namespace ingress_check
