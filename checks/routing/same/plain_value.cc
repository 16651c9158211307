#include "checks/routing/same/plain_value.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <set>
#include <vector>

#include "harness/cookie_date.h"
#include "harness/http1_grammar.h"

namespace ingress_check::same {

namespace {

constexpr std::string_view ahead = " s ahead";

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const auto end = std::min(text.find(separator, begin), text.size());
    parts.push_back(http1_grammar::trimmed(text.substr(begin, end - begin)));
    begin = end + 1;
  }
  return parts;
}

/// The name in lower case; what follows an equals sign as it is.
std::string lower_name(std::string_view text) {
  const auto equals = std::min(text.find('='), text.size());
  return lower(text.substr(0, equals)) + std::string(text.substr(equals));
}

std::string list(std::string_view value, bool methods) {
  std::set<std::string> all;
  for (const auto part : split(value, ','))
    if (!part.empty()) all.insert(methods ? std::string(part) : lower_name(part));
  std::string out;
  for (const auto& one : all) out += (out.empty() ? "" : ", ") + one;
  return out;
}

std::string media_type(std::string_view value) {
  std::string out;
  for (const auto part : split(value, ';')) {
    if (part.empty()) continue;
    const bool whole = out.empty() || lower(part).starts_with("charset=");
    out += (out.empty() ? "" : "; ") + (whole ? lower(part) : lower_name(part));
  }
  return out;
}

std::optional<std::int64_t> seconds_ahead(std::string_view text) {
  if (!text.ends_with(ahead)) return std::nullopt;
  std::int64_t seconds = 0;
  const auto* end = text.data() + text.size() - ahead.size();
  const auto read = std::from_chars(text.data(), end, seconds);
  return read.ptr == end && read.ec == std::errc{} ? std::optional(seconds) : std::nullopt;
}

}  // namespace

std::string plain_value(std::string_view name, std::string_view value) {
  constexpr std::array lists{"vary", "cache-control", "access-control-allow-headers",
                             "access-control-expose-headers"};
  if (value.find('"') != std::string_view::npos) return std::string(value);
  if (std::ranges::find(lists, name) != lists.end()) return list(value, false);
  if (name == "allow" || name == "access-control-allow-methods") return list(value, true);
  return name == "content-type" ? media_type(value) : std::string(value);
}

std::string plain_expires(const SetCookie& cookie, const Exchange& exchange) {
  if (!cookie.expires) return "none";
  auto now = exchange.started;
  if (const auto date = exchange.headers.find("Date")) now = parse_cookie_date(*date).value_or(now);
  // Not as a difference of points in time, which years far from now would overflow.
  using std::chrono::floor, std::chrono::seconds;
  const auto left = floor<seconds>(*cookie.expires).time_since_epoch().count() -
                    floor<seconds>(now).time_since_epoch().count();
  return left <= 0 ? "past" : fmt::format("{}{}", left, ahead);
}

bool same_expires(std::string_view a, std::string_view b) {
  const auto one = seconds_ahead(a), other = seconds_ahead(b);
  if (!one || !other) return a == b;
  return static_cast<double>(std::abs(*one - *other)) <=
         2 + 0.05 * static_cast<double>(std::max(*one, *other));
}

}  // namespace ingress_check::same
