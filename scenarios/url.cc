#include "scenarios/url.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

namespace ingress_check {

namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_blank_or_control(char c) {
  return static_cast<unsigned char>(c) <= 0x20 || static_cast<unsigned char>(c) == 0x7F;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

tl::unexpected<Error> wrong(std::string what, std::string hint) {
  return tl::unexpected(Error{std::move(what), std::move(hint)});
}

/// Length of the scheme before ':' (RFC 3986, 3.1), or npos if the text does not begin with one.
std::size_t scheme_length(std::string_view text) {
  if (text.empty() || !is_letter(text[0])) return std::string_view::npos;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == ':') return i;
    if (!is_letter(text[i]) && !is_digit(text[i]) && text[i] != '+' && text[i] != '-' &&
        text[i] != '.')
      break;
  }
  return std::string_view::npos;
}

/// Letters, digits, '-' and '_' in labels of 1 to 63, 253 in all (RFC 1123, 2.1; '_' since
/// Kubernetes users meet it); one dot may end the name.
Result<std::string> checked_name(std::string_view host) {
  std::string_view rest = host;
  if (rest.ends_with('.')) rest.remove_suffix(1);
  if (rest.empty()) return wrong("the URL has no host", "write http://HOST/PATH");
  if (rest.size() > 253) return wrong("the host is longer than 253 characters", "shorten it");
  while (true) {
    const std::size_t dot = rest.find('.');
    const std::string_view label = rest.substr(0, dot);
    if (label.empty())
      return wrong(fmt::format("the host \"{}\" has an empty label", host), "remove the extra dot");
    if (label.size() > 63)
      return wrong(fmt::format("a label of the host \"{}\" is longer than 63 characters", host),
                   "shorten it");
    for (const char c : label) {
      if (is_letter(c) || is_digit(c) || c == '-' || c == '_') continue;
      if (static_cast<unsigned char>(c) >= 0x80)
        return wrong(fmt::format("the host \"{}\" is not in ASCII", host),
                     "write an international name in its xn-- form");
      if (c == '*')
        return wrong(fmt::format("the host \"{}\" is a wildcard", host),
                     "write a host that a browser could ask for, such as any.example.com");
      return wrong(fmt::format("'{}' cannot stand in a host name", c),
                   "use letters, digits, dots and hyphens");
    }
    if (dot == std::string_view::npos) return lower(host);
    rest.remove_prefix(dot + 1);
  }
}

Result<std::string> checked_ipv6(std::string_view host) {
  in6_addr address{};
  const std::string text(host);
  if (inet_pton(AF_INET6, text.c_str(), &address) != 1)
    return wrong(fmt::format("[{}] is not an IPv6 address", host), "write it as in http://[::1]/");
  return lower(host);
}

Result<std::uint16_t> checked_port(std::string_view text) {
  if (text.empty()) return std::uint16_t{0};
  unsigned port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc{} || end != text.data() + text.size() || port < 1 || port > 65535)
    return wrong(fmt::format("\"{}\" is not a port", text), "write a number from 1 to 65535");
  return static_cast<std::uint16_t>(port);
}

/// Reads `host[:port]` into `url`.
std::optional<Error> read_authority(std::string_view text, Url& url) {
  if (text.find('@') != std::string_view::npos)
    return Error{"a URL with a user name or password is not sent",
                 "send it as a header: -H 'Authorization: ...' on the command line, headers: in a "
                 "scenario"};
  Result<std::string> host;
  std::string_view port;
  if (text.starts_with('[')) {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos)
      return Error{"the IPv6 address has no closing bracket", "write it as in http://[::1]/"};
    host = checked_ipv6(text.substr(1, close - 1));
    port = text.substr(close + 1);
    if (!port.empty() && !port.starts_with(':'))
      return Error{fmt::format("\"{}\" cannot follow the IPv6 address", port),
                   "write a port as in http://[::1]:8080/"};
  } else {
    const std::size_t colon = text.find(':');
    if (colon != text.rfind(':'))
      return Error{"the host has more than one colon",
                   "write an IPv6 address in brackets, as in http://[::1]/"};
    host = checked_name(text.substr(0, colon));
    port = colon == std::string_view::npos ? std::string_view{} : text.substr(colon);
  }
  if (!host) return host.error();
  url.host = *host;
  if (port.starts_with(':')) port.remove_prefix(1);
  const Result<std::uint16_t> number = checked_port(port);
  if (!number) return number.error();
  url.port = *number;
  return std::nullopt;
}

