#include <fmt/format.h>

#include "checks/tls/scheme_mismatch/judging.h"

namespace ingress_check {

namespace checks {
extern const Check scheme_mismatch;
}

namespace scheme_mismatch {

namespace {

std::string forwarded_proto(const Hop& hop) {
  if (!hop.exchange || !hop.exchange->seen) return {};
  const auto value = hop.exchange->seen->headers.find("X-Forwarded-Proto");
  return value ? std::string(*value) : "none";
}

/// Why nothing is known of one door; empty if something is.
std::string why_closed(const HandshakeReply* reply, const std::string& reason, const Url& url) {
  if (!reason.empty()) return reason;
  if (!reply) return "it was not asked";
  if (!unreached(reply->outcome)) return {};
  return why_unreached(reply->outcome, url.host, reply->address, reply->detail);
}

void note_plain(const Picture& picture, Conclusion& conclusion) {
  if (!picture.plain || !picture.tls_works()) return;
  const auto answer = parse_answer(picture.plain->bytes);
  if (answer) {
    conclusion.verdict.traits["plain-http-on-tls"] = std::to_string(answer->status);
    if (!plain_http_page(answer->status, answer->body) && answer->status < 400)
      conclusion.verdict.notes.push_back(fmt::format(
          "Plain HTTP on the TLS port is served ({}): whoever asks there without TLS gets an "
          "answer.",
          answer->status));
  } else if (picture.plain->bytes.empty() && picture.plain->outcome != Outcome::timeout) {
    conclusion.verdict.traits["plain-http-on-tls"] = "closed";
  }
}

void note_what_the_pod_saw(const Picture& picture, const Subject& subject, Conclusion& conclusion) {
  for (const auto& trail : picture.trails) {
    if (trail.hops.empty() || !trail.last().url.https) continue;
    const auto saw = forwarded_proto(trail.last());
    if (saw.empty()) continue;
    conclusion.verdict.traits["forwarded.proto"] = saw == "https"  ? "yes"
                                                   : saw == "none" ? "no"
                                                                   : "says " + saw.substr(0, 16);
    if (saw != "https")
      conclusion.verdict.notes.push_back(
          fmt::format("The pod saw X-Forwarded-Proto: {} for a request over https. {}; the ingress "
                      "behind takes "
                      "it for plain http, and with ssl-redirect on would send it round in a loop.",
                      saw.substr(0, 32), who_ends_tls(picture, subject)));
    return;
  }
}

/// The https side, where no known symptom explains it.
void judge_https(const Picture& picture, const Subject& subject, Conclusion& conclusion) {
  Finding finding;
  finding.subject = fmt::format("GET {}", to_string(picture.doors.https));
  finding.expected = "an answer over TLS";
  const auto closed = why_closed(picture.https, picture.doors.https_closed, picture.doors.https);
  if (!closed.empty()) {
    finding.actual = closed;
    conclusion.undecided(std::move(finding));
    return;
  }
  if (!picture.tls_works()) {
    finding.actual = "no TLS handshake: " + picture.https->detail;
    conclusion.undecided(std::move(finding));
    return;
  }
  const auto* trail = picture.leg("https");
  if (!trail || trail->hops.empty()) return;
  if (trail->end == Trail::End::failed || trail->last().status >= 500) {
    const auto& last = trail->last();
    const bool named =
        last.exchange && origin(subject.controller, *last.exchange).by == Origin::By::app;
    if (!named)
      conclusion.undecided(finding_of(*trail, last, "an answer that came through", said(last)));
  }
}

std::string summary(const Picture& picture) {
  const auto* https = picture.leg("https");
  const auto* http = picture.leg("http");
  std::string text = "https is answered as https";
  if (https && https->end == Trail::End::other_host)
    text += fmt::format(" (sent to {})", https->last().next->host);
  else if (https && !https->hops.empty() && https->last().status)
    text += fmt::format(" ({})", https->last().status);
  if (!http || http->hops.empty() || http->hops.front().status == 0)
    return text + "; http could not be asked";
  if (const auto* hop = http->upgrade()) {
    const bool here = hop->next->host == hop->url.host;
    const bool kept = here && kept_path_and_query(*hop);
    return text + fmt::format(", http is sent {} with {}{}",
                              here ? "there" : "to " + hop->next->host, hop->status,
                              kept ? ", path and query kept" : "");
  }
  return text +
         fmt::format(", http is answered without a redirect to it ({})", http->last().status);
}

Verdict judge(const Params& params, const Subject& subject, const Picture& picture) {
  const auto https = why_closed(picture.https, picture.doors.https_closed, picture.doors.https);
  const auto http = why_closed(picture.http, picture.doors.http_closed, picture.doors.http);
  if (!https.empty() && !http.empty())
    return nothing_judged(fmt::format("nothing could be asked: https, {}; http, {}", https, http));
  Conclusion conclusion(checks::scheme_mismatch);
  const bool explained = judge_schemes(picture, subject, conclusion);
  if (!explained) judge_https(picture, subject, conclusion);
  judge_redirects(picture, params, subject, conclusion);
  note_plain(picture, conclusion);
  note_what_the_pod_saw(picture, subject, conclusion);
  auto& verdict = conclusion.verdict;
  if (picture.tls_works()) {
    verdict.shown.push_back(who_ends_tls(picture, subject));
    if (!picture.trusted() && !subject.target.insecure)
      verdict.notes.push_back(fmt::format(
          "The certificate does not verify ({}): requests over TLS went out bare, without the "
          "target's headers, and are judged all the same. tls-termination judges the certificate.",
          picture.https->tls->verify_error));
  }
  for (const auto& trail : picture.trails)
    if (!trail.hops.empty()) verdict.shown.push_back(trail.text());
  if (!http.empty())
    verdict.not_shown.push_back(fmt::format("what plain http is answered: {}", http));
  verdict.not_shown.push_back("other paths and hosts than this one");
  auto decided = conclusion.decide(summary(picture));
  if (decided.kind == Verdict::Kind::inconclusive && !picture.doors.https_closed.empty()) {
    decided.kind = Verdict::Kind::not_supported;
    decided.summary = fmt::format("the https port cannot be asked: {}", https);
  }
  return decided;
}

Step step(const Params& params, const Subject& subject, std::span<const Evidence> so_far) {
  if (auto traffic = next_phase(params, subject, so_far)) return std::move(*traffic);
  return judge(params, subject, look(params, subject, so_far));
}

Bounds bounds(const Params&, const Subject& subject) {
  Bounds bounds;
  // Two handshakes, one plain request, four legs of max_hops each, two controls for each door.
  bounds.requests = 2 + 1 + 4 * max_hops + 4;
  bounds.time = subject.target.timeout * static_cast<std::int64_t>(bounds.requests);
  return bounds;
}

std::vector<Field> fields() {
  auto fields = door_fields();
  fields.push_back({.name = "http-port",
                    .kind = Kind::integer,
                    .about = "the plain port as clients name it; the URL's own, else 80",
                    .least = 1,
                    .most = 65535});
  fields.push_back(
      {.name = "redirect",
       .kind = Kind::word,
       .about = "status with which http is sent to https, or none; unless stated, a redirect may "
                "be there or not, and its code is the controller's default",
       .words = {"308", "301", "302", "303", "307", "none"},
       .example = "308"});
  return fields;
}

std::vector<Cause> causes() {
  const std::string elb =
      "ingress-nginx documentation, deployment on AWS: TLS termination at the "
      "load balancer";
  return {
      {"plain-http-to-tls-port",
       "TLS was ended by one hop, and the plain HTTP that was left went to a port of the next hop "
       "that expects TLS.",
       "send it to the plain port: controller.service.targetPorts.https: http (Helm), or have the "
       "balancer open TLS again with "
       "service.beta.kubernetes.io/aws-load-balancer-backend-protocol: "
       "ssl",
       elb},
      {"redirect-loop",
       "TLS ends before the ingress, which therefore takes every request for http and redirects "
       "it to https, for ever.",
       "let the balancer say X-Forwarded-Proto (backend-protocol: http) and the ingress trust it "
       "(use-forwarded-headers: \"true\"), or switch ssl-redirect off",
       "ingress-nginx documentation, ConfigMap use-forwarded-headers and ssl-redirect"},
      {"redirect-loses-query", "A redirect to https does not lead to the path and query asked for.",
       "redirect to https://$host$request_uri: a redirect that is written by hand drops what it "
       "does not name",
       "RFC 9110, 10.2.2 (Location)"},
      {"https-sent-to-http", "A request over https is redirected to plain http.",
       "redirect to https: let every hop that ends TLS send X-Forwarded-Proto and the next one "
       "trust it (use-forwarded-headers: \"true\"), or have the application redirect to paths "
       "without a scheme",
       "RFC 9110, 4.2.2 and 10.2.2; ingress-nginx documentation, ConfigMap use-forwarded-headers"},
      {"redirect-names-port",
       "A redirect to https names a port that clients do not reach from outside.",
       "leave the port out of redirects (use-port-in-redirects: \"false\" in ingress-nginx, "
       "ssl-redirect-port in HAProxy's controller)",
       "ingress-nginx documentation, ConfigMap use-port-in-redirects"},
      {"redirect-wrong-code", "http is redirected to https with another status than configured.",
       "set the code (http-redirect-code in ingress-nginx), or state it under `redirect`",
       "ingress-nginx documentation, ConfigMap http-redirect-code; RFC 9110, 15.4"},
      {"redirect-missing", "http is not redirected to https although it should be.",
       "ssl-redirect acts only where the Ingress has a tls section with a certificate: add one, "
       "or set force-ssl-redirect: \"true\"",
       "ingress-nginx documentation, server-side HTTPS enforcement through redirect"},
      {"redirect-unexpected", "http is redirected to https although it should be answered.",
       "set ssl-redirect and force-ssl-redirect to \"false\" on the Ingress, or state the code "
       "under `redirect`",
       "ingress-nginx documentation, server-side HTTPS enforcement through redirect"},
      {"proxy-protocol-not-expected",
       "The balancer begins connections with a PROXY header that the ingress takes for a request.",
       "use-proxy-protocol: \"true\" in the ingress, or no PROXY protocol at the balancer",
       "the PROXY protocol specification (HAProxy), section 2; ingress-nginx documentation, "
       "ConfigMap use-proxy-protocol"},
      {"proxy-protocol-not-sent",
       "The ingress waits for a PROXY header that nothing before it sends.",
       "have the balancer send it (service.beta.kubernetes.io/aws-load-balancer-proxy-protocol: "
       "\"*\"), or use-proxy-protocol: \"false\" in the ingress",
       "the PROXY protocol specification (HAProxy), section 2; ingress-nginx documentation, "
       "ConfigMap use-proxy-protocol"},
      {"tls-answered-in-plain-text", "The port that should speak TLS speaks plain HTTP.",
       "give the listener its certificate (aws-load-balancer-ssl-cert with the port in "
       "aws-load-balancer-ssl-ports), or forward 443 to the TLS port of the ingress",
       elb},
      {"tls-to-plain-port",
       "The balancer opens TLS to a port of the ingress that expects plain HTTP.",
       "backend-protocol tcp or http for a plain port, or targetPorts.https: https", elb},
  };
}

Check make() {
  Check check;
  check.words = {.name = "scheme-mismatch",
                 .about =
                     "https arrives as https and http as http, through every hop; redirects "
                     "between them keep what was asked and end.",
                 .fields = fields(),
                 .rules = door_rules(),
                 .review = nullptr};
  check.proves =
      "A request over https is understood by every hop as what it is, and http is answered, or "
      "sent to https with the configured code, path, query and port, without a loop.";
  check.blind =
      "It sees one path on one address. What happens behind the ingress shows only in what the "
      "pod says that it saw.";
  check.sends =
      "A TLS handshake to each of the two ports, plain HTTP to the TLS port, and at most four GET "
      "requests that are followed by hand for ten hops on the same host.";
  check.order = Order::passive;
  check.causes = causes();
  check.step = step;
  check.bounds = bounds;
  return check;
}

}  // namespace

Check described() { return make(); }

}  // namespace scheme_mismatch

namespace checks {
const Check scheme_mismatch = ingress_check::scheme_mismatch::described();
}

}  // namespace ingress_check
