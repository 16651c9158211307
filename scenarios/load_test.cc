#include "scenarios/load.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <sstream>

namespace ingress_check {
namespace {

const CheckWords& routing() {
  static const CheckWords words{
      .name = "routing",
      .about = "Every route answers",
      .fields = {{.name = "routes",
                  .kind = Kind::list,
                  .required = true,
                  .least = 1,
                  .fields = {{.kind = Kind::object,
                              .fields = {{.name = "path", .kind = Kind::path, .required = true},
                                         {.name = "status", .kind = Kind::statuses},
                                         {.name = "service"}}}}},
                 {.name = "replicas", .kind = Kind::integer, .fallback = "3", .least = 1}},
      .review = [](const Params& params, Errors& errors) {
        const Value& routes = params.at("routes");
        if (routes.as<List>().size() > 3)
          errors.push_back({"more than three routes", "", routes.place});
      }};
  return words;
}

const CheckWords& limit() {
  static const CheckWords words{.name = "rate-limit",
                                .about = "It refuses what is too much",
                                .fields = {{.name = "path", .kind = Kind::path, .fallback = "/"},
                                           {.name = "limit", .kind = Kind::rate},
                                           {.name = "cookie"}}};
  return words;
}

LoadOptions some_options() {
  LoadOptions options;
  options.environment = [](const std::string& name) -> std::optional<std::string> {
    if (name == "ADDRESS") return "127.0.0.1:8080";
    if (name == "TOKEN") return "hunter2";
    if (name == "LIMIT") return "5/s";
    return std::nullopt;
  };
  options.controllers = {"ingress-nginx@0.30", "ingress-nginx@1.x", "aws-alb"};
  options.presets = {"echo", "whoami"};
  options.preset = [](const std::string& name) -> std::optional<Identity> {
    if (name == "echo") return Identity{.preset = "echo", .pod_header = "X-Echo-Pod", .sees = true};
    return std::nullopt;
  };
  return options;
}

tl::expected<Scenario, Errors> loaded(std::string_view text,
                                      const LoadOptions& options = some_options()) {
  const CheckWords* const checks[] = {&routing(), &limit()};
  return load(text, "folder/test.yaml", checks, options);
}

Scenario good(std::string_view text, const LoadOptions& options = some_options()) {
  auto scenario = loaded(text, options);
  if (scenario) return *scenario;
  for (const Error& error : scenario.error())
    ADD_FAILURE() << error.place.line << ":" << error.place.column << " " << error.what;
  return {};
}

std::string mistakes(std::string_view text, const LoadOptions& options = some_options()) {
  const auto scenario = loaded(text, options);
  if (scenario) return "none";
  std::string out;
  for (const Error& error : scenario.error())
    out += fmt::format("{}:{} {}{}\n", error.place.line, error.place.column, error.what,
                       error.hint.empty() ? "" : " (" + error.hint + ")");
  return out;
}

/// A whole file around its checks, which begin in line 3.
std::string around(std::string_view checks) {
  return fmt::format("scenario: s\ntarget: {{url: http://frieza.dev}}\nchecks:\n{}", checks);
}

constexpr std::string_view no_target_hint =
    "write target: {url: http://HOST}, or give one on the command line: --target URL, or --lab "
    "nginx for a practice ingress";

TEST(Load, ReadsAWholeScenario) {
  const Scenario scenario = good(R"($schema: ./schema.json
scenario: nginx-hands-on
about: Two apps behind one host.
lab: nginx
target:
  url: http://frieza.dev
  address: "${ADDRESS}"
  http: 1.1
  ca: certs/ca.pem
  certificate: /abs/client.pem
  key: ../client.key
  headers: {Authorization: "Bearer ${secret:TOKEN}", X-Number: 1}
  timeout: 3s
  source-addresses: 127.0.0.2
controller: ingress-nginx
answered-by: {body: '^(?<service>\w+)'}
ready: {path: /app1, status: 200, within: 1m}
limits: [{hosts: limited.frieza.dev, limit: 3/s}]
checks:
  - routing:
      name: first
      expect-fail: {aws-alb: no such path type}
      only: ingress-nginx@1.x
      routes: [{path: /app1, service: app1}, {path: /x, status: 4xx}]
  - rate-limit: {limit: "${LIMIT}"}
  - rate-limit:
)");
  EXPECT_EQ(scenario.name, "nginx-hands-on");
  EXPECT_EQ(scenario.lab, "nginx");
  EXPECT_EQ(scenario.file, "folder/test.yaml");
  EXPECT_TRUE(scenario.source.starts_with("$schema"));
  ASSERT_EQ(scenario.targets.size(), 1u);
  const Target& target = scenario.targets[0];
  EXPECT_EQ(target.name, "target");
  EXPECT_EQ(target.place.line, 6);
  EXPECT_EQ(target.url.host, "frieza.dev");
  ASSERT_EQ(target.address.size(), 1u);
  EXPECT_EQ(target.address[0].port, 8080);
  EXPECT_EQ(target.http, HttpVersion::http1);
  EXPECT_EQ(target.ca, "folder/certs/ca.pem");
  EXPECT_EQ(target.certificate, "/abs/client.pem");
  EXPECT_EQ(target.key, "client.key");
  EXPECT_EQ(target.headers.find("authorization"), "Bearer hunter2");
  EXPECT_EQ(target.headers.find("X-Number"), "1");
  EXPECT_EQ(target.timeout, std::chrono::seconds(3));
  EXPECT_EQ(target.connect_timeout, std::chrono::seconds(5));
  EXPECT_EQ(target.source_addresses, std::vector<std::string>{"127.0.0.2"});
  EXPECT_EQ(target.controller, "ingress-nginx");
  EXPECT_EQ(target.answered_by.any.body, R"(^(?P<service>\w+))");
  ASSERT_TRUE(scenario.ready);
  EXPECT_EQ(scenario.ready->within, std::chrono::minutes(1));
  EXPECT_EQ(scenario.ready->consecutive, 3);
  ASSERT_EQ(scenario.limits.size(), 1u);
  EXPECT_EQ(scenario.limits[0].hosts, std::vector<std::string>{"limited.frieza.dev"});
  ASSERT_EQ(scenario.secrets.size(), 1u);
  EXPECT_EQ(scenario.secrets[0].value, "hunter2");

  ASSERT_EQ(scenario.checks.size(), 3u);
  const CheckItem& first = scenario.checks[0];
  EXPECT_EQ(first.check + " " + first.name, "routing first");
  EXPECT_EQ(first.place.line, 20);
  EXPECT_EQ(first.place.column, 5);
  ASSERT_EQ(first.expect_fail_on.size(), 1u);
  EXPECT_EQ(first.expect_fail_on[0].second, "no such path type");
  EXPECT_EQ(first.only, std::vector<std::string>{"ingress-nginx@1.x"});
  ASSERT_EQ(first.trials.size(), 1u);
  EXPECT_EQ(first.trials[0].params.integer("replicas", 0), 3);
  EXPECT_FALSE(first.trials[0].params.has("name")) << "common words are no parameters";
  EXPECT_EQ(scenario.checks[1].name, "rate-limit-1");
  EXPECT_EQ(scenario.checks[2].name, "rate-limit-2");
  EXPECT_DOUBLE_EQ(scenario.checks[1].trials[0].params.at("limit").as<Rate>().per_second, 5);
}

TEST(Load, ReportsEveryMistakeOnceInFileOrder) {
  EXPECT_EQ(
      mistakes(R"(scenario: My Ingress
target: {url: frieza.dev, tiemout: 3}
redy: {path: /}
checks:
  - rotuing: {}
  - routing:
      routes: [{path: app1, status: 99}, {sttus: 200, path: /}]
      replicas: 0
  - rate-limit: {limit: 3, matrix: {http: [1.1, 2]}}
)"),
      "1:11 \"My Ingress\" cannot name a scenario (use lower-case letters, digits, and - _ . "
      "between them: my-ingress)\n"
      "2:15 \"frieza.dev\" has no scheme (write http://frieza.dev or https://frieza.dev)\n"
      "2:27 unknown key \"tiemout\" (did you mean timeout? (url, address, http, ca, insecure, "
      "certificate, key, sni, headers, timeout, connect-timeout, source-addresses, controller, "
      "answered-by))\n"
      "3:1 unknown key \"redy\" (did you mean ready? ($schema, scenario, about, target, "
      "targets, controller, answered-by, ready, limits, lab, checks))\n"
      "5:5 unknown check \"rotuing\" (did you mean routing? (routing, rate-limit))\n"
      "7:23 path must be a path that begins with /, not \"app1\" (write /app1)\n"
      "7:37 99 is not a status from 100 to 599 (write a code such as 200, a class such as 2xx, "
      "or a list such as [200, 204])\n"
      "7:43 unknown key \"sttus\" (did you mean status? (path, status, service))\n"
      "8:17 replicas must be at least 1, not 0\n"
      "9:25 \"3\" has no unit (write 3/s, 3/m or 3/h)\n");
}

TEST(Load, SaysHowToGiveATarget) {
  const std::string_view text = "scenario: s\nchecks: [rate-limit: {}]\n";
  EXPECT_EQ(mistakes(text),
            fmt::format("1:1 the scenario has no target: it does not say where to send ({})\n",
                        no_target_hint));
  EXPECT_EQ(mistakes("scenario: s\ntarget: {address: 127.0.0.1}\nchecks: [rate-limit: {}]\n"),
            fmt::format("2:9 the target has no url ({})\n", no_target_hint));
  LoadOptions options = some_options();
  options.targets.push_back({.name = "", .url = parse_url("http://a.dev").value(), .address = {}});
  const Scenario scenario = good(text, options);
  ASSERT_EQ(scenario.targets.size(), 1u);
  EXPECT_EQ(scenario.targets[0].url.host, "a.dev");
}

TEST(Load, LetsTheCommandLineReplaceTheTargetBeforeVariablesAreRead) {
  const std::string_view text =
      "scenario: s\ntarget: {url: \"http://${NONE}\", address: \"${NONE}\", http: 2}\n"
      "checks: [rate-limit: {}]\n";
  EXPECT_EQ(mistakes(text).substr(0, 4), "2:15");
  LoadOptions options = some_options();
  options.targets.push_back({.name = "",
                             .url = parse_url("https://b.dev:8443").value(),
                             .address = parse_address("127.0.0.9").value()});
  options.http = HttpVersion::http1;
  options.insecure = true;
  options.headers.add("X-A", "1");
  const Scenario scenario = good(text, options);
  ASSERT_EQ(scenario.targets.size(), 1u);
  EXPECT_EQ(to_string(scenario.targets[0].url), "https://b.dev:8443/");
  EXPECT_EQ(scenario.targets[0].address[0].host, "127.0.0.9");
  EXPECT_EQ(scenario.targets[0].http, HttpVersion::http1);
  EXPECT_TRUE(scenario.targets[0].insecure);
  EXPECT_EQ(scenario.targets[0].headers.find("x-a"), "1");
}

TEST(Load, ReadsSeveralTargetsAndValuesByTarget) {
  const Scenario scenario = good(R"(scenario: s
targets:
  old: {url: http://old.dev, controller: {like: ingress-nginx, limit.status: 429}, answered-by: echo}
  new: {url: http://new.dev, answered-by: {any: whoami, app2: {header: X-Pod}}}
controller: aws-alb
checks:
  - rate-limit: {cookie: {old: INGRESSCOOKIE, new: AWSALB}}
)");
  ASSERT_EQ(scenario.targets.size(), 2u);
  EXPECT_EQ(scenario.targets[0].controller, "ingress-nginx");
  ASSERT_EQ(scenario.targets[0].controller_overrides.size(), 1u);
  EXPECT_EQ(scenario.targets[0].controller_overrides[0].first, "limit.status");
  EXPECT_EQ(scenario.targets[0].answered_by.any.pod_header, "X-Echo-Pod");
  EXPECT_EQ(scenario.targets[1].controller, "aws-alb");
  EXPECT_EQ(scenario.targets[1].answered_by.any.preset, "whoami");
  ASSERT_EQ(scenario.targets[1].answered_by.by_service.size(), 1u);
  EXPECT_EQ(scenario.targets[1].answered_by.by_service[0].second.pod_header, "X-Pod");
  ASSERT_EQ(scenario.checks[0].trials.size(), 2u);
  EXPECT_EQ(scenario.checks[0].trials[0].params.text("cookie"), "INGRESSCOOKIE");
  EXPECT_EQ(scenario.checks[0].trials[1].params.text("cookie"), "AWSALB");
  EXPECT_EQ(scenario.checks[0].trials[1].target, 1u);
}

TEST(Load, MakesACopyOfTheTargetForEachNameOnTheCommandLine) {
  LoadOptions options = some_options();
  options.targets.push_back(
      {.name = "old", .url = parse_url("http://a.dev").value(), .address = {}});
  options.targets.push_back(
      {.name = "new", .url = parse_url("http://b.dev").value(), .address = {}});
  const Scenario scenario = good(around("  - rate-limit: {}"), options);
  ASSERT_EQ(scenario.targets.size(), 2u);
  EXPECT_EQ(scenario.targets[0].name + scenario.targets[0].url.host, "olda.dev");
  EXPECT_EQ(scenario.targets[1].name + scenario.targets[1].url.host, "newb.dev");
  const std::string_view several =
      "scenario: s\ntargets: {old: {url: http://a.dev}, nwe: {url: http://b.dev}}\n"
      "checks: [rate-limit: {}]\n";
  EXPECT_EQ(mistakes(several, options),
            "0:0 the command line names a target \"new\", which the scenario lacks (did you mean "
            "nwe? (old, nwe))\n");
}

TEST(Load, TheCommandLineNamesTargetsThatAreThere) {
  const auto url = [](const char* text) { return parse_url(text).value(); };
  LoadOptions options = some_options();
  options.targets = {{.name = "", .url = url("http://a.dev"), .address = {}}};
  const std::string_view several =
      "scenario: s\ntargets: {old: {url: http://a.dev}, new: {url: http://b.dev}}\n"
      "checks: [rate-limit: {}]\n";
  EXPECT_EQ(mistakes(several, options),
            "0:0 the command line gives a URL without saying for which target (write --target "
            "NAME=URL, with old or new as the name)\n");
  options.targets = {{.name = "", .url = {}, .address = parse_address("127.0.0.1").value()}};
  EXPECT_EQ(mistakes(several, options),
            "0:0 the command line gives an address without saying for which target (write "
            "--address NAME=HOST:PORT, with old or new as the name: at one address they would all "
            "be the same)\n");
  options.url_without_target = url("http://lab.dev");  // a lab's is meant for all
  EXPECT_EQ(good(several, options).targets[1].address[0].host, "127.0.0.1");
  options.url_without_target = {};
  options.targets = {{.name = "foo", .url = {}, .address = parse_address("127.0.0.1").value()}};
  EXPECT_EQ(mistakes(around("  - rate-limit: {}"), options),
            "0:0 the command line names a target \"foo\", but the scenario's one has no name "
            "(leave the name out; --target NAME=URL twice or more makes several targets)\n");
}

// Two URLs at the one address that the file has would be the same server twice.
TEST(Load, AnotherUrlLeavesTheAddressOfTheFileBehind) {
  const auto text =
      "scenario: s\ntarget: {url: http://a.dev, address: 127.0.0.7}\nchecks: [rate-limit: {}]\n";
  LoadOptions options = some_options();
  EXPECT_EQ(good(text, options).targets[0].address.size(), 1u);
  options.targets = {{.name = "", .url = parse_url("http://b.dev").value(), .address = {}}};
  EXPECT_EQ(good(text, options).targets[0].address.size(), 0u);
  options.targets.push_back({.name = "", .url = {}, .address = parse_address("127.0.0.8").value()});
  EXPECT_EQ(good(text, options).targets[0].address[0].host, "127.0.0.8");
}

TEST(Load, ALabGivesItsUrlToAScenarioThatNamesNone) {
  LoadOptions options = some_options();
  options.url_without_target = parse_url("http://lab.dev").value();
  EXPECT_EQ(good("scenario: s\nchecks: [rate-limit: {}]\n", options).targets[0].url.host,
            "lab.dev");
  EXPECT_EQ(good("scenario: s\ntarget: {url: http://a.dev}\nchecks: [rate-limit: {}]\n", options)
                .targets[0]
                .url.host,
            "a.dev");
}

TEST(Load, AMissingVariableNamesTheLabThatHasIt) {
  const std::string told = mistakes(
      "scenario: s\nlab: nginx\ntarget: {url: \"http://${NOWHERE}\"}\nchecks: [rate-limit: {}]\n");
  EXPECT_NE(told.find("or practise with --lab nginx"), std::string::npos) << told;
}

TEST(Load, RefusesTargetsThatCannotWork) {
  EXPECT_EQ(mistakes("scenario: s\ntarget: {url: http://a.dev/x}\ntargets: {}\n"
                     "checks: [rate-limit: {}]\n"),
            "2:15 the target's url has a path (/x) (write the path in the checks, as path: /... or "
            "url: ...)\n"
            "3:1 target and targets exclude each other (keep one of them)\n"
            "3:10 targets must be a map (write targets: {old: {url: http://HOST}, new: {url: "
            "http://HOST}})\n");
  EXPECT_EQ(mistakes("scenario: s\ntarget: http://a.dev\nchecks: [rate-limit: {}]\n"),
            "2:9 target must be a map (write target: {url: http://HOST})\n");
  EXPECT_EQ(mistakes("scenario: s\ntarget: {url: http://a.dev, certificate: x.pem, address: 'a b', "
                     "headers: {'a b': c}, source-addresses: [lo]}\nchecks: [rate-limit: {}]\n"),
            "2:29 certificate needs key too (add key, or leave certificate out)\n"
            "2:58 cannot read the address \"a b\" (write an IP, HOST:PORT, or one for each port of "
            "the URL: 80=HOST:PORT,443=HOST:PORT (IPv6 in brackets: [::1]:8080))\n"
            "2:82 \"a b\" cannot be sent as a header (a header's name has only letters, digits and "
            "!#$%&'*+-.^_`|~)\n"
            "2:105 \"lo\" is not an IP address (write a local address such as 192.0.2.10)\n");
}

TEST(Load, RefusesUnknownControllersAndWaysToTellPods) {
  EXPECT_EQ(mistakes("scenario: s\ntarget: {url: http://a.dev}\ncontroller: ingres-nginx\n"
                     "answered-by: {body: '^(\\w+)'}\nchecks: [rate-limit: {only: nginx}]\n"),
            "3:13 unknown controller \"ingres-nginx\" (did you mean ingress-nginx? (auto, "
            "ingress-nginx, ingress-nginx@0.30, ingress-nginx@1.x, aws-alb))\n"
            "4:21 the pattern captures neither service nor pod (name what it captures: "
            "(?<service>...) and (?<pod>...), one or both)\n"
            "5:29 unknown only \"nginx\" (there are: ingress-nginx, ingress-nginx@0.30, "
            "ingress-nginx@1.x, aws-alb)\n");
  EXPECT_EQ(
      mistakes("scenario: s\ntarget: {url: http://a.dev}\ncontroller: {lik: x}\n"
               "answered-by: {}\nchecks: [rate-limit: {}]\n"),
      "3:13 like is missing (add like)\n"
      "4:14 answered-by must have at least 1 key, not 0 (add one, or leave answered-by out)\n");
}

TEST(Load, ReadsReadyAsAPresetOrAMap) {
  const auto ready = [](std::string_view value) {
    return good(fmt::format("ready: {}\n{}", value, around("  - rate-limit: {}"))).ready.value();
  };
  EXPECT_EQ(ready("cloud").within, std::chrono::seconds(180));
  EXPECT_EQ(ready("{preset: new-balancer, path: /x}").within, std::chrono::minutes(15));
  EXPECT_EQ(ready("{preset: cloud, within: 5s}").within, std::chrono::seconds(5));
  EXPECT_TRUE(ready("local").status.contains(404));
  EXPECT_FALSE(ready("{}").status.contains(503));
}

TEST(Load, RunsACheckForEachCombinationOfItsMatrix) {
  const Scenario scenario =
      good(around("  - rate-limit: {limit: 3/s, matrix: {http: [1.1, 2], path: [/a, /b, /c]}}"));
  const auto& trials = scenario.checks[0].trials;
  ASSERT_EQ(trials.size(), 6u);
  EXPECT_EQ(trials[0].http, HttpVersion::http1);
  EXPECT_EQ(trials[5].http, HttpVersion::http2);
  EXPECT_EQ(trials[4].params.text("path"), "/b");
  EXPECT_FALSE(trials[4].params.has("http"));
  EXPECT_EQ(trials[4].cell,
            (std::vector<std::pair<std::string, std::string>>{{"http", "2"}, {"path", "/b"}}));
}

TEST(Load, RefusesAMatrixThatCannotBeRun) {
  EXPECT_EQ(
      mistakes(around("  - rate-limit: {path: /x, matrix: {path: [/a], limt: [3/s]}}")),
      "4:37 path is written both in the matrix and beside it (keep one of them)\n"
      "4:49 a matrix cannot vary \"limt\" (did you mean limit? (http, path, limit, cookie))\n");
  EXPECT_EQ(mistakes(around("  - rate-limit: {matrix: {http: [1.1, 3], limit: [3]}}")),
            "4:39 unknown http \"3\" (there are: auto, 1.1, 2, h2c)\n"
            "4:51 \"3\" has no unit (write 3/s, 3/m or 3/h)\n");
  EXPECT_EQ(mistakes(around("  - rate-limit: {matrix: {http: []}}")),
            "4:33 http must have at least 1 item, not 0 (add one, or leave http out)\n");
  EXPECT_EQ(mistakes(around("  - routing: {matrix: {routes: [1]}, routes: [{path: /}]}")),
            "4:24 a matrix cannot vary \"routes\" (there are: http, replicas)\n");
  std::string many = "  - rate-limit: {matrix: {http: [1.1, 2], cookie: [a";
  for (int i = 1; i < 33; ++i) many += fmt::format(", a{}", i);
  EXPECT_EQ(mistakes(around(many + "]}}")),
            "4:26 the matrix has more than 64 combinations (leave out values, or write several "
            "checks)\n");
}

TEST(Load, TellsHowToWriteAnItem) {
  EXPECT_EQ(mistakes(around("  - routing:\n    routes: [{path: /}]\n    name: x\n")),
            "5:5 routes stands beside routing, not under it (indent it further than the check's "
            "name)\n"
            "6:5 name stands beside routing, not under it (indent it further than the check's "
            "name)\n");
  EXPECT_EQ(mistakes(around("  - rate-limit\n  - rate-limit: {}\n    routing: {}\n  - []\n  - "
                            "rate-limit: 3/s\n")),
            "4:5 rate-limit needs a colon and its parameters (write rate-limit: {})\n"
            "6:5 rate-limit and routing in one item (begin an item of its own: - routing:)\n"
            "7:5 each item of checks is a map with one key, the check's name (there are: routing, "
            "rate-limit)\n"
            "8:17 rate-limit takes a map of parameters (explain it with: ingress-check explain "
            "rate-limit)\n");
  EXPECT_EQ(mistakes(around("  rate-limit: {}\n")),
            "4:3 checks must be a list with at least one check (begin each with a hyphen: - "
            "routing: {...})\n");
  EXPECT_EQ(mistakes("scenario: s\ntarget: {url: http://a.dev}\n"),
            "1:1 checks is missing (add checks: [{routing: {routes: [{path: /app1, status: "
            "200}]}}])\n");
  EXPECT_EQ(mistakes(around("  - rate-limit: {}\nrouting: {}\n")),
            "5:1 unknown key \"routing\" (write it as an item of checks: - routing:)\n");
  EXPECT_EQ(mistakes(around("  - rate-limit:\n      ready: cloud\n")),
            "5:7 unknown key \"ready\" (ready belongs at the top of the file: do not indent it)\n");
}

TEST(Load, KeepsNamesUnique) {
  EXPECT_EQ(mistakes(around("  - rate-limit: {name: a}\n  - rate-limit: {name: a}\n")),
            "5:24 the name \"a\" is used twice (every check of a file has a name of its own)\n");
  const Scenario scenario =
      good(around("  - rate-limit: {}\n  - rate-limit: {name: rate-limit-1}\n  - routing: {routes: "
                  "[{path: /}]}\n"));
  EXPECT_EQ(scenario.checks[0].name, "rate-limit-2");
  EXPECT_EQ(scenario.checks[2].name, "routing");
}

TEST(Load, AsksTheCheckToReviewOnlyWhatCouldBeRead) {
  const std::string routes = "[{path: /1}, {path: /2}, {path: /3}, {path: /4}]";
  EXPECT_EQ(mistakes(around("  - routing: {routes: " + routes + "}")),
            "4:23 more than three routes\n");
  EXPECT_EQ(mistakes(around("  - routing: {replicas: x, routes: " + routes + "}")),
            "4:25 replicas must be a whole number, at least 1, not \"x\"\n");
}

TEST(Load, NamesMissingVariables) {
  EXPECT_EQ(mistakes(around("  - rate-limit: {cookie: \"${COOKIE_NAME}\"}")),
            "4:26 variable COOKIE_NAME is not set (give it with --set COOKIE_NAME=VALUE or in the "
            "environment, or write a default: ${COOKIE_NAME:-VALUE})\n");
  LoadOptions options = some_options();
  options.set = {{"COOKIE_NAME", "x: [y"}};
  const Scenario scenario =
      good(around("  - rate-limit: {cookie: \"${COOKIE_NAME} $${A}\"}"), options);
  EXPECT_EQ(scenario.checks[0].trials[0].params.text("cookie"), "x: [y ${A}");
}

TEST(Load, StaysSmallWhenAFileMultiplies) {
  std::string targets, routes, checks;
  for (int i = 0; i < 40; ++i) targets += fmt::format("  t{}: {{url: http://a}}\n", i);
  for (int i = 0; i < 5000; ++i) routes += "{pth: /}, ";
  for (int i = 0; i < 2000; ++i) checks += "  - rate-limit: {}\n";
  EXPECT_EQ(mistakes("scenario: s\ntargets:\n" + targets + "checks: [rate-limit: {}]\n"),
            "3:3 more than 32 targets (write several scenarios)\n");
  EXPECT_EQ(
      mistakes(around("  - routing: {matrix: {http: [1.1, 2, auto, h2c], replicas: [1, 2, 3, "
                      "4, 5, 6]}, routes: [" +
                      routes + "]}\n")),
      "4:5 too many checks, targets and combinations in one file (every check is read for each "
      "target and each combination of its matrix: write several files)\n");
  EXPECT_EQ(good(around(checks)).checks.back().name, "rate-limit-2000");
  const Errors errors = loaded(around("  - routing: {routes: [" + routes + "]}\n")).error();
  ASSERT_EQ(errors.size(), 101u);
  EXPECT_EQ(errors.back().what, "and 4900 more mistakes");
}

TEST(Load, ShowsNoSecretInAMessage) {
  EXPECT_EQ(mistakes("scenario: s\ntarget: {url: http://a.dev, address: \"${secret:TOKEN}!\"}\n"
                     "checks: [rate-limit: {limit: \"${secret:TOKEN}\"}]\n"),
            "2:38 cannot read the address \"${secret:TOKEN}!\" (write an IP, HOST:PORT, or one for "
            "each port of the URL: 80=HOST:PORT,443=HOST:PORT (IPv6 in brackets: [::1]:8080))\n"
            "3:30 limit must be a rate (3/s, 30/m, 100/h), and its value is not\n");
}

TEST(Load, ReadsTheExamplesOfTheReadme) {
  std::ifstream file(SOURCE_DIR "/scenarios/README.md");
  const std::string readme{std::istreambuf_iterator<char>(file), {}};
  const auto start = readme.find("```yaml\n") + 8;
  std::string example = readme.substr(start, readme.find("```", start) - start);
  example.replace(example.find("  - scheme-mismatch"), std::string::npos, "");
  for (const std::string_view gone : {", from: ingress"})
    example.erase(example.find(gone), gone.size());
  EXPECT_EQ(good(example).name, "my-ingress");
  const auto ways = readme.find("```yaml\n", start) + 8;
  std::istringstream lines(readme.substr(ways, readme.find("```", ways) - ways));
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count)
    EXPECT_EQ(mistakes(around("  - rate-limit: {}\n") + line + "\n"), "none") << line;
  EXPECT_EQ(count, 4);
}

TEST(Load, RefusesAFileThatIsNoMap) {
  EXPECT_EQ(mistakes("- routing\n"),
            "1:1 a scenario is a map of keys and values (begin with scenario: NAME, target: and "
            "checks:)\n");
}

}  // namespace
}  // namespace ingress_check
