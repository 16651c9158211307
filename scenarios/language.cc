// The language as tables: what may be written at the top of a file, in a target, and in every
// check.
#include <algorithm>

#include "scenarios/load.h"
#include "scenarios/targets.h"

namespace ingress_check {
namespace {

Field words_or_text(std::vector<std::string> words) {
  return {.kind = words.empty() ? Kind::text : Kind::word, .words = std::move(words)};
}

Field header_field() {
  return {.name = "headers",
          .kind = Kind::map,
          .about = "header fields that are sent with every request",
          .fields = {{.kind = Kind::text}},
          .example = "{Authorization: \"Bearer ${secret:TOKEN}\"}"};
}

Field identity_object() {
  return {.kind = Kind::object,
          .fields = {{.name = "header",
                      .about = "the response header that holds the pod's name",
                      .example = "X-Pod"},
                     {.name = "service-header",
                      .about = "the response header that holds the service's name"},
                     {.name = "json",
                      .about = "the member of a JSON body that holds the pod's name: a name, or a "
                               "pointer (RFC 6901)",
                      .example = "/pod/name"},
                     {.name = "service-json",
                      .about = "the member of a JSON body that holds the service's name"},
                     {.name = "body",
                      .kind = Kind::pattern,
                      .about = "a pattern whose groups (?<service>...) and (?<pod>...) capture the "
                               "names from the body",
                      .example = "'^(?<service>\\w+)/(?<pod>\\S+)'"}},
          .rules = {{KeyRule::Kind::at_least_one,
                     {"header", "service-header", "json", "service-json", "body"}}}};
}

Field ready_field() {
  Field object{
      .kind = Kind::object,
      .fields = {
          {.name = "preset",
           .kind = Kind::word,
           .about = "how long to wait unless `within` says so: local 30s, cloud 180s, "
                    "new-balancer 15m",
           .words = {"local", "cloud", "new-balancer"}},
          {.name = "path", .kind = Kind::path, .about = "what is asked for", .fallback = "/"},
          {.name = "status",
           .kind = Kind::statuses,
           .about = "what it must answer",
           .fallback = "[2xx, 3xx, 4xx]"},
          {.name = "within",
           .kind = Kind::duration,
           .about = "how long to wait at most; 30s unless a preset says otherwise",
           .least = 0.001,
           .most = 24 * 3600},
          {.name = "consecutive",
           .kind = Kind::integer,
           .about = "how often in a row it must answer so",
           .fallback = "3",
           .least = 1,
           .most = 1000}}};
  return {.name = "ready",
          .kind = Kind::either,
          .about = "what must answer before the checks start",
          .fields = {{.kind = Kind::word, .words = {"local", "cloud", "new-balancer"}},
                     std::move(object)},
          .example = "{path: /app1, status: 200, within: 30s, consecutive: 3}"};
}

Field limits_field() {
  Field item{.kind = Kind::object,
             .fields = {{.name = "hosts",
                         .kind = Kind::list,
                         .about = "hosts that share the limit",
                         .required = true,
                         .least = 1,
                         .fields = {{.kind = Kind::text}},
                         .or_one = true},
                        {.name = "limit",
                         .kind = Kind::rate,
                         .about = "the configured rate limit",
                         .required = true}}};
  return {.name = "limits",
          .kind = Kind::list,
          .about = "rate limits that are configured; other checks stay below 0.7 of them",
          .fields = {std::move(item)},
          .example = "[{hosts: [limited.frieza.dev], limit: 3/s}]"};
}

}  // namespace

std::vector<std::string> controller_words(const std::vector<std::string>& controllers,
                                          bool automatic) {
  std::vector<std::string> words;
  if (controllers.empty()) return words;
  if (automatic) words.push_back("auto");
  for (const auto& name : controllers) {
    for (const auto& word : {name.substr(0, name.find('@')), name})
      if (std::find(words.begin(), words.end(), word) == words.end()) words.push_back(word);
  }
  return words;
}

Field controller_field(const std::vector<std::string>& controllers) {
  Field overridden{.kind = Kind::map,
                   .fields = {{.kind = Kind::text}},
                   .rules = {{KeyRule::Kind::at_least_one, {"like"}}}};
  return {.name = "controller",
          .kind = Kind::either,
          .about =
              "which ingress controller it is; auto finds out from its fingerprints; a map "
              "says which it is like and which of its traits differ",
          .fields = {words_or_text(controller_words(controllers, true)), std::move(overridden)},
          .example = "{like: ingress-nginx, limit.status: 429}"};
}

Field answered_by_field(const std::vector<std::string>& presets) {
  Field one{.kind = Kind::either, .fields = {words_or_text(presets), identity_object()}};
  return {.name = "answered-by",
          .kind = Kind::either,
          .about =
              "how a response tells which service and pod answered: a preset, one way for all, "
              "or a map by service (any: for all others)",
          .fields = {words_or_text(presets),
                     identity_object(),
                     {.kind = Kind::map, .least = 1, .fields = {std::move(one)}}},
          .example = "{header: X-Pod}"};
}

std::vector<Field> target_fields(const std::vector<std::string>& controllers,
                                 const std::vector<std::string>& presets) {
  return {
      {.name = "url",
       .kind = Kind::url,
       .about = "what a browser types: scheme, host and port",
       .example = "http://frieza.dev"},
      {.name = "address",
       .about = "where to connect instead of where DNS says: IP, HOST:PORT, or one for each port "
                "as in 80=HOST:PORT,443=HOST:PORT; empty: DNS",
       .example = "203.0.113.7"},
      {.name = "http",
       .kind = Kind::word,
       .about = "HTTP version; auto takes what ALPN agrees on, h2c is HTTP/2 without TLS",
       .fallback = "auto",
       .words = {"auto", "1.1", "2", "h2c"}},
      {.name = "ca", .about = "PEM file of the authorities to trust instead of the system's"},
      {.name = "insecure",
       .kind = Kind::boolean,
       .about = "go on although a certificate does not verify",
       .fallback = "false"},
      {.name = "certificate", .about = "PEM file of the client certificate"},
      {.name = "key", .about = "PEM file of its private key"},
      {.name = "sni",
       .about = "server name of the TLS handshake when it must differ from the host"},
      header_field(),
      {.name = "timeout",
       .kind = Kind::duration,
       .about = "for one whole exchange",
       .fallback = "10s",
       .least = 0.001,
       .most = 3600},
      {.name = "connect-timeout",
       .kind = Kind::duration,
       .about = "for the connection and its TLS handshake",
       .fallback = "5s",
       .least = 0.001,
       .most = 3600},
      {.name = "source-addresses",
       .kind = Kind::list,
       .about = "local IP addresses, for clients with an address of their own",
       .least = 1,
       .fields = {{.kind = Kind::text}},
       .or_one = true},
      controller_field(controllers),
      answered_by_field(presets),
  };
}

std::vector<KeyRule> target_rules() {
  return {{KeyRule::Kind::all_or_none, {"certificate", "key"}}};
}

std::vector<Field> scenario_fields(const std::vector<std::string>& controllers,
                                   const std::vector<std::string>& presets) {
  Field target{.name = "target",
               .kind = Kind::object,
               .about = "where to send",
               .fields = target_fields(controllers, presets),
               .rules = target_rules(),
               .example = "{url: http://frieza.dev}"};
  Field each = target;
  each.name.clear();
  return {
      {.name = "$schema", .about = "for editors; not looked at"},
      {.name = "scenario",
       .about = "its name: lower-case letters, digits, and - _ . between them",
       .required = true,
       .example = "my-ingress"},
      {.name = "about", .about = "one sentence on what it is for"},
      std::move(target),
      {.name = "targets",
       .kind = Kind::map,
       .about = "several targets by name; every check runs against each",
       .least = 1,
       .most = most_targets,
       .fields = {std::move(each)},
       .example = "{old: {url: http://frieza.dev}, new: {url: http://new.frieza.dev}}"},
      controller_field(controllers),
      answered_by_field(presets),
      ready_field(),
      limits_field(),
      {.name = "lab", .about = "the practice lab that it passes on", .example = "nginx"},
      {.name = "checks",
       .kind = Kind::list,
       .about = "what to check: each item has one key, the check's name, with its parameters",
       .required = true,
       .least = 1,
       .fields = {{.kind = Kind::map}},
       .example = "[{routing: {routes: [{path: /app1, status: 200}]}}]"},
  };
}

std::vector<KeyRule> scenario_rules() {
  return {{KeyRule::Kind::at_most_one, {"target", "targets"}}};
}

std::vector<Field> common_check_fields(const std::vector<std::string>& controllers) {
  const auto words = controller_words(controllers, false);
  return {
      {.name = "name", .about = "what reports call it; unique in the file"},
      {.name = "expect-fail",
       .kind = Kind::either,
       .about = "why it is expected to fail, or why by controller; a pass is then an error",
       .fields =
           {{.kind = Kind::text},
            {.kind = Kind::map, .words = words, .least = 1, .fields = {{.kind = Kind::text}}}},
       .example = "{ingress-nginx: answers 301 where the specification says 404}"},
      {.name = "only",
       .kind = Kind::list,
       .about = "controllers that it is for; skipped on others",
       .least = 1,
       .fields = {words_or_text(words)},
       .or_one = true},
      {.name = "matrix",
       .kind = Kind::map,
       .about = "runs once for each combination of these values of its single-valued parameters, "
                "or of http",
       .least = 1,
       .fields = {{.kind = Kind::list, .least = 1, .fields = {{.kind = Kind::text}}}},
       .example = "{http: [1.1, 2]}"},
  };
}

}  // namespace ingress_check
