#include "reports/redact.h"

#include <algorithm>

#include "harness/secrets.h"
#include "reports/spellings.h"

namespace ingress_check {
namespace {

/// Of what a server sets, shorter cookie values are taken for names of pods and the like.
constexpr std::size_t least_received = 8;

/// Names are kept: which cookie it was is part of the evidence, what it held is not.
std::string cookie_pairs(std::string_view value) {
  std::string out;
  while (!value.empty()) {
    const auto end = value.find(';');
    const auto pair = value.substr(0, end);
    const auto equals = pair.find('=');
    out += equals == pair.npos ? "" : pair.substr(0, equals + 1);
    out += "[redacted]";
    if (end == value.npos) break;
    out += ';';
    value.remove_prefix(end + 1);
  }
  return out;
}

/// What is shown of the value of a credential header.
std::string hidden_value(const std::string& name, const std::string& value) {
  if (value.empty()) return value;
  if (same_name(name, "Set-Cookie")) {
    const auto end = value.find(';');
    return cookie_pairs(value.substr(0, end)) + (end == value.npos ? "" : value.substr(end));
  }
  if (same_name(name, "Cookie")) return cookie_pairs(value);
  if (same_name(name, "Authorization") || same_name(name, "Proxy-Authorization")) {
    const auto blank = value.find(' ');
    return (blank == value.npos ? "" : value.substr(0, blank + 1)) + "[redacted]";
  }
  return "[redacted]";
}

/// One for each character of UTF-8.
std::string asterisks(std::string_view text) {
  return std::string(static_cast<std::size_t>(
                         std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; })),
                     '*');
}

/// Applies `hide` to every string of a value, member by member.
template <class Hide>
class Walk {
 public:
  explicit Walk(const Hide& hide) : hide_(hide) {}

  void operator()(std::string& text) const { text = hide_(std::move(text)); }
  void operator()(std::optional<std::string>& text) const {
    if (text) (*this)(*text);
  }
  void operator()(std::vector<std::string>& all) const {
    for (auto& text : all) (*this)(text);
  }
  void operator()(std::vector<std::pair<std::string, std::string>>& all) const {
    for (auto& [key, value] : all) (*this)(key), (*this)(value);
  }
  void operator()(Place& place) const { (*this)(place.file); }
  void operator()(Error& error) const {
    (*this)(error.what), (*this)(error.hint), (*this)(error.place);
  }
  void operator()(Headers& headers) const {
    for (auto& [name, value] : headers.fields) {
      if (is_credential(name)) value = hidden_value(name, value);
      (*this)(name), (*this)(value);
    }
  }
  void operator()(Url& url) const { (*this)(url.host), (*this)(url.path); }
  void operator()(Request& request) const {
    (*this)(request.method), (*this)(request.url), (*this)(request.headers), (*this)(request.body);
    (*this)(request.client), (*this)(request.source_address), (*this)(request.address);
    (*this)(request.sni);
  }
  void operator()(Certificate& one) const {
    for (auto* text : {&one.subject, &one.issuer, &one.subject_cn, &one.issuer_cn, &one.serial,
                       &one.sha256, &one.key, &one.pem})
      (*this)(*text);
    (*this)(one.dns_names), (*this)(one.ip_names);
  }
  void operator()(TlsFacts& facts) const {
    for (auto* text : {&facts.cipher, &facts.alpn, &facts.sni, &facts.verify_error, &facts.ocsp})
      (*this)(*text);
    for (auto& one : facts.chain) (*this)(one);
  }
  void operator()(Exchange& exchange) const {
    for (auto* text : {&exchange.address, &exchange.local, &exchange.detail, &exchange.reason,
                       &exchange.body, &exchange.who.service, &exchange.who.pod})
      (*this)(*text);
    (*this)(exchange.sent), (*this)(exchange.headers);
    if (exchange.tls) (*this)(*exchange.tls);
    if (!exchange.seen) return;
    Seen& seen = *exchange.seen;
    for (auto* text : {&seen.method, &seen.path, &seen.host, &seen.protocol}) (*this)(*text);
    (*this)(seen.headers);
  }
  void operator()(Verdict& verdict) const {
    (*this)(verdict.summary);
    for (auto& finding : verdict.findings) {
      (*this)(finding.place), (*this)(finding.subject);
      (*this)(finding.expected), (*this)(finding.actual);
      if (finding.request) (*this)(*finding.request);
      if (finding.of_reference) (*this)(*finding.of_reference);
      if (finding.exchange) (*this)(*finding.exchange);
    }
    for (auto& one : verdict.diagnoses)
      for (auto* text : {&one.cause, &one.text, &one.fix, &one.source, &one.separates})
        (*this)(*text);
    for (auto& figure : verdict.figures) (*this)(figure.name);
    (*this)(verdict.shown), (*this)(verdict.not_shown), (*this)(verdict.notes);
    std::map<std::string, std::string> traits;
    for (const auto& [key, value] : verdict.traits) traits[hide_(key)] = hide_(value);
    verdict.traits = std::move(traits);
  }
  void operator()(LoadPhase& phase) const {
    LoadReply& reply = phase.reply;
    (*this)(phase.name), (*this)(reply.protocol), (*this)(reply.addresses), (*this)(reply.breaker);
    (*this)(reply.withheld), (*this)(reply.generator.why);
    for (auto& pod : reply.pods) (*this)(pod.service), (*this)(pod.pod);
    for (auto& one : reply.broken) (*this)(one.exchange);
  }
  void operator()(CheckReport& check) const {
    for (auto* text :
         {&check.scenario, &check.check, &check.name, &check.target, &check.skip_reason})
      (*this)(*text);
    (*this)(check.cell), (*this)(check.place), (*this)(check.verdict);
    (*this)(check.expected_to_fail), (*this)(check.phases), (*this)(check.reproduce);
    for (auto& phase : check.loads) (*this)(phase);
  }
  void operator()(TargetReport& target) const {
    for (auto* text : {&target.name, &target.url, &target.address, &target.controller})
      (*this)(*text);
    (*this)(target.because);
    if (target.error) (*this)(*target.error);
  }

