#include <fmt/format.h>

#include "checks/tls/tls_termination/causes.h"
#include "checks/tls/tls_termination/judging.h"

namespace ingress_check {

namespace checks {
extern const Check tls_termination;
}

namespace tls_termination {

namespace {

/// Nothing was shown that could be judged.
Verdict judge_first(const Picture& picture) {
  const auto& name = picture.wishes.names.front();
  const auto& reply = *picture.first;
  if (unreached(reply.outcome))
    return nothing_judged(
        fmt::format("no TLS port could be asked: {}",
                    why_unreached(reply.outcome, name, reply.address, reply.detail)));
  Conclusion conclusion(checks::tls_termination);
  auto finding = handshake_finding(name, "a certificate", reply.detail);
  if (reply.not_tls) {
    conclusion.broke(std::move(finding));
    conclusion.verdict.summary =
        fmt::format("{} answers a TLS handshake in plain text", reply.address);
    conclusion.verdict.notes.push_back(
        "scheme-mismatch tells apart why a port that should speak TLS does not.");
  } else if (reply.refused_by_server) {
    conclusion.broke(std::move(finding));
    conclusion.verdict.summary = fmt::format("the server refuses TLS for {}", name);
  } else {
    conclusion.undecided(std::move(finding));
  }
  conclusion.verdict.not_shown.push_back("everything else about TLS");
  return conclusion.decide({});
}

Verdict judge(const Params& params, const Subject& subject, const Picture& picture) {
  if (!picture.wishes.doors.https_closed.empty()) {
    auto verdict = nothing_judged(
        fmt::format("the TLS port cannot be asked: {}", picture.wishes.doors.https_closed),
        {"everything about TLS"});
    verdict.kind = Verdict::Kind::not_supported;
    return verdict;
  }
  if (!leaf(picture.first)) return judge_first(picture);
  Conclusion conclusion(checks::tls_termination);
  Case the_case{picture, params, subject, conclusion};
  judge_sni(the_case);
  judge_certificates(the_case);
  judge_unknown_name(the_case);
  judge_protocol(the_case);
  judge_place(the_case);
  judge_requests(the_case);
  const auto& names = picture.wishes.names;
  const auto floor = conclusion.verdict.traits.find("tls.floor");
  return conclusion.decide(fmt::format(
      "{} served with {}{}",
      names.size() == 1 ? names.front() + " is" : fmt::format("{} names are", names.size()),
      subject.target.insecure
          ? "a certificate of the right name and time (who vouches for it was not judged)"
          : "a right certificate",
      floor == conclusion.verdict.traits.end() ? std::string()
                                               : ", TLS " + floor->second + " and later"));
}

Step step(const Params& params, const Subject& subject, std::span<const Evidence> so_far) {
  const auto wishes = read_wishes(params, subject);
  if (auto traffic = next_phase(wishes, subject, so_far)) return std::move(*traffic);
  return judge(params, subject, Picture(wishes, so_far));
}

Bounds bounds(const Params& params, const Subject& subject) {
  const auto wishes = read_wishes(params, subject);
  const auto names = static_cast<std::uint64_t>(wishes.names.size());
  Bounds bounds;
  // The first; every name; no and unknown name; four versions; ciphers; resumption twice;
  // protocols; direct; then one request a name and three clients.
  bounds.requests =
      1 + names * wishes.handshakes_a_name + 2 + 4 + 1 + 2 + 2 + wishes.alpn.size() + 1 + names + 3;
  const auto elsewhere =
      static_cast<std::uint64_t>(subject.addresses > 1 ? subject.addresses - 1 : 0);
  bounds.time =
      subject.target.timeout *
      static_cast<std::int64_t>(bounds.requests + elsewhere * names * wishes.handshakes_a_name);
  return bounds;
}

void mistake(Errors& errors, Error error, const Place& place) {
  error.place = place;
  errors.push_back(std::move(error));
}

void review(const Params& params, Errors& errors) {
  if (const auto* value = params.find("hsts"))
    if (const auto read = parse_hsts(value->as<std::string>()); !read)
      mistake(errors, read.error(), value->place);
  if (const auto* list = params.find("certificate-sha256"))
    for (const auto& value : list->as<List>())
      if (const auto read = parse_fingerprint(value.as<std::string>()); !read)
        mistake(errors, read.error(), value.place);
  if (const auto* value = params.find("direct"); value && !value->as<std::string>().empty()) {
    const auto read = parse_address(value->as<std::string>());
    if (!read)
      mistake(errors, read.error(), value->place);
    else if (read->size() != 1 || read->front().port == 0 || read->front().url_port != 0)
      mistake(errors, {"direct must be one host and port", "write HOST:PORT", {}, true},
              value->place);
  }
  if (const auto* list = params.find("names"))
    for (const auto& value : list->as<List>())
      if (value.as<std::string>().find_first_of("*/ ") != std::string::npos)
        mistake(errors,
                {fmt::format("\"{}\" is no host name", value.as<std::string>()),
                 "write one name that a client asks for, without * and without a path",
                 {},
                 true},
                value.place);
}

std::vector<Field> text_of(std::string about) {
  return {{.name = "item", .kind = Kind::text, .about = std::move(about)}};
}

std::vector<Field> fields() {
  auto fields = door_fields();
  const std::vector<Field> own{
      {.name = "names",
       .kind = Kind::list,
       .about = "names that are served; the target's host unless stated",
       .fields = text_of("a host name"),
       .or_one = true,
       .example = "[frieza.dev, a.frieza.dev]"},
      {.name = "replicas",
       .kind = Kind::integer,
       .about = "replicas of the ingress: with more, each name is asked on more connections",
       .fallback = "3",
       .least = 1,
       .most = 100},
      {.name = "min-days",
       .kind = Kind::integer,
       .about = "least days that a certificate has left",
       .fallback = "14",
       .least = 0,
       .most = 3650},
      {.name = "min-version",
       .kind = Kind::word,
       .about = "lowest TLS version that is accepted",
       .fallback = "1.2",
       .words = {"1.0", "1.1", "1.2", "1.3"}},
      {.name = "alpn",
       .kind = Kind::list,
       .about = "protocols that must be offered",
       .fields = text_of("a protocol as ALPN names it"),
       .or_one = true,
       .example = "[h2, http/1.1]"},
      {.name = "hsts",
       .kind = Kind::text,
       .about =
           "true: Strict-Transport-Security is sent; false: it is not; a number: with at least "
           "that max-age in seconds",
       .example = "31536000"},
      {.name = "direct",
       .kind = Kind::text,
       .about =
           "host:port of the ingress behind the balancer, to tell where TLS ends; may be empty",
       .example = "10.0.0.7:443"},
      {.name = "certificate-sha256",
       .kind = Kind::list,
       .about = "fingerprint of the certificate that must be served, or of several",
       .fields = text_of("64 hex digits, colons allowed"),
       .or_one = true},
      {.name = "unknown-name",
       .kind = Kind::word,
       .about = "what a name gets that nobody configured: the default certificate, or a refusal",
       .words = {"default", "refuse"}},
      {.name = "client-certificate",
       .kind = Kind::word,
       .about = "whether clients must show a certificate, may, or are not asked for one",
       .words = {"required", "optional", "none"}},
      {.name = "forwarded-proto",
       .kind = Kind::word,
       .about =
           "X-Forwarded-Proto that the pod must see; any: not judged; unless stated, https or none",
       .words = {"https", "http", "any"}},
  };
  fields.insert(fields.end(), own.begin(), own.end());
  return fields;
}

}  // namespace

Check described() {
  Check check;
  check.words = {.name = "tls-termination",
                 .about =
                     "Each name is served with a right certificate, over the TLS versions and "
                     "protocols that were configured, and the pod knows that it was https.",
                 .fields = fields(),
                 .rules = door_rules(),
                 .review = review};
  check.proves =
      "Every name's certificate is valid for it, known to clients and not about to end; versions, "
      "protocols, HSTS and client certificates are as stated, and where TLS ends the pod is told.";
  check.blind =
      "It sees the certificates of the replicas that answered its handshakes, and ciphers only as "
      "far as its own library can still offer them. Revocation shows only in a stapled OCSP "
      "response.";
  check.sends =
      "About thirty TLS handshakes (twelve for each name, at each of its addresses, with three "
      "replicas; TLS 1.0 to 1.3; an unknown name and none) and one GET for each name, with and "
      "without a client certificate where that is stated.";
  check.order = Order::passive;
  check.protects = true;
  check.causes = causes();
  check.step = step;
  check.bounds = bounds;
  return check;
}

}  // namespace tls_termination

namespace checks {
const Check tls_termination = ingress_check::tls_termination::described();
}

}  // namespace ingress_check
