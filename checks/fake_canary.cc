#include "checks/fake_canary.h"

namespace ingress_check {

namespace {

std::optional<bool> word(std::string_view value) {
  if (value == "always") return true;
  if (value == "never") return false;
  return std::nullopt;
}

std::optional<bool> header_says(const Request& request, const std::string& name) {
  const auto value = name.empty() ? std::nullopt : request.headers.find(name);
  return value ? word(*value) : std::nullopt;
}

/// Pairs of a Cookie field are separated by "; " (RFC 6265, 4.2.1).
std::optional<bool> cookie_says(const Request& request, const std::string& name) {
  if (name.empty()) return std::nullopt;
  for (auto field : request.headers.all("Cookie"))
    while (!field.empty()) {
      const auto end = field.find("; ");
      const auto pair = field.substr(0, end);
      if (pair.starts_with(name + "=")) return word(pair.substr(name.size() + 1));
      field = end == field.npos ? std::string_view() : field.substr(end + 2);
    }
  return std::nullopt;
}

}  // namespace

std::optional<bool> FakeCanary::asked_by(const Request& request) const {
  const auto by_header = header_says(request, header);
  const auto by_cookie = cookie_says(request, cookie);
  const auto& first = cookie_first ? by_cookie : by_header;
  return first ? first : cookie_first ? by_header : by_cookie;
}

}  // namespace ingress_check
