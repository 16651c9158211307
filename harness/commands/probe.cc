#include "harness/probe.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <csignal>
#include <cstdio>

#include "checks/profile.h"
#include "harness/curl_line.h"
#include "harness/program/ad_hoc.h"
#include "harness/program/command.h"
#include "harness/program/interrupt.h"
#include "harness/program/options.h"
#include "harness/program/terminal.h"
#include "harness/program/version.h"
#include "harness/secrets.h"
#include "reports/redact.h"
#include "scenarios/words.h"

namespace ingress_check::commands {
namespace {

constexpr const char* usage = "probe URL [options]";
constexpr const char* about =
    "Sends one request and tells all about the exchange: address, TLS, certificate, headers, who "
    "answered, timings, and a\n"
    "curl line that does the same. Redirects are not followed. Exit status: 0 an answer came, "
    "whatever its status; 3 none.";

std::vector<Option> options() {
  auto all = ad_hoc_options();
  const std::vector<Option> own = {
      {"request,X", "METHOD", "instead of GET, or of POST where there is a body"},
      {"data,d", "TEXT|@FILE",
       "body of the request; the method is then POST unless -X says otherwise"},
      {"answered-by", "PRESET",
       "how the response tells which pod answered (`ingress-check list presets`)", false, "echo"},
      {"controller", "NAME", "whose pages to know, instead of what fits the answer best", false,
       "auto"},
      {"body", "BYTES", "how much of the body to print", false, "2KiB"},
      {"include,i", "", "print the request's own headers too"},
      {"show-secrets", "", "print credentials and cookies as they are, except in the curl line"},
  };
  all.insert(all.end(), own.begin(), own.end());
  return all;
}

/// The profile that --controller names; null for auto.
Result<const Profile*> named_profile(const std::string& name) {
  if (name == "auto") return nullptr;
  if (const Profile* profile = find_profile(name)) return profile;
  std::vector<std::string> names{"auto"};
  for (const auto& profile : profiles()) {
    names.push_back(profile.name);
    names.push_back(profile.name.substr(0, profile.name.find('@')));
  }
  const std::string near = nearest(name, names);
  return tl::unexpected(Error{fmt::format("there is no controller {}", name),
                              near.empty() ? "see `ingress-check list controllers`"
                                           : fmt::format("did you mean {}?", near)});
}

std::string line(std::string_view name, const std::string& text) {
  return fmt::format("{:<13} {}\n", name, text);
}

std::string date(std::chrono::system_clock::time_point time) {
  return fmt::format("{:%Y-%m-%d %H:%M} UTC",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(time)));
}

std::string tell_certificate(const Certificate& certificate) {
  const auto left = std::chrono::floor<std::chrono::days>(certificate.not_after -
                                                          std::chrono::system_clock::now());
  std::vector<std::string> names;
  for (const auto& name : certificate.dns_names) names.push_back(printable(name, 100));
  std::string out = line("certificate", printable(certificate.subject, 200));
  out += line("  names", names.empty() ? "none (no subject alternative name)"
                                       : fmt::format("{}", fmt::join(names, ", ")));
  out += line("  issuer", certificate.self_signed ? "itself (self-signed)"
                                                  : printable(certificate.issuer, 200));
  out += line("  valid", fmt::format("{} to {}, {} days left", date(certificate.not_before),
                                     date(certificate.not_after), left.count()));
  out += line("  key", certificate.key);
  out += line("  sha256", certificate.sha256);
  return out;
}

std::string tell_tls(const TlsFacts& facts) {
  std::string out =
      line("TLS", fmt::format("{} {}, ALPN {}, SNI {}", to_string(facts.version), facts.cipher,
                              facts.alpn.empty() ? "none" : printable(facts.alpn, 20),
                              facts.sni.empty() ? "none" : facts.sni));
  out += line("verified", facts.verified ? "yes" : "NO: " + facts.verify_error);
  for (const auto& certificate : facts.chain) out += tell_certificate(certificate);
  return out;
}

std::string tell_headers(std::string_view title, const Headers& headers) {
  std::string out = fmt::format("{}\n", title);
  for (const auto& [name, value] : headers.fields)
    out += fmt::format("  {}: {}\n", printable(name, 100), printable(value, 1000));
  return out;
}

std::string tell_origin(const Profile& profile, const Exchange& exchange) {
  const Origin from = origin(profile, exchange);
  std::string text = from.by == Origin::By::ingress ? "the ingress itself"
                     : from.by == Origin::By::app   ? "the application"
                                                    : "not known";
  if (!from.meaning.empty()) text += fmt::format(" ({})", from.meaning);
  if (!exchange.who.service.empty() || !exchange.who.pod.empty())
    text += fmt::format(
        ", service {}, pod {}",
        exchange.who.service.empty() ? "not named" : printable(exchange.who.service, 100),
        exchange.who.pod.empty() ? "not named" : printable(exchange.who.pod, 100));
  return line("answered by", text);
}

std::string tell_timings(const Timings& timings) {
  const auto part = [](std::string_view name, Duration value) {
    return value > Duration::zero() ? fmt::format("{} {}, ", name, to_string(value))
                                    : std::string();
  };
  std::string text = part("name", timings.resolve) + part("connect", timings.connect) +
                     part("tls", timings.tls) + part("first byte", timings.first_byte) +
                     fmt::format("all {}", to_string(timings.total));
  return line("times", text);
}

std::string tell_body(const Exchange& exchange, std::size_t most) {
  if (exchange.body.empty() || most == 0) return {};
  std::string out = fmt::format("body, {} bytes\n", exchange.body_size);
  std::string_view rest = std::string_view(exchange.body).substr(0, most);
  while (!rest.empty()) {
    const auto end = std::min(rest.find('\n'), rest.size());
    out += "  " + printable(rest.substr(0, end > 0 && rest[end - 1] == '\r' ? end - 1 : end), 400) +
           "\n";
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  if (exchange.body.size() > most) out += "  ... (--body prints more)\n";
  return out;
}

/// Who made the answer, as the profile of that name knows it, or the one that fits best.
std::string tell_answerer(const Profile* named, const Evidence& evidence) {
  const Exchange& exchange = evidence.exchanges[0];
  if (named) return tell_origin(*named, exchange);
  const Profile& best = *guess_profile({evidence}).profile;
  std::string out;
  if (&best != &generic_profile())
    out = line("controller", fmt::format("looks like {}, by this answer alone", best.name));
  return out + tell_origin(best, exchange);
}

std::string tell_outcome(const Exchange& exchange) {
  if (exchange.outcome == Outcome::ok)
    return line("status", fmt::format("{} {} over HTTP {}", exchange.status,
                                      printable(exchange.reason, 60), to_string(exchange.version)));
  return line("outcome",
              to_string(exchange.outcome) +
                  (exchange.detail.empty() ? "" : ": " + printable(exchange.detail, 300)));
}

std::string tell_connection(const Request& request, const Exchange& exchange) {
  std::string out = line("request", fmt::format("{} {}", request.method, to_string(request.url)));
  if (!exchange.address.empty())
    out += line("connected to",
                exchange.address + (exchange.local.empty() ? "" : " from " + exchange.local));
  return exchange.tls ? out + tell_tls(*exchange.tls) : out;
}

Result<Evidence> send(const Target& target, const Request& request) {
  const auto sender =
      make_probe({.user_agent = fmt::format("ingress-check/{} (probe)", version())});
  Watch watch;
  watch.stop = &stop_requested();
  Http http;
  http.requests = {request};
  http.concurrency = 1;
  http.body_limit = 1 << 20;
  return sender->send(target, {"probe", std::move(http)}, watch);
}

/// Says so and gives the exit status: there is no exchange to tell of.
int nothing_came() {
  const int signal = interrupted_by().value_or(0);
  if (signal == 0) return complain({"no exchange took place", "", {}, false});
  std::fputs(fmt::format("ingress-check: interrupted by {} before an answer came\n",
                         signal == SIGTERM ? "SIGTERM" : "Ctrl-C")
                 .c_str(),
             stderr);
  return 128 + signal;
}

struct Wish {
  Target target;
  Request request;
  const Profile* profile = nullptr;
  std::size_t body = 0;  ///< bytes of it to print
};

Result<Wish> wish(const Arguments& arguments, const LoadOptions& flags) {
  auto place = ad_hoc_target("probe", arguments, flags);
  if (!place) return tl::unexpected(place.error());
  auto asked = ad_hoc_request(arguments, *place, "request");
  if (!asked) return tl::unexpected(asked.error());
  const auto profile = named_profile(arguments.value("controller"));
  if (!profile) return tl::unexpected(profile.error());
  const auto most = parse_size(arguments.value("body"));
  if (!most) return tl::unexpected(Error{"--body: " + most.error().what, most.error().hint});
  return Wish{std::move(*place), std::move(*asked), *profile, most->bytes};
}

int execute(const std::vector<std::string>& words) {
  const auto arguments = begin(words, usage, about, options());
  if (!arguments) return arguments.error();
  const auto flags = connection(*arguments);
  if (!flags) return complain(flags.error());
  const auto wanted = wish(*arguments, *flags);
  if (!wanted) return complain(wanted.error());

  catch_interrupts();
  const auto& [target, request, profile, most] = *wanted;
  std::vector<Secret> secrets;
  if (!arguments->has("show-secrets")) add_credentials(target.headers, secrets);
  const Redactor redactor(std::move(secrets));
  const auto evidence = send(target, request);
  if (!evidence) return complain(redactor.error(evidence.error()));
  if (evidence->exchanges.empty()) return nothing_came();

  Exchange exchange = evidence->exchanges[0];
  if (!arguments->has("show-secrets")) exchange = redactor.exchange(std::move(exchange));
  std::string out = tell_connection(request, exchange) + tell_outcome(exchange);
  if (exchange.outcome == Outcome::ok) out += tell_answerer(profile, *evidence);
  out += tell_timings(exchange.timings);
  if (arguments->has("include")) out += tell_headers("request headers", exchange.sent);
  if (exchange.status > 0)
    out += tell_headers("headers", exchange.headers) + tell_body(exchange, most);
  out += line("with curl", curl_line(target, request, {}));
  std::fputs(redactor.text(std::move(out)).c_str(), stdout);
  return exchange.outcome == Outcome::ok ? 0 : 3;
}

}  // namespace

extern const Command probe{"probe", usage, "one exchange, told in full", 15, execute};

}  // namespace ingress_check::commands
