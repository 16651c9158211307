#include "checks/doors.h"

#include <fmt/format.h>

#include <algorithm>

namespace ingress_check {

namespace {

const Redirection* redirection(const Target& target, std::uint16_t port) {
  for (const auto& entry : target.address)
    if (entry.url_port == 0 || entry.url_port == port) return &entry;
  return nullptr;
}

std::uint16_t port_of(const Params& params, std::string_view key, bool own_scheme,
                      std::uint16_t own) {
  if (const auto* value = params.find(key); value && value->is<std::int64_t>())
    return static_cast<std::uint16_t>(value->as<std::int64_t>());
  return own_scheme ? own : std::uint16_t{0};
}

}  // namespace

Doors doors(const Params& params, const Subject& subject) {
  Url base = subject.target.url;
  if (const auto* url = params.find("url"); url && url->is<Url>()) base = url->as<Url>();
  if (const auto path = params.text("path"); !path.empty()) base = with_path(base, path);
  Doors both{base, base, {}, {}};
  both.https_guessed = !base.https && !params.find("https-port");
  both.http.https = false;
  both.http.port = port_of(params, "http-port", !base.https, base.port);
  both.https.https = true;
  both.https.port = port_of(params, "https-port", base.https, base.port);
  if (both.http.port == 80) both.http.port = 0;
  if (both.https.port == 443) both.https.port = 0;

  const auto* plain = redirection(subject.target, both.http.effective_port());
  const auto* tls = redirection(subject.target, both.https.effective_port());
  const bool one_place =
      plain && tls && plain->host == tls->host && plain->port == tls->port && plain->port != 0;
  if (one_place) {
    const auto why = fmt::format(
        "`address` sends every port to {}:{}; write where each goes, as in "
        "\"{}=HOST:PORT,{}=HOST:PORT\"",
        plain->host, plain->port, both.http.effective_port(), both.https.effective_port());
    (base.https ? both.http_closed : both.https_closed) = why;
  }
  return both;
}

std::vector<Field> door_fields() {
  return {
      {.name = "url", .kind = Kind::url, .about = "what to ask instead of the target's own URL"},
      {.name = "path", .kind = Kind::path, .about = "the path to ask, on the target's host"},
      {.name = "https-port",
       .kind = Kind::integer,
       .about = "the TLS port as clients name it; the URL's own, else 443",
       .least = 1,
       .most = 65535},
  };
}

std::vector<KeyRule> door_rules() { return {{KeyRule::Kind::at_most_one, {"url", "path"}}}; }

bool unreached(Outcome outcome) {
  return outcome == Outcome::unresolved || outcome == Outcome::unreachable ||
         outcome == Outcome::local || outcome == Outcome::refused ||
         outcome == Outcome::connect_timeout;
}

std::string why_unreached(Outcome outcome, const std::string& host, const std::string& address,
                          const std::string& detail) {
  const auto& where = address.empty() ? host : address;
  switch (outcome) {
    case Outcome::unresolved:
      return fmt::format("the name {} has no address", host);
    case Outcome::unreachable:
      return fmt::format("there is no route to {}", where);
    case Outcome::refused:
      return fmt::format("{} refused the connection", where);
    case Outcome::connect_timeout:
      return fmt::format("{} did not accept a connection in time", where);
    case Outcome::local:
      return fmt::format("this machine could not ask: {}", detail);
    default:
      return fmt::format("{}: {}{}{}", where, to_string(outcome), detail.empty() ? "" : ", ",
                         detail);
  }
}

bool is_ip(std::string_view host) {
  if (host.find(':') != std::string_view::npos) return true;
  return !host.empty() && std::all_of(host.begin(), host.end(),
                                      [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
}

std::string name_of(const Certificate& certificate) {
  if (certificate.self_signed) return fmt::format("\"{}\" signed by itself", certificate.subject);
  return fmt::format("\"{}\" issued by \"{}\"", certificate.subject, certificate.issuer);
}

}  // namespace ingress_check
