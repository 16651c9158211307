#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "checks/expectation.h"
#include "checks/pages.h"
#include "checks/tls/tls_termination/judging.h"

namespace ingress_check::tls_termination {

namespace {

Finding request_finding(const Case& c, const std::string& tag, std::string expected,
                        std::string actual, std::string_view key) {
  Finding finding;
  finding.place = place_of(c.params, key);
  finding.expected = std::move(expected);
  finding.actual = std::move(actual);
  if (const auto* request = c.picture.request(tag)) {
    finding.subject = fmt::format("GET {}", to_string(request->url));
    finding.request = *request;
  }
  if (const auto* exchange = c.picture.exchange(tag)) finding.exchange = example(*exchange);
  return finding;
}

/// max-age of Strict-Transport-Security; nothing if the header has none (RFC 6797, 6.1.1).
std::optional<std::int64_t> max_age(std::string_view header) {
  while (!header.empty()) {
    const auto semicolon = header.find(';');
    auto part = header.substr(0, semicolon);
    header =
        semicolon == std::string_view::npos ? std::string_view{} : header.substr(semicolon + 1);
    part.remove_prefix(std::min(part.find_first_not_of(" \t"), part.size()));
    const auto equals = part.find('=');
    if (equals == std::string_view::npos) continue;
    auto key = part.substr(0, equals);
    while (key.ends_with(' ')) key.remove_suffix(1);
    if (!same_name(key, "max-age")) continue;
    auto value = part.substr(equals + 1);
    value.remove_prefix(std::min(value.find_first_not_of(" \""), value.size()));
    std::int64_t seconds = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), seconds);
    if (error == std::errc()) return seconds;
    return std::nullopt;
  }
  return std::nullopt;
}

void judge_hsts(const std::string& tag, const Exchange& exchange, Case& c) {
  const auto header = exchange.headers.find("Strict-Transport-Security");
  const auto age = header ? max_age(*header) : std::nullopt;
  c.conclusion.verdict.traits["hsts.max-age"] = age ? std::to_string(*age) : "none";
  const auto& hsts = c.picture.wishes.hsts;
  if (!hsts) return;
  const auto actual = header ? std::string(header->substr(0, 200)) : std::string("no such header");
  if (!hsts->wanted) {
    if (!age || *age == 0) return;
    c.conclusion.broke(request_finding(c, tag, "no Strict-Transport-Security", actual, "hsts"));
    c.conclusion.blame("hsts-unexpected",
                       "Browsers that saw this answer refuse plain http for the host from now on.");
    return;
  }
  if (age && *age >= hsts->least_max_age) return;
  c.conclusion.broke(request_finding(
      c, tag,
      fmt::format("Strict-Transport-Security with max-age of at least {}", hsts->least_max_age),
      actual, "hsts"));
  c.conclusion.blame(
      "hsts-missing",
      age ? fmt::format("max-age is {} seconds, less than wanted.", *age)
          : std::string("Answers over https do not say Strict-Transport-Security: it "
                        "is switched off, or TLS ends before the ingress, which "
                        "takes the request for plain http."));
}

void judge_forwarded(const std::string& tag, const Exchange& exchange, Case& c) {
  if (!exchange.seen) return;
  const auto value = exchange.seen->headers.find("X-Forwarded-Proto");
  const auto saw = value ? std::string(value->substr(0, 64)) : std::string("none");
  c.conclusion.verdict.traits["forwarded.proto"] = saw == "https"  ? "yes"
                                                   : saw == "none" ? "no"
                                                                   : "says " + saw;
  for (const char* name : {"X-Forwarded-Port", "X-Forwarded-For"})
    if (const auto found = exchange.seen->headers.find(name))
      c.conclusion.verdict.shown.push_back(
          fmt::format("the pod saw {}: {}", name, found->substr(0, 64)));
  const auto& wanted = c.picture.wishes.forwarded_proto;
  if (wanted == "any" || saw == wanted) return;
  if (saw == "none" && !c.picture.wishes.forwarded_stated) {
    c.conclusion.verdict.notes.push_back(
        "The pod is not told that the client came over https (no X-Forwarded-Proto). Where the pod "
        "itself ends TLS that is right; where a hop before it does, write `forwarded-proto: https` "
        "to have it judged.");
    return;
  }
  c.conclusion.broke(request_finding(c, tag,
                                     fmt::format("the pod sees X-Forwarded-Proto: {}", wanted),
                                     fmt::format("it saw {}", saw), "forwarded-proto"));
  c.conclusion.blame(
      "forwarded-proto-missing",
      saw == "none"
          ? "TLS was ended before the pod, and nothing tells it so: its own redirects and links "
            "will say http."
          : fmt::format("TLS was ended by a hop that says nothing, or that the ingress does not "
                        "trust: the pod was told \"{}\".",
                        saw));
}

enum class Entry {
  in,
  out,
  open,     ///< a 4xx that an application may say as well as the server
  unknown,  ///< no answer, or not asked
};

bool refuses_certificate(const Case& c, const Exchange& exchange) {
  if (exchange.status == 495 || exchange.status == 496) return true;
  const auto meaning = origin(c.subject.controller, exchange).meaning;
  return asks_for_certificate(exchange.status, exchange.body) ||
         meaning == "no-client-certificate" || meaning == "bad-client-certificate";
}

