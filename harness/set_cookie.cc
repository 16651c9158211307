#include "harness/set_cookie.h"

#include <algorithm>
#include <limits>

#include "harness/cookie_date.h"
#include "harness/http1_grammar.h"

namespace ingress_check {
namespace {

using http1_grammar::trimmed;

/// Takes what stands before `mark` off `text`, and the mark; all of it if there is none.
std::string_view take_to(char mark, std::string_view& text) {
  const auto at = std::min(text.find(mark), text.size());
  const auto taken = text.substr(0, at);
  text.remove_prefix(std::min(at + 1, text.size()));
  return taken;
}

// "If the first character of the attribute-value is not a DIGIT or a "-" character, ignore the
// cookie-av. If the remainder of attribute-value contains a non-DIGIT character, ignore the
// cookie-av" (RFC 6265, 5.2.2).
std::optional<std::int64_t> seconds_of(std::string_view text) {
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  const bool negative = text.starts_with('-');
  const auto digits = text.substr(negative ? 1 : 0);
  if (text.empty() || !std::ranges::all_of(digits, http1_grammar::is_digit)) return std::nullopt;
  std::int64_t value = 0;
  for (const char c : digits) {
    const int digit = c - '0';
    value = value > (most - digit) / 10 ? most : value * 10 + digit;
  }
  return negative ? -value : value;
}

/// 5.2.1 to 5.2.6, and SameSite, which came later.
void take_attribute(std::string_view name, std::string_view value, SetCookie& cookie) {
  using http1_grammar::same;
  if (same(name, "expires")) {
    if (const auto date = parse_cookie_date(value)) cookie.expires = date;
  } else if (same(name, "max-age")) {
    if (const auto seconds = seconds_of(value)) cookie.max_age = seconds;
  } else if (same(name, "domain")) {
    // "If the attribute-value is empty, the behavior is undefined. However, the user agent SHOULD
    // ignore the cookie-av entirely" (5.2.3).
    if (!value.empty()) cookie.domain = value.substr(value.front() == '.' ? 1 : 0);
  } else if (same(name, "path")) {
    cookie.path = value.starts_with('/') ? value : std::string_view{};
  } else if (same(name, "secure")) {
    cookie.secure = true;
  } else if (same(name, "httponly")) {
    cookie.http_only = true;
  } else if (same(name, "samesite")) {
    cookie.same_site = value;
  }
}

}  // namespace

std::optional<SetCookie> parse_set_cookie(std::string_view field) {
  if (std::ranges::any_of(field, http1_grammar::is_control)) return std::nullopt;
  SetCookie cookie;
  std::string_view pair = take_to(';', field);
  if (pair.find('=') == std::string_view::npos) return std::nullopt;
  cookie.name = trimmed(take_to('=', pair));
  cookie.value = trimmed(pair);
  if (cookie.name.empty()) return std::nullopt;
  while (!field.empty()) {
    std::string_view attribute = take_to(';', field);
    const auto name = trimmed(take_to('=', attribute));
    take_attribute(name, trimmed(attribute), cookie);
  }
  return cookie;
}

}  // namespace ingress_check
