#include "checks/pages.h"

#include <re2/re2.h>

#include <array>
#include <charconv>

namespace ingress_check {

namespace {

constexpr std::array pages{
    PlainHttpPage{"nginx", 400, "The plain HTTP request was sent to HTTPS port",
                  "nginx: src/http/ngx_http_special_response.c, error 497"},
    PlainHttpPage{"Go net/http", 400, "Client sent an HTTP request to an HTTPS server.",
                  "Go: src/net/http/server.go"},
    PlainHttpPage{"Apache httpd", 400, "You're speaking plain HTTP to an SSL-enabled server port",
                  "Apache httpd: modules/ssl/ssl_engine_kernel.c"},
    PlainHttpPage{"Apache Tomcat", 400, "This combination of host and port requires TLS",
                  "Apache Tomcat: org/apache/tomcat/util/net/LocalStrings.properties"},
};

std::string_view without_blanks(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

bool fits(const std::string& pattern, const std::string& subject) {
  const RE2 regex(pattern, RE2::Quiet);
  return regex.ok() && RE2::PartialMatch(subject, regex);
}

}  // namespace

std::span<const PlainHttpPage> plain_http_pages() { return pages; }

const PlainHttpPage* plain_http_page(int status, std::string_view body) {
  for (const auto& page : pages)
    if (page.status == status && body.find(page.text) != std::string_view::npos) return &page;
  return nullptr;
}

bool malformed_request_page(int status, std::string_view body) {
  if (status != 400) return false;
  // Empty as it is, or as one empty chunk.
  if (RE2::FullMatch(re2::StringPiece(body.data(), body.size()), R"(\s*(0\s*)?)")) return true;
  return RE2::PartialMatch(re2::StringPiece(body.data(), body.size()),
                           R"((?i)<(h1|title)>(400 Bad request|Bad Message 400|HTTP Status 400)|)"
                           R"(^(400 )?Bad Request[.:]?[\r\n]*$)");
}

bool asks_for_https(int status, std::string_view body) {
  return status == 426 && body.find("HTTPS") != std::string_view::npos;
}

bool asks_for_certificate(int status, std::string_view body) {
  return status == 400 &&
         (body.find("No required SSL certificate was sent") != std::string_view::npos ||
          body.find("The SSL certificate error") != std::string_view::npos);
}

std::optional<std::string> default_certificate_of(const Profile& profile,
                                                  const Certificate& certificate) {
  const auto& subject = certificate.subject;
  if (fits("CN=Kubernetes Ingress Controller Fake Certificate", subject))
    // Both controllers make it with this subject: the key tells them apart.
    return certificate.key.starts_with("EC") ? "HAProxy Ingress" : "ingress-nginx";
  if (fits("CN=TRAEFIK DEFAULT CERT", subject)) return "Traefik";
  if (fits("CN=localhost", subject) && fits("O=Kong", subject)) return "Kong";
  for (const auto& pattern : profile.default_certificates)
    if (fits(pattern, subject)) return profile.name;
  return std::nullopt;
}

std::optional<RawAnswer> parse_answer(std::string_view bytes) {
  if (!bytes.starts_with("HTTP/")) return std::nullopt;
  const auto blank = bytes.find(' ');
  if (blank == std::string_view::npos || bytes.size() < blank + 4) return std::nullopt;
  RawAnswer answer;
  const auto digits = bytes.substr(blank + 1, 3);
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), answer.status);
  if (error != std::errc() || end != digits.data() + digits.size() || answer.status < 100)
    return std::nullopt;
  auto rest = bytes;
  const auto next_line = [&rest] {
    const auto feed = rest.find('\n');
    const auto line = rest.substr(0, feed);
    rest = feed == std::string_view::npos ? std::string_view{} : rest.substr(feed + 1);
    return line;
  };
  next_line();
  while (!rest.empty()) {
    const auto line = without_blanks(next_line());
    if (line.empty()) break;
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || answer.headers.fields.size() >= 256) continue;
    answer.headers.add(std::string(line.substr(0, colon)),
                       std::string(without_blanks(line.substr(colon + 1))));
  }
  answer.body = std::string(rest);
  return answer;
}

}  // namespace ingress_check