/// True if clients with the right, with a wrong and without a certificate are told the same.
bool same_for_all(const Case& c, int status) {
  for (const auto& tag : {"get:" + c.picture.wishes.names.front(), std::string("no certificate"),
                          std::string("untrusted certificate")}) {
    const auto* exchange = c.picture.exchange(tag);
    if (exchange && (exchange->outcome != Outcome::ok || exchange->status != status)) return false;
  }
  return true;
}

/// Whether a client got in. nginx refuses only at the level of HTTP (400 with its own pages; 495
/// and 496 are its own codes for it), others by an alert, which with TLS 1.3 comes after our
/// Finished.
Entry entry(const Case& c, const Exchange* exchange, bool asked) {
  if (!exchange) return Entry::unknown;
  switch (exchange->outcome) {
    case Outcome::ok:
      break;
    case Outcome::tls_error:
    case Outcome::reset:
    case Outcome::truncated:
    case Outcome::idle_close:
      return Entry::out;
    default:
      return Entry::unknown;
  }
  if (refuses_certificate(c, *exchange)) return Entry::out;
  if (exchange->status < 400 || exchange->status >= 500 || !asked) return Entry::in;
  const bool told_apart = !same_for_all(c, exchange->status);
  const bool complete =
      !c.subject.target.certificate.empty() || c.picture.wishes.client_certificate == "none";
  return told_apart || !complete ? Entry::open : Entry::in;
}

std::string said(const Case& c, const Exchange& exchange) {
  if (exchange.outcome == Outcome::ok) return describe(c.subject, exchange);
  return to_string(exchange.outcome) + (exchange.detail.empty() ? "" : ": " + exchange.detail);
}

/// One kind of client, and whether it should get in.
struct Visitor {
  std::string tag;
  std::string who;
  bool welcome;
  std::string cause;
  std::string text;
};

void judge_visitor(const Visitor& visitor, bool asked, Case& c) {
  const auto* exchange = c.picture.exchange(visitor.tag);
  const auto got = entry(c, exchange, asked);
  if (got == Entry::unknown) {
    c.conclusion.verdict.not_shown.push_back(
        fmt::format("what happens to a client with {}: {}", visitor.who,
                    exchange ? said(c, *exchange) : "it was not asked"));
    return;
  }
  if (got == Entry::open) {
    c.conclusion.undecided(request_finding(
        c, visitor.tag,
        fmt::format("a client with {} is {}", visitor.who, visitor.welcome ? "served" : "refused"),
        said(c, *exchange) + ", which an application may say as well as the server",
        "client-certificate"));
    return;
  }
  if ((got == Entry::in) == visitor.welcome) {
    c.conclusion.verdict.shown.push_back(fmt::format("a client with {} is {}: {}", visitor.who,
                                                     visitor.welcome ? "served" : "refused",
                                                     said(c, *exchange)));
    return;
  }
  c.conclusion.broke(request_finding(
      c, visitor.tag,
      fmt::format("a client with {} is {}", visitor.who, visitor.welcome ? "served" : "refused"),
      said(c, *exchange), "client-certificate"));
  c.conclusion.blame(visitor.cause, visitor.text);
}

void judge_clients(Case& c) {
  const auto& names = c.picture.wishes.names;
  const auto* reply = c.picture.one("name:" + names.front());
  const bool asked = reply && reply->tls && reply->tls->client_certificate_asked;
  c.conclusion.verdict.traits["tls.client-certificate"] = asked ? "asked" : "not asked";
  const auto& wanted = c.picture.wishes.client_certificate;
  if (wanted.empty()) return;
  const bool required = wanted == "required";
  if (!asked && wanted != "none") {
    auto finding =
        handshake_finding(names.front(), "the server asks for a client certificate", "it does not");
    finding.place = place_of(c.params, "client-certificate");
    c.conclusion.broke(std::move(finding));
    c.conclusion.blame("client-certificate-not-asked",
                       "The server never asks for a client certificate, so whoever comes is let "
                       "in.");
  }
  // Where nobody is asked, or anybody will do, the visitor without a certificate gets in as well.
  if (wanted != "none")
    judge_visitor({"untrusted certificate", "a certificate of nobody", false,
                   asked ? "unknown-client-accepted" : "client-certificate-not-asked",
                   "A certificate that no authority signed lets its owner in: it is asked for, but "
                   "not verified."},
                  asked, c);
  judge_visitor({"no certificate", "no certificate", !required,
                 required ? "client-certificate-not-asked" : "client-refused",
                 required ? "The server serves clients that show no certificate."
                          : "A client without a certificate is refused although none is "
                            "required."},
                asked, c);
  if (wanted == "none") return;
  if (c.subject.target.certificate.empty()) {
    c.conclusion.verdict.not_shown.push_back(
        "that the right client certificate is accepted: the target has none (`certificate`, "
        "`key`)");
    return;
  }
  judge_visitor({"get:" + names.front(), "the target's own certificate", true, "client-refused",
                 "The client certificate that should be let in is refused."},
                asked, c);
}

}  // namespace

void judge_requests(Case& the_case) {
  for (const auto& name : the_case.picture.wishes.names) {
    const auto tag = "get:" + name;
    const auto* exchange = the_case.picture.exchange(tag);
    if (!exchange || exchange->outcome != Outcome::ok) {
      the_case.conclusion.verdict.not_shown.push_back(
          fmt::format("what {} answers over https: {}", name,
                      exchange ? said(the_case, *exchange)
                               : "nothing is sent to a server whose certificate does not verify"));
      continue;
    }
    judge_hsts(tag, *exchange, the_case);
    judge_forwarded(tag, *exchange, the_case);
  }
  judge_clients(the_case);
}

}  // namespace ingress_check::tls_termination
