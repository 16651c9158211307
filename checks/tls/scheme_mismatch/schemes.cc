#include <fmt/format.h>

#include "checks/expectation.h"
#include "checks/tls/scheme_mismatch/judging.h"

namespace ingress_check::scheme_mismatch {

namespace {

std::string first_line(std::string_view text) {
  const auto line = text.substr(0, text.find_first_of("\r\n"));
  return std::string(line.substr(0, 100));
}

Finding door_finding(const Url& url, std::string what, std::string expected, std::string actual) {
  Finding finding;
  finding.subject = fmt::format("{} for {} on port {}", what, url.host, url.effective_port());
  finding.expected = std::move(expected);
  finding.actual = std::move(actual);
  return finding;
}

/// The answer to a request with a PROXY header of our own before it.
bool answered(const BytesReply* reply) {
  const auto answer = reply ? parse_answer(reply->bytes) : std::nullopt;
  return answer && answer->status != 400;
}

/// What a door says to requests that no application has a reason to refuse.
enum class Refusal {
  none,       ///< at least one of them gets something else
  anonymous,  ///< 400 to all, but with a page that an application may have made
  malformed,  ///< 400 to all, with a server's own page for what it cannot read
};

Refusal refusal(const Picture& picture, const Subject& subject, bool https) {
  if (oddity(picture, subject, https) != Oddity::bad_request) return Refusal::none;
  bool malformed = true;
  for (const char* control : {" bare", " stranger"}) {
    const auto* reply = picture.control((https ? "https" : "http") + std::string(control));
    const auto answer = reply ? parse_answer(reply->bytes) : std::nullopt;
    if (!answer || answer->status != 400 || plain_http_page(answer->status, answer->body) ||
        asks_for_certificate(answer->status, answer->body))
      return Refusal::none;
    malformed = malformed && malformed_request_page(answer->status, answer->body);
  }
  return malformed ? Refusal::malformed : Refusal::anonymous;
}

bool judge_proxy_not_sent(const Picture& picture, const Subject& subject, Conclusion& conclusion) {
  bool found = false;
  for (const bool https : {true, false}) {
    if (oddity(picture, subject, https) != Oddity::silent) continue;
    const auto* reply = picture.control(https ? "https with PROXY" : "http with PROXY");
    if (!answered(reply)) continue;
    found = true;
    const auto& url = https ? picture.doors.https : picture.doors.http;
    conclusion.broke(door_finding(url, https ? "a request over TLS" : "a request", "an answer",
                                  "connection closed without an answer; with a PROXY header "
                                  "before it, the same request is answered"));
    conclusion.blame(
        "proxy-protocol-not-sent",
        "The ingress closes connections that do not begin with a PROXY header, and answers when "
        "one comes first: it expects PROXY protocol and nothing before it sends any.");
  }
  return found;
}

bool judge_proxy_not_expected(const Picture& picture, const Subject& subject,
                              Conclusion& conclusion) {
  const auto http = refusal(picture, subject, false);
  auto https = refusal(picture, subject, true);
  if (!picture.tls_works() && oddity(picture, subject, true) == Oddity::bad_request) https = http;
  for (const bool over_tls : {true, false}) {
    const auto which = over_tls ? https : http;
    if (which == Refusal::none) continue;
    const auto& url = over_tls ? picture.doors.https : picture.doors.http;
    auto finding = door_finding(url, over_tls ? "a request over TLS" : "a request",
                                "an answer of a rule or of the default backend",
                                "400 Bad Request, whatever is asked");
    if (which == Refusal::malformed)
      conclusion.broke(std::move(finding));
    else
      conclusion.undecided(std::move(finding));
  }
  if (http == Refusal::none && https == Refusal::none) return false;
  if (http != Refusal::malformed && https != Refusal::malformed) {
    conclusion.verdict.notes.push_back(
        "Every request is answered 400, but not with a page that servers have for malformed "
        "requests, so an application may refuse them on purpose: `answered-by` would tell, and "
        "`path` can name one that it answers.");
    return true;
  }
  conclusion.blame(
      "proxy-protocol-not-expected",
      "Every request is refused as malformed, even the simplest one, so something that is not "
      "HTTP arrives before it: most likely a PROXY header that the balancer sends and the ingress "
      "does not expect.",
      "The ingress's error log names the line that it could not read: \"PROXY TCP4 ...\" proves "
      "it.");
  return true;
}

bool judge_not_tls(const Picture& picture, Conclusion& conclusion) {
  if (!picture.https || !picture.https->not_tls) return false;
  conclusion.broke(
      door_finding(picture.doors.https, "a TLS handshake", "a TLS handshake",
                   fmt::format("plain text: \"{}\"", first_line(picture.https->first_bytes))));
  conclusion.blame("tls-answered-in-plain-text",
                   fmt::format("Port {} answers a TLS handshake in plain text: the listener there "
                               "ends no TLS, or forwards to a port that expects plain HTTP.",
                               picture.doors.https.effective_port()));
  return true;
}

void blame_plain_http(const Picture& picture, const Subject& subject, const Hop& hop,
                      Conclusion& conclusion) {
  const auto* page = plain_http_page(hop.status, hop.body);
  const auto server = page ? std::string(page->server) : std::string("the server");
  if (!hop.url.https) {
    conclusion.blame(
        "plain-http-to-tls-port",
        fmt::format("Plain HTTP to port {} arrives at a TLS port of {}: the http listener forwards "
                    "to the wrong port, or ends no TLS where one more hop expects it.",
                    hop.url.effective_port(), server));
    return;
  }
  conclusion.blame(
      "plain-http-to-tls-port",
      fmt::format("{}. The hop behind it got plain HTTP on its TLS port and {} said so: TLS is "
                  "ended before the ingress, and what is left goes to the port that expects TLS.",
                  who_ends_tls(picture, subject), server));
}

bool judge_plain_http(const Picture& picture, const Subject& subject, Conclusion& conclusion) {
  bool over_https = false;
  for (const auto& trail : picture.trails) {
    if (trail.hops.empty()) continue;
    const auto& hop = trail.last();
    const bool page =
        plain_http_page(hop.status, hop.body) ||
        (hop.exchange && origin(subject.controller, *hop.exchange).meaning == "plain-http-on-tls");
    if (!page) continue;
    over_https = over_https || hop.url.https;
    // The http leg that was redirected there shows nothing new.
    if (trail.leg.url.https == hop.url.https)
      conclusion.broke(
          finding_of(trail, hop, "an answer to an https request",
                     fmt::format("{}, the page for plain HTTP on a TLS port", hop.status)));
    blame_plain_http(picture, subject, hop, conclusion);
  }
  if (picture.http && picture.http->outcome == Outcome::ok && picture.http->tls) {
    conclusion.broke(door_finding(picture.doors.http, "a connection", "plain HTTP",
                                  "a TLS handshake is completed there"));
    conclusion.blame_with_fix(
        "plain-http-to-tls-port",
        fmt::format("Port {} speaks TLS, so plain HTTP sent there cannot be understood.",
                    picture.doors.http.effective_port()),
        "end TLS on the https port alone: service.beta.kubernetes.io/aws-load-balancer-ssl-ports "
        "names the ports (unset means all of them on a Classic Load Balancer)");
  }
  return over_https;
}

bool judge_tls_to_plain(const Picture& picture, const Subject& subject, Conclusion& conclusion) {
  const auto* https = picture.leg("https");
  const auto* http = picture.leg("http");
  if (!https || https->hops.empty() || !http || http->hops.empty()) return false;
  const auto& last = https->last();
  const bool by_app =
      last.exchange && origin(subject.controller, *last.exchange).by == Origin::By::app;
  const bool gateway = last.status >= 502 && last.status <= 504 && !by_app;
  const auto meaning =
      last.exchange ? origin(subject.controller, *last.exchange).meaning : std::string();
  const bool other_reason = meaning == "no-endpoints" || meaning == "limited";
  if (!last.url.https || !(last.silent() || gateway)) return false;
  const auto& plain = http->hops.front();
  const bool talks = plain.status > 0 && plain.status < 500 && plain.status != 400;
  const bool serves = plain.status >= 200 && plain.status < 400;
  // A redirect says nothing of the service behind it: the 503 may be its own. Nor does a 404.
  if (!talks || (gateway && (!serves || http->upgrade() || other_reason))) {
    conclusion.undecided(finding_of(*https, last, "an answer that came through", said(last)));
    conclusion.verdict.notes.push_back(
        other_reason && serves
            ? fmt::format("The answer over https is the controller's page for \"{}\", which does "
                          "not tell whether the scheme is the reason.",
                          meaning)
            : std::string("Over http nothing came through either that would tell whether the "
                          "scheme is the reason."));
    return true;
  }
  conclusion.broke(finding_of(
      *https, last, fmt::format("an answer, as over http ({})", said(plain)), said(last)));
  conclusion.blame(
      "tls-to-plain-port",
      fmt::format("{}. Over http the same path is answered, over https the hop behind is not "
                  "understood: most likely the balancer opens TLS to a port that expects plain "
                  "HTTP.",
                  who_ends_tls(picture, subject)),
      "If the balancer's own health checks of that port fail as well, no ingress pod listens there "
      "at all.");
  return true;
}

}  // namespace

std::string who_ends_tls(const Picture& picture, const Subject& subject) {
  if (!picture.tls_works() || picture.https->tls->chain.empty()) return "Nothing ended TLS";
  const auto& leaf = picture.https->tls->chain.front();
  const auto made_by = default_certificate_of(subject.controller, leaf);
  return fmt::format("TLS ends at {} with the certificate {}{}", picture.https->address,
                     name_of(leaf),
                     made_by ? fmt::format(", which {} makes itself", *made_by) : std::string());
}

std::string said(const Hop& hop) {
  if (hop.silent()) return "connection closed without an answer";
  if (hop.outcome != Outcome::ok)
    return to_string(hop.outcome) + (hop.detail.empty() ? "" : ": " + hop.detail);
  if (hop.unusable) return fmt::format("{} without a usable Location", hop.status);
  if (hop.next) return fmt::format("{} to {}", hop.status, to_string(*hop.next));
  return fmt::format("{}", hop.status);
}

Finding finding_of(const Trail& trail, const Hop& hop, std::string expected, std::string actual) {
  Finding finding;
  finding.subject = fmt::format("GET {}", to_string(trail.leg.url));
  finding.expected = std::move(expected);
  finding.actual = std::move(actual);
  Request request;
  request.url = hop.url;
  finding.request = request;
  if (hop.exchange) finding.exchange = example(*hop.exchange);
  return finding;
}

bool judge_schemes(const Picture& picture, const Subject& subject, Conclusion& conclusion) {
  if (judge_proxy_not_sent(picture, subject, conclusion)) return true;
  if (judge_proxy_not_expected(picture, subject, conclusion)) return true;
  if (judge_not_tls(picture, conclusion)) return true;
  if (judge_plain_http(picture, subject, conclusion)) return true;
  return judge_tls_to_plain(picture, subject, conclusion);
}

}  // namespace ingress_check::scheme_mismatch
