#include <openssl/evp.h>

#include <algorithm>

#include "reports/report.h"

namespace ingress_check {
namespace {

struct Replacement {
  std::string from, to;
};

std::string base64(const std::string& text) {
  std::string out(4 * ((text.size() + 2) / 3) + 1, '\0');
  const int n = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                reinterpret_cast<const unsigned char*>(text.data()),
                                static_cast<int>(text.size()));
  out.resize(static_cast<std::size_t>(n));
  return out;
}

std::string url_encoded(const std::string& text) {
  static constexpr std::string_view kept = "-._~";
  static constexpr char hex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
        kept.find(c) != kept.npos) {
      out += c;
    } else {
      out += {'%', hex[byte >> 4], hex[byte & 15]};
    }
  }
  return out;
}

/// Longest first, so that a secret that contains another is replaced whole.
std::vector<Replacement> replacements(const std::vector<Secret>& secrets) {
  std::vector<Replacement> all;
  for (const auto& [name, value] : secrets) {
    if (value.empty()) continue;
    const std::string shown = "$" + name;
    all.push_back({value, shown});
    all.push_back({url_encoded(value), shown});
    if (value.size() >= 4) {
      // base64 without its last, alignment-dependent characters
      std::string encoded = base64(value);
      while (!encoded.empty() && encoded.back() == '=') encoded.pop_back();
      if (value.size() % 3 != 0) encoded.pop_back();
      all.push_back({encoded, shown});
    }
  }
  std::ranges::stable_sort(all, {},
                           [](const Replacement& r) { return -static_cast<long>(r.from.size()); });
  return all;
}

class Redactor {
 public:
  explicit Redactor(const std::vector<Secret>& secrets) : replacements_(replacements(secrets)) {}

  void text(std::string& s) const {
    for (const auto& [from, to] : replacements_)
      for (std::size_t at = s.find(from); at != s.npos; at = s.find(from, at + to.size()))
        s.replace(at, from.size(), to);
  }
  void texts(std::vector<std::string>& all) const {
    for (auto& s : all) text(s);
  }
  void headers(Headers& headers) const {
    for (auto& [name, value] : headers.fields) header(name, value);
  }
  void request(Request& request) const {
    headers(request.headers);
    text(request.url.path);
    text(request.body);
  }
  void exchange(Exchange& exchange) const {
    headers(exchange.sent);
    headers(exchange.headers);
    text(exchange.body);
    text(exchange.detail);
    if (!exchange.seen) return;
    headers(exchange.seen->headers);
    text(exchange.seen->path);
  }

 private:
  void header(const std::string& name, std::string& value) const {
    if (same_name(name, "Authorization") || same_name(name, "Proxy-Authorization")) {
      const auto blank = value.find(' ');
      value = (blank == value.npos ? "" : value.substr(0, blank + 1)) + "[redacted]";
    } else if (same_name(name, "Cookie")) {
      value = cookie_pairs(value);
    } else if (same_name(name, "Set-Cookie")) {
      const auto end = value.find(';');
      value = cookie_pairs(value.substr(0, end)) + (end == value.npos ? "" : value.substr(end));
    } else {
      text(value);
    }
  }

  /// Names are kept: which cookie it was is part of the evidence, what it held is not.
  static std::string cookie_pairs(std::string_view value) {
    std::string out;
    while (!value.empty()) {
      const auto end = value.find(';');
      const auto pair = value.substr(0, end);
      out += pair.substr(0, pair.find('='));
      out += "=[redacted]";
      if (end == value.npos) break;
      out += ';';
      value.remove_prefix(end + 1);
    }
    return out;
  }

  std::vector<Replacement> replacements_;
};

void redact_verdict(Verdict& verdict, const Redactor& redactor) {
  redactor.text(verdict.summary);
  for (auto& finding : verdict.findings) {
    redactor.text(finding.subject);
    redactor.text(finding.expected);
    redactor.text(finding.actual);
    if (finding.request) redactor.request(*finding.request);
    if (finding.exchange) redactor.exchange(*finding.exchange);
  }
  for (auto& diagnosis : verdict.diagnoses) {
    redactor.text(diagnosis.text);
    redactor.text(diagnosis.fix);
    redactor.text(diagnosis.separates);
  }
  redactor.texts(verdict.shown);
  redactor.texts(verdict.not_shown);
  redactor.texts(verdict.notes);
  for (auto& [key, value] : verdict.traits) redactor.text(value);
}

}  // namespace

Report redact(Report report, const std::vector<Secret>& secrets) {
  const Redactor redactor(secrets);
  redactor.text(report.command_line);
  for (auto& scenario : report.scenarios) {
    if (scenario.error) redactor.text(scenario.error->what);
    for (auto& target : scenario.targets) {
      redactor.text(target.url);
      redactor.texts(target.because);
    }
    for (auto& check : scenario.checks) {
      redact_verdict(check.verdict, redactor);
      redactor.texts(check.reproduce);
      for (auto& [key, value] : check.cell) redactor.text(value);
    }
  }
  return report;
}

}  // namespace ingress_check
