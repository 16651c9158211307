#include "checks/routing/same/picture.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>

#include "checks/routing/same/plain_value.h"
#include "harness/set_cookie.h"

namespace ingress_check::same {

namespace {

constexpr std::size_t longest_name = 100;  ///< of a header or a cookie: what is beyond is cut off

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

bool in_name(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
         c == '_';
}

/// Where it stands as a name of its own: the host "old" is no part of "gold" or "old-shop".
void replace_name(std::string& text, std::string_view name, std::string_view instead) {
  if (name.empty()) return;
  std::string out;
  std::size_t taken = 0;
  for (auto at = text.find(name); at != std::string::npos; at = text.find(name, at)) {
    const auto end = at + name.size();
    const bool begins = at == 0 || (!in_name(text[at - 1]) && text[at - 1] != '.');
    const bool ends = end == text.size() || !in_name(text[end]);
    if (begins && ends) {
      out.append(text, taken, at - taken).append(instead);
      taken = end;
    }
    at = begins && ends ? end : at + 1;
  }
  if (taken > 0) text = out.append(text, taken);
}

bool has_piece_of_its_own(const std::string& header) {
  return header == "location" || header == "set-cookie" || header == "content-encoding";
}

}  // namespace

std::string plain_location(const Url& asked, std::string_view location) {
  const auto url = resolve(asked, location);
  if (!url) return std::string(location);
  if (url->host != asked.host) return to_string(*url);
  std::string port;
  const bool same_port = url->effective_port() == asked.effective_port();
  if (!same_port && url->effective_port() != (url->https ? 443 : 80))
    port = fmt::format(":{}", url->port);
  return fmt::format("{}://{{host}}{}{}", url->https ? "https" : "http", port, url->path);
}

struct Picturing::Patterns {
  std::vector<std::unique_ptr<RE2>> all;
};

Picturing::Picturing(const Plan& plan) : plan_(plan), patterns_(std::make_unique<Patterns>()) {
  for (const auto& text : plan.ignored_patterns)
    patterns_->all.push_back(std::make_unique<RE2>(text, RE2::Quiet));
}

Picturing::~Picturing() = default;

bool Picturing::ignores(std::string_view header) const {
  const auto is = [&](const std::string& one) { return same_name(one, header); };
  return std::ranges::any_of(always_ignored(), is) ||
         std::ranges::any_of(plan_.ignored_headers, is);
}

std::string Picturing::plain(std::string_view value, const Exchange& exchange,
                             const Url* own) const {
  std::string text(value);
  // Shorter names are ordinary words.
  if (exchange.who.pod.size() >= 3) replace_name(text, exchange.who.pod, "{pod}");
  if (own) {
    replace_name(text, own->authority(), "{host}");
    replace_name(text, own->host, "{host}");
  }
  for (const auto& pattern : patterns_->all)
    if (pattern->ok()) RE2::GlobalReplace(&text, *pattern, "");
  return text;
}

void Picturing::headers(const Headers& fields, Of count, Of value, const Exchange& exchange,
                        const Url* own, Picture& picture) const {
  std::map<std::string, std::vector<std::string>> by_name;
  for (const auto& [name, text] : fields.fields) {
    const auto key = lower(std::string_view(name).substr(0, longest_name));
    if (ignores(key) || (count == Of::header_count && has_piece_of_its_own(key))) continue;
    by_name[key].push_back(plain(text, exchange, own));
  }
  for (const auto& [name, values] : by_name) {
    picture[{count, name}] = std::to_string(values.size());
    std::string joined;
    for (const auto& one : values) joined += (joined.empty() ? "" : ", ") + one;
    picture[{value, name}] = value == Of::header ? plain_value(name, joined) : joined;
  }
}

void Picturing::cookies(const Exchange& exchange, const Url* own, Picture& picture) const {
  std::map<std::string, int> counts;
  for (const auto field : exchange.headers.all("Set-Cookie")) {
    const auto cookie = parse_set_cookie(field);
    if (!cookie) continue;
    const std::string name(cookie->name.substr(0, longest_name));
    picture[{Of::cookie_count, name}] = std::to_string(++counts[name]);
    const auto attribute = [&](const char* which, std::string text) {
      picture[{Of::cookie, name + " " + which}] = std::move(text);
    };
    attribute("Path", std::string(cookie->path));
    attribute("Domain", plain(cookie->domain, exchange, own));
    attribute("HttpOnly", cookie->http_only ? "yes" : "no");
    attribute("Secure", cookie->secure ? "yes" : "no");
    attribute("SameSite", lower(cookie->same_site));
    attribute("Max-Age", cookie->max_age ? std::to_string(*cookie->max_age) : "");
    attribute("Expires", plain_expires(*cookie, exchange));
  }
}

void Picturing::body(const Exchange& exchange, const Url* own, Picture& picture) const {
  if (exchange.seen) return;  // it is about the request, which `seen` compares
  const bool longer = exchange.body_size > plan_.compared_of_body;
  const bool whole = !longer && exchange.body.size() == exchange.body_size;
  // The length of a packed one that was cut is not known.
  const auto coding = exchange.headers.find("Content-Encoding");
  if (longer && (!coding || same_name(*coding, "identity")))
    picture[{Of::body_size, ""}] = std::to_string(exchange.body_size);
  std::string shape;
  for (const auto& [name, text] :
       pieces_of_body(exchange.body.substr(0, plan_.compared_of_body), whole)) {
    picture[{Of::body, name}] = plain(text, exchange, own);
    shape += name + "\n";
  }
  picture[{Of::body_shape, ""}] = std::move(shape);
}

void Picturing::seen(const Exchange& exchange, const Url* own, Picture& picture) const {
  if (!exchange.seen) return;
  const auto& saw = *exchange.seen;
  picture[{Of::seen, "method"}] = saw.method;
  picture[{Of::seen, "path"}] = saw.path;
  picture[{Of::seen, "host"}] = plain(saw.host, exchange, own);
  picture[{Of::seen, "protocol"}] = saw.protocol;
  Picture of_headers;
  headers(saw.headers, Of::seen_count, Of::seen, exchange, own, of_headers);
  for (auto& [piece, text] : of_headers)
    picture[{piece.of, "header " + piece.name}] = std::move(text);
}

Picture Picturing::take(const Request& request, const Exchange& exchange, const Url* own) const {
  Picture picture;
  picture[{Of::answer, ""}] = exchange.outcome == Outcome::ok ? "yes" : to_string(exchange.outcome);
  if (exchange.outcome != Outcome::ok) return picture;
  if (plan_.compares("status")) picture[{Of::status, ""}] = std::to_string(exchange.status);
  if (plan_.compares("service") && !exchange.who.service.empty())
    picture[{Of::service, ""}] = exchange.who.service;
  if (plan_.compares("location"))
    if (const auto location = exchange.headers.find("Location"))
      picture[{Of::location, ""}] =
          plain(plain_location(request.url, *location), exchange, nullptr);
  if (plan_.compares("headers"))
    headers(exchange.headers, Of::header_count, Of::header, exchange, own, picture);
  if (plan_.compares("cookies")) cookies(exchange, own, picture);
  if (plan_.compares("compression"))
    picture[{Of::compression, ""}] =
        lower(exchange.headers.find("Content-Encoding").value_or("none"));
  if (plan_.compares("body")) body(exchange, own, picture);
  if (plan_.compares("seen")) seen(exchange, own, picture);
  return picture;
}

}  // namespace ingress_check::same