/// RFC 3986, 5.2.4, on a path without its query.
std::string without_dot_segments(std::string_view path) {
  std::vector<std::string_view> segments;
  bool directory = false;
  path.remove_prefix(1);
  while (true) {
    const std::size_t slash = path.find('/');
    const std::string_view segment = path.substr(0, slash);
    directory = segment == "." || segment == "..";
    if (segment == ".." && !segments.empty()) segments.pop_back();
    if (!directory) segments.push_back(segment);
    if (slash == std::string_view::npos) break;
    path.remove_prefix(slash + 1);
  }
  std::string out;
  for (const std::string_view segment : segments) out.append("/").append(segment);
  if (directory || out.empty()) out += '/';
  return out;
}

}  // namespace

std::string Url::authority() const {
  const std::string name = host.find(':') == std::string::npos ? host : "[" + host + "]";
  return port ? fmt::format("{}:{}", name, port) : name;
}

Result<Url> parse_url(std::string_view text) {
  if (text.empty()) return wrong("the URL is empty", "write http://HOST/PATH");
  if (std::ranges::any_of(text, is_blank_or_control))
    return wrong("a URL cannot hold spaces or control characters", "write a space as %20");
  const std::size_t length = scheme_length(text);
  const bool has_scheme =
      length != std::string_view::npos && text.substr(length + 1).starts_with("//");
  const std::string scheme = has_scheme ? lower(text.substr(0, length)) : "";
  const std::string shown = without_user(text);
  if (!has_scheme) {
    for (const std::string_view start : {"http:/", "https:/", "http:", "https:"})
      if (lower(text).starts_with(start))
        return wrong(fmt::format("\"{}\" needs two slashes after its scheme", shown),
                     fmt::format("write {}//{}", start.substr(0, start.find(':') + 1),
                                 std::string_view(shown).substr(start.size())));
    return wrong(fmt::format("\"{}\" has no scheme", shown),
                 shown.starts_with('/')
                     ? "write a whole URL, such as http://HOST/PATH"
                     : fmt::format("write http://{} or https://{}", shown, shown));
  }
  if (scheme != "http" && scheme != "https")
    return wrong(fmt::format("the scheme \"{}\" is not known", scheme),
                 "write http:// or https://");
  Url url;
  url.https = scheme == "https";
  std::string_view rest = text.substr(length + 3);
  const std::size_t end = std::min(rest.find_first_of("/?#"), rest.size());
  if (const auto error = read_authority(rest.substr(0, end), url)) return tl::unexpected(*error);
  rest.remove_prefix(end);
  rest = rest.substr(0, rest.find('#'));
  url.path = rest.starts_with('/') ? std::string(rest) : "/" + std::string(rest);
  return url;
}

std::string without_user(std::string_view text) {
  std::string out(text);
  for (auto at = out.find('@'); at != std::string::npos; at = out.find('@', at + 1)) {
    // What precedes it, back to the slashes or to where an authority cannot begin (RFC 3986, 3.2).
    const auto before = out.find_last_of("/?# \t\"'<>", at);
    const auto begin = before == std::string::npos ? 0 : before + 1;
    const bool after_slashes =
        before != std::string::npos && begin >= 2 && out[before] == '/' && out[before - 1] == '/';
    const bool named = out.find(':', begin) < at;
    if (!after_slashes && !named) continue;
    const auto characters = std::count_if(out.begin() + static_cast<std::ptrdiff_t>(begin),
                                          out.begin() + static_cast<std::ptrdiff_t>(at),
                                          [](char c) { return (c & 0xC0) != 0x80; });
    out.replace(begin, at - begin, static_cast<std::size_t>(characters), '*');
    at = begin + static_cast<std::size_t>(characters);
  }
  return out;
}

std::string to_string(const Url& url) {
  return fmt::format("{}://{}{}", url.https ? "https" : "http", url.authority(), url.path);
}

Result<Url> resolve(const Url& base, std::string_view reference) {
  if (std::ranges::any_of(reference, is_blank_or_control))
    return wrong("a URL cannot hold spaces or control characters", "write a space as %20");
  if (scheme_length(reference) != std::string_view::npos) return parse_url(reference);
  if (reference.starts_with("//"))
    return parse_url(fmt::format("{}:{}", base.https ? "https" : "http", reference));
  reference = reference.substr(0, reference.find('#'));
  if (reference.empty()) return base;
  if (reference.starts_with('/')) return with_path(base, std::string(reference));
  const std::string_view base_path = std::string_view(base.path).substr(0, base.path.find('?'));
  if (reference.starts_with('?'))
    return with_path(base, std::string(base_path) + std::string(reference));
  const std::size_t query = std::min(reference.find('?'), reference.size());
  const std::string merged = std::string(base_path.substr(0, base_path.rfind('/') + 1)) +
                             std::string(reference.substr(0, query));
  return with_path(base, without_dot_segments(merged) + std::string(reference.substr(query)));
}

Url with_path(Url url, std::string path) {
  url.path = std::move(path);
  return url;
}

}  // namespace ingress_check
