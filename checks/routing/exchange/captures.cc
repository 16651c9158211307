#include "checks/routing/exchange/captures.h"

#include <re2/re2.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace ingress_check::exchange {

namespace {

constexpr std::size_t longest_capture = 4096;

std::optional<std::string> from_json(const std::string& body, const std::string& pointer) {
  const auto json = nlohmann::json::parse(body, nullptr, false);
  if (json.is_discarded()) return std::nullopt;
  try {
    const auto path = pointer.starts_with('/') ? pointer : "/" + pointer;
    const auto& value = json.at(nlohmann::json::json_pointer(path));
    if (value.is_string()) return value.get<std::string>();
    if (value.is_structured() || value.is_null()) return std::nullopt;
    return value.dump();
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;  // the library throws for a pointer that leads nowhere
  }
}

std::optional<std::string> from_cookie(const Headers& headers, const std::string& name) {
  for (const auto value : headers.all("Set-Cookie"))
    if (value.starts_with(name + "="))
      return std::string(value.substr(name.size() + 1, value.find(';') - name.size() - 1));
  return std::nullopt;
}

std::optional<std::string> from_body(const std::string& body, const std::string& pattern) {
  const RE2 regex(pattern, RE2::Quiet);
  std::string value;
  if (!regex.ok() || regex.NumberOfCapturingGroups() < 1) return std::nullopt;
  if (!RE2::PartialMatch(body, regex, &value)) return std::nullopt;
  return value;
}

std::optional<std::string> raw(const Capture& capture, const Exchange& exchange) {
  switch (capture.from) {
    case Capture::From::header:
      if (const auto value = exchange.headers.find(capture.what)) return std::string(*value);
      return std::nullopt;
    case Capture::From::json:
      return from_json(exchange.body, capture.what);
    case Capture::From::cookie:
      return from_cookie(exchange.headers, capture.what);
    case Capture::From::body:
      return from_body(exchange.body, capture.what);
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> take(const Capture& capture, const Exchange& exchange) {
  if (exchange.outcome != Outcome::ok) return std::nullopt;
  auto value = raw(capture, exchange);
  if (!value || value->size() > longest_capture) return std::nullopt;
  const bool control = std::ranges::any_of(
      *value, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
  return control ? std::nullopt : value;
}

}  // namespace ingress_check::exchange
