#include "harness/commands/draft/sketch.h"

#include <fmt/format.h>

#include <algorithm>

#include "reports/format.h"

namespace ingress_check {
namespace {

constexpr std::size_t longest_remark = 300;

/// Lower-case letters and digits, joined by "-"; "draft" if there are none.
std::string slug(const std::string& name) {
  std::string out;
  for (const char c : name) {
    const char low = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if ((low >= 'a' && low <= 'z') || (low >= '0' && low <= '9'))
      out += low;
    else if (!out.empty() && out.back() != '-')
      out += '-';
  }
  while (out.ends_with('-')) out.pop_back();
  return out.empty() ? "draft" : out;
}

std::string route_line(const SketchRoute& route, const Sketch& sketch, const std::string& main) {
  std::string out = route.host == main
                        ? "path: " + yaml_scalar(route.path)
                        : "url: " + yaml_scalar(sketch.origin(route.host) + route.path);
  if (!route.service.empty()) out += ", service: " + yaml_scalar(route.service);
  if (!route.status.empty()) out += ", status: " + route.status;
  return "        - {" + out + "}\n";
}

std::string comment(const std::string& text) {
  return "# " + printable(text, longest_remark) + "\n";
}

/// The variable of an origin stays one; nothing else of a manifest becomes one.
std::string target_url(const Sketch& sketch, const std::string& host) {
  return host.empty() ? fmt::format("\"{}\"", sketch.origin(host))
                      : yaml_scalar(sketch.origin(host));
}

}  // namespace

void Sketch::add(SketchRoute route) {
  const bool known = std::ranges::any_of(routes, [&](const SketchRoute& one) {
    return one.host == route.host && one.path == route.path;
  });
  if (!known) routes.push_back(std::move(route));
}

void Sketch::remark(const std::string& text) {
  if (std::ranges::find(remarks, text) == remarks.end()) remarks.push_back(text);
}

bool Sketch::has_tls(const std::string& host) const {
  return std::ranges::find(tls_hosts, host) != tls_hosts.end();
}

std::string Sketch::origin(const std::string& host) const {
  return (has_tls(host) ? "https://" : "http://") + (host.empty() ? "${INGRESS_HOST}" : host);
}

std::string yaml_scalar(std::string_view text) {
  constexpr std::string_view safe = "/._-~";
  const bool begins = !text.empty() && (text[0] == '/' || (text[0] >= 'a' && text[0] <= 'z') ||
                                        (text[0] >= 'A' && text[0] <= 'Z'));
  const bool plain = begins && std::ranges::all_of(text, [&](char c) {
                       return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                              (c >= 'A' && c <= 'Z') || safe.find(c) != safe.npos;
                     });
  const bool word = text == "true" || text == "false" || text == "null" || text == "any";
  if (plain && !word) return std::string(text);
  std::string out = "\"";
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '$' && text.substr(i).starts_with("${")) out += '$';
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F)
      out += fmt::format("\\x{:02X}", static_cast<unsigned char>(c));
    else
      out += c;
  }
  return out + '"';
}

std::string scenario_text(const Sketch& sketch) {
  const std::string main = sketch.routes.front().host;
  std::string out = comment("Drafted from " + sketch.from + ". Read it, complete it, run it.");
  out +=
      "scenario: " + slug(sketch.name) + "\n\ntarget:\n  url: " + target_url(sketch, main) + "\n";
  if (main.empty())
    out += "  # No rule names a host: give one with --set INGRESS_HOST=NAME, or write it here.\n";
  else
    out +=
        "  # address: 203.0.113.7      # where the ingress is, while DNS does not know its names\n";
  out += "controller: auto\n";
  const bool services = std::ranges::any_of(
      sketch.routes, [](const SketchRoute& route) { return !route.service.empty(); });
  if (services)
    out +=
        "# Say how an answer tells its service: until then routes are asked, and judged only in "
        "part.\n"
        "# answered-by: {header: X-Pod, service-header: X-Service}\n";
  out += "\nchecks:\n  - routing:\n      routes:\n";
  for (const auto& route : sketch.routes) out += route_line(route, sketch, main);
  for (const auto& check : sketch.checks) out += "  - " + check + "\n";
  if (sketch.remarks.empty()) return out;
  out += "\n# Not in this draft:\n";
  for (const auto& remark : sketch.remarks) out += comment("- " + remark);
  return out;
}

}  // namespace ingress_check
