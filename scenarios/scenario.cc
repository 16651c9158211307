#include "scenarios/scenario.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <charconv>

namespace ingress_check {
namespace {

constexpr std::string_view address_hint =
    "write an IP, HOST:PORT, or one for each port of the URL: 80=HOST:PORT,443=HOST:PORT "
    "(IPv6 in brackets: [::1]:8080)";

tl::unexpected<Error> bad_address(std::string_view text) {
  return tl::unexpected(
      Error{fmt::format("cannot read the address \"{}\"", text), std::string(address_hint)});
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || port == 0) return std::nullopt;
  return port;
}

bool plausible_host(std::string_view host) {
  if (host.empty() || host.size() > 253) return false;
  for (const char c : host) {
    const bool fine = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '.' || c == '-' || c == '_';
    if (!fine) return false;
  }
  return true;
}

bool is_ipv6(std::string_view host) {
  in6_addr address;
  const std::string without_zone(host.substr(0, host.find('%')));
  return inet_pton(AF_INET6, without_zone.c_str(), &address) == 1;
}

/// HOST, HOST:PORT, [IPV6], [IPV6]:PORT or IPV6.
bool read_host_port(std::string_view text, Redirection& into) {
  std::string_view host = text, port;
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == std::string_view::npos) return false;
    host = text.substr(1, end - 1);
    port = text.substr(end + 1);
    if (!is_ipv6(host) || (!port.empty() && port.front() != ':')) return false;
    if (!port.empty() && port.size() == 1) return false;
    if (!port.empty()) port.remove_prefix(1);
  } else if (is_ipv6(text)) {
    host = text;
  } else {
    const auto colon = text.find(':');
    host = text.substr(0, colon);
    if (colon != std::string_view::npos) port = text.substr(colon + 1);
    const bool port_alone = host.find_first_not_of("0123456789") == host.npos;
    if (port_alone || !plausible_host(host) || (colon != std::string_view::npos && port.empty()))
      return false;
  }
  into.host = host;
  if (port.empty()) return true;
  const auto number = parse_port(port);
  into.port = number.value_or(0);
  return number.has_value();
}

}  // namespace

std::string to_string(HttpVersion version) {
  switch (version) {
    case HttpVersion::any:
      return "auto";
    case HttpVersion::http1:
      return "1.1";
    case HttpVersion::http2:
      return "2";
    case HttpVersion::h2c:
      return "h2c";
  }
  return "auto";
}

std::optional<HttpVersion> parse_http_version(std::string_view text) {
  for (const auto version :
       {HttpVersion::any, HttpVersion::http1, HttpVersion::http2, HttpVersion::h2c})
    if (to_string(version) == text) return version;
  return std::nullopt;
}

bool Identity::says_nothing() const {
  return pod_header.empty() && service_header.empty() && pod_json.empty() && service_json.empty() &&
         body.empty();
}

Result<std::vector<Redirection>> parse_address(std::string_view text) {
  std::vector<Redirection> all;
  std::string_view rest = text;
  while (true) {
    const auto comma = rest.find(',');
    std::string_view part = rest.substr(0, comma);
    Redirection one;
    if (const auto equals = part.find('='); equals != std::string_view::npos) {
      const auto port = parse_port(part.substr(0, equals));
      if (!port) return bad_address(text);
      one.url_port = *port;
      part.remove_prefix(equals + 1);
    }
    if (!read_host_port(part, one)) return bad_address(text);
    for (const auto& earlier : all)
      if (earlier.url_port == one.url_port || earlier.url_port == 0) return bad_address(text);
    all.push_back(std::move(one));
    if (comma == std::string_view::npos) return all;
    rest.remove_prefix(comma + 1);
  }
}

}  // namespace ingress_check
