#include "harness/curl_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "harness/outgoing.h"
#include "harness/secrets.h"

namespace ingress_check {
namespace {

constexpr std::size_t kInlineBody = 8192;

/// Values that must not be shown, and the shell variables that stand for them.
using Hidden = std::vector<Secret>;

bool plain(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](unsigned char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("-_./:,=+@%").find(static_cast<char>(c)) != std::string_view::npos;
  });
}

std::string in_single_quotes(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'')
      out += "'\\''";
    else
      out += c;
  }
  return out + "'";
}

/// The secret that begins earliest in `text`, the longest of several.
std::pair<std::size_t, const Secret*> first_secret(std::string_view text, const Hidden& hidden) {
  std::pair<std::size_t, const Secret*> best{std::string_view::npos, nullptr};
  for (const Secret& secret : hidden) {
    const auto at = find_secret(text, secret);
    if (at < best.first || (at == best.first && best.second && at != std::string_view::npos &&
                            secret.value.size() > best.second->value.size()))
      best = {at, &secret};
  }
  return best;
}

/// One word for a POSIX shell: in single quotes, or in double quotes with $NAME for secrets.
std::string word(std::string_view text, const Hidden& hidden) {
  if (!first_secret(text, hidden).second)
    return plain(text) ? std::string(text) : in_single_quotes(text);
  std::string out = "\"";
  while (!text.empty()) {
    const auto [at, secret] = first_secret(text, hidden);
    for (const char c : text.substr(0, at)) {
      if (std::string_view("\\\"$`").find(c) != std::string_view::npos) out += '\\';
      out += c;
    }
    if (!secret) break;
    text.remove_prefix(at + secret->value.size());
    const bool runs_on =
        !text.empty() && (std::isalnum(static_cast<unsigned char>(text[0])) || text[0] == '_');
    out += runs_on ? fmt::format("${{{}}}", secret->name) : "$" + secret->name;
  }
  return out + "\"";
}

std::string_view http_option(const Outgoing& out) {
  switch (protocol_of(out)) {
    case Protocol::http1:
      return "--http1.1";
    case Protocol::http2_by_alpn:
      return "--http2";
    case Protocol::http2_prior_knowledge:
      return "--http2-prior-knowledge";
  }
  return "";
}

/// A command whose output is the body, where it does not fit into a word; nothing if it does.
std::optional<std::string> body_command(const std::string& body) {
  const bool uniform = std::ranges::all_of(body, [&](char c) { return c == body[0]; });
  const std::size_t most = uniform ? 64 : kInlineBody;
  if (body.size() <= most && body.find('\0') == std::string::npos && body[0] != '@')
    return std::nullopt;
  if (uniform)
    return fmt::format("head -c {} /dev/zero | tr '\\0' '\\{:03o}'", body.size(),
                       static_cast<unsigned char>(body[0]));
  std::string octal;
  for (const char c : body) octal += fmt::format("\\{:03o}", static_cast<unsigned char>(c));
  return fmt::format("printf '{}'", octal);
}

std::string certificate_options(const Target& target, const Request& request, const Outgoing& out) {
  if (!out.https) return {};
  std::string options;
  // curl verifies the name in the URL; where that is no name, it cannot.
  if (target.insecure || out.name != out.verify_name) options += " -k";
  if (!target.ca.empty()) options += " --cacert " + word(target.ca, {});
  if (request.certificate == ClientCertificate::untrusted)
    options += " --cert untrusted.pem --key untrusted.key";
  else if (request.certificate == ClientCertificate::as_target && !target.certificate.empty())
    options +=
        fmt::format(" --cert {} --key {}", word(target.certificate, {}), word(target.key, {}));
  return options;
}

std::string connection_options(const Target& target, const Request& request, const Outgoing& out) {
  std::string options;
  if (out.connect_to != Destination{out.name, out.port}) {
    const std::string from = host_and_port(out.name, out.port);
    const std::string to = host_and_port(out.connect_to.host, out.connect_to.port);
    options += " --connect-to " + in_single_quotes(from + ":" + to);
  }
  if (!request.source_address.empty()) options += " --interface " + request.source_address;
  if (target.ip_version != 0) options += fmt::format(" -{}", target.ip_version);
  const auto timeout = request.timeout.value_or(target.timeout);
  options += fmt::format(" -m {:g}", std::chrono::duration<double>(timeout).count());
  return options;
}

std::string message_options(const Outgoing& out, const Hidden& hidden) {
  std::string options;
  if (out.method == "HEAD")
    options += " -I";
  else if (out.method != (out.has_body ? "POST" : "GET"))
    options += " -X " + word(out.method, hidden);
  for (const auto& [name, value] : out.headers.fields)
    options += " -H " + word(value.empty() ? name + ";" : name + ": " + value, hidden);
  if (!out.has_body) return options;
  if (!out.headers.find("Content-Type")) options += " -H Content-Type:";
  if (!out.headers.find("Expect")) options += " -H Expect:";
  return options +
         (body_command(out.body) ? " --data-binary @-" : " --data-raw " + word(out.body, hidden));
}

}  // namespace

std::string curl_line(const Target& target, const Request& request,
                      const std::vector<Secret>& secrets) {
  const auto out = prepare(target, request);
  if (!out) return fmt::format("# no curl line: {}", out.error().what);
  Hidden hidden = secrets;
  add_credentials(out->headers, hidden);
  const std::string url = out->url();
  std::string line = fmt::format("curl -sv --noproxy '*' {}", http_option(*out));
  line += certificate_options(target, request, *out);
  line += connection_options(target, request, *out);
  line += " --path-as-is";
  if (url.find_first_of("[]{}") != std::string::npos) line += " -g";
  line += message_options(*out, hidden);
  line += ' ' + (first_secret(url, hidden).second ? word(url, hidden) : in_single_quotes(url));
  const auto body = out->has_body ? body_command(out->body) : std::nullopt;
  return body ? *body + " | " + line : line;
}

std::string shell_word(std::string_view text, const std::vector<Secret>& secrets) {
  return word(text, secrets);
}

}  // namespace ingress_check