 private:
  const Hide& hide_;
};

/// What the headers of an exchange hold besides: cookies of a jar, tokens that the server gave.
void add_received(const Exchange& exchange, std::vector<Secret>& secrets) {
  std::vector<Secret> found;
  add_credentials(exchange.sent, found);
  add_credentials(exchange.headers, found);
  if (exchange.seen) add_credentials(exchange.seen->headers, found);
  for (auto& secret : found)
    if (secret.value.size() >= least_received && secret.value != exchange.who.pod &&
        secret.value != exchange.who.service)
      secrets.push_back(std::move(secret));
}

}  // namespace

Redactor::Redactor(std::vector<Secret> secrets) : secrets_(std::move(secrets)) {
  for (const auto& secret : secrets_) {
    if (secret.value.empty()) continue;
    for (auto& spelling : spellings(secret.value))
      replacements_.push_back(
          {{secret.name, std::move(spelling), secret.as_word}, "$" + secret.name});
  }
  std::ranges::stable_sort(replacements_, std::greater<>(),
                           [](const Replacement& one) { return one.from.value.size(); });
}

std::string Redactor::text(std::string text) const {
  return without_beginnings(replaced(std::move(text), false));
}

std::string Redactor::masked(std::string text) const { return replaced(std::move(text), true); }

std::string Redactor::replaced(std::string text, bool mask) const {
  std::vector<std::size_t> next;
  for (const auto& one : replacements_) next.push_back(find_secret(text, one.from));
  std::string out;
  std::size_t at = 0;
  while (!next.empty()) {
    const auto first = std::ranges::min_element(next);
    if (*first == std::string::npos) break;
    const auto& one = replacements_[static_cast<std::size_t>(first - next.begin())];
    out.append(text, at, *first - at).append(mask ? asterisks(one.from.value) : one.to);
    at = *first + one.from.value.size();
    for (std::size_t i = 0; i < next.size(); ++i)
      if (next[i] < at) next[i] = find_secret(text, replacements_[i].from, at);
  }
  return at > 0 ? out.append(text, at) : text;
}

/// A text that was cut may end in the beginning of a secret; so may one that is quoted in another.
std::string Redactor::without_beginnings(std::string text) const {
  constexpr std::size_t least = 4;
  for (const auto& [from, to] : replacements_) {
    const std::string_view value = from.value;
    if (from.as_word || value.size() <= least) continue;
    const auto beginning = value.substr(0, least);
    for (auto at = text.find(beginning); at != text.npos; at = text.find(beginning, at + 1)) {
      std::size_t length = least;
      while (length < value.size() && at + length < text.size() &&
             text[at + length] == value[length])
        ++length;
      const auto rest = std::string_view(text).substr(at + length);
      if (rest.empty() || rest.starts_with('"') || rest.starts_with("...")) {
        text.replace(at, length, to);
        at += to.size() - 1;
      }
    }
  }
  return text;
}

Error Redactor::error(Error error) const {
  const auto hide = [this](std::string text) { return this->text(std::move(text)); };
  Walk{hide}(error);
  return error;
}

Exchange Redactor::exchange(Exchange exchange) const {
  std::vector<Secret> secrets = secrets_;
  add_received(exchange, secrets);
  const Redactor all(std::move(secrets));
  const auto hide = [&all](std::string text) { return all.text(std::move(text)); };
  Walk{hide}(exchange);
  return exchange;
}

CheckReport Redactor::check(CheckReport check) const {
  std::vector<Secret> secrets = secrets_;
  for (const auto& finding : check.verdict.findings) {
    if (finding.request) add_credentials(finding.request->headers, secrets);
    if (finding.of_reference) add_credentials(finding.of_reference->headers, secrets);
    if (finding.exchange) add_received(*finding.exchange, secrets);
  }
  for (const auto& phase : check.loads)
    for (const auto& one : phase.reply.broken) add_received(one.exchange, secrets);
  const Redactor all(std::move(secrets));
  const auto hide = [&all](std::string text) { return all.text(std::move(text)); };
  Walk{hide}(check);
  return check;
}

ScenarioReport Redactor::scenario(ScenarioReport scenario) const {
  const auto hide = [this](std::string text) { return this->text(std::move(text)); };
  const Walk walk{hide};
  for (auto* text : {&scenario.file, &scenario.name, &scenario.about}) walk(*text);
  std::string shown = masked(without_user(scenario.source));
  if (shown != scenario.source) scenario.sha256.clear();
  scenario.source = std::move(shown);
  for (auto& target : scenario.targets) walk(target);
  for (auto& one : scenario.checks) one = check(std::move(one));
  if (scenario.error) walk(*scenario.error);
  return scenario;
}

Report Redactor::report(Report report) const {
  const auto hide = [this](std::string text) { return this->text(std::move(text)); };
  const Walk walk{hide};
  walk(report.command_line), walk(report.written);
  for (auto& one : report.scenarios) one = scenario(std::move(one));
  return report;
}

Report redact(Report report, const std::vector<Secret>& secrets) {
  return Redactor(secrets).report(std::move(report));
}

}  // namespace ingress_check
