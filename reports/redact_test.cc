#include "reports/redact.h"

#include <gtest/gtest.h>

#include "reports/format.h"
#include "reports/spellings.h"

namespace ingress_check {
namespace {

const std::string secret = "s3cr3t/with+signs";

Exchange told_everywhere() {
  Exchange exchange;
  exchange.status = 200;
  exchange.address = exchange.local = exchange.detail = exchange.reason = exchange.body = secret;
  exchange.who = {secret, secret};
  exchange.sent.add("X-" + secret, secret);
  exchange.headers.add("X-Plain", "a " + secret + " b");
  exchange.tls = TlsFacts{};
  exchange.tls->sni = exchange.tls->cipher = exchange.tls->alpn = secret;
  exchange.tls->verify_error = secret;
  Certificate& one = exchange.tls->chain.emplace_back();
  one.subject = one.issuer = one.serial = one.sha256 = one.key = secret;
  one.dns_names = {secret};
  exchange.seen = Seen{secret, secret, secret, secret, {}};
  return exchange;
}

/// A report that has the secret in every string.
Report told_report() {
  Report report;
  report.command_line = secret;
  report.written = {{"json", "/tmp/" + secret}};
  Comparison& comparison = report.comparison.emplace();
  comparison.sides = {{secret, secret, {}, secret, secret, secret, {}},
                      {secret, secret, 0, secret, secret, secret, {}}};
  comparison.behaviour = {
      {secret,
       secret,
       secret,
       secret,
       {{secret, Likeness::baseline, secret}, {secret, Likeness::lost, secret}}}};
  comparison.speed = {{secret, secret, secret, 1, Pace::alike, false, secret}};
  comparison.lone = {{secret, secret, 1, true}};
  comparison.refused = {{secret, secret}};
  ScenarioReport& scenario = report.scenarios.emplace_back();
  scenario.file = scenario.name = scenario.about = secret;
  scenario.source = "scenario: a\nchecks: " + secret + " here\n";
  scenario.error = Error{secret, secret, {secret, 2, 1, 3}, false};
  scenario.targets.push_back({secret, secret, secret, secret, true, {secret}, {}});
  CheckReport& check = scenario.checks.emplace_back();
  check.scenario = check.check = check.name = check.target = check.skip_reason = secret;
  check.cell = {{secret, secret}};
  check.place = {secret, 2, 9, 3};
  check.expected_to_fail = secret;
  check.phases = check.reproduce = {secret};
  Verdict& verdict = check.verdict;
  verdict.kind = Verdict::Kind::fail;
  verdict.summary = secret;
  verdict.shown = verdict.not_shown = verdict.notes = {secret};
  verdict.diagnoses = {{secret, secret, secret, secret, secret}};
  verdict.figures = {{secret, 1}};
  verdict.traits = {{secret, secret}};
  Finding& finding = verdict.findings.emplace_back();
  finding.place = {secret, 2, 9, 3};
  finding.subject = finding.expected = finding.actual = secret;
  finding.request = Request{};
  finding.request->url.path = "/" + secret;
  finding.exchange = told_everywhere();
  LoadPhase& phase = check.loads.emplace_back();
  phase.name = phase.reply.protocol = phase.reply.breaker = secret;
  phase.reply.addresses = phase.reply.withheld = phase.reply.generator.why = {secret};
  phase.reply.pods.emplace_back().answered = 1;
  phase.reply.pods[0].service = phase.reply.pods[0].pod = secret;
  phase.reply.broken.push_back({0, 0, told_everywhere()});
  phase.reply.response.record(1'000'000);
  phase.reply.seconds.emplace_back().response.record(1'000'000);
  CheckReport failed = check, skipped = check;
  failed.expected_to_fail.reset();
  skipped.skipped = true;
  scenario.checks.push_back(failed);
  scenario.checks.push_back(skipped);
  return report;
}

TEST(Redactor, LeavesNoStringOut) {
  RenderOptions options;
  options.verbose = true;
  for (const auto* format : all_formats()) {
    const std::string before = format->render(told_report(), options);
    ASSERT_NE(before.find(secret), std::string::npos) << format->name;
    const std::string text = format->render(redact(told_report(), {{"TOKEN", secret}}), options);
    EXPECT_EQ(text.find("s3cr3t"), std::string::npos) << format->name << "\n" << text;
    EXPECT_NE(text.find("$TOKEN"), std::string::npos) << format->name;
  }
  const Report report = redact(told_report(), {{"TOKEN", secret}});
  EXPECT_EQ(report.scenarios[0].checks[0].verdict.findings[0].request->url.path, "/$TOKEN");
  EXPECT_EQ(report.scenarios[0].checks[0].verdict.findings[0].exchange->seen->path, "$TOKEN");
}

TEST(Redactor, KeepsTheColumnsOfTheSource) {
  const Report report = redact(told_report(), {{"TOKEN", secret}});
  EXPECT_EQ(report.scenarios[0].source,
            "scenario: a\nchecks: " + std::string(secret.size(), '*') + " here\n");
}

TEST(Redactor, NoDigestOfAFileThatHoldsASecret) {
  Report report = told_report();
  report.scenarios[0].sha256 = std::string(64, 'a');
  EXPECT_EQ(redact(report, {}).scenarios[0].sha256.size(), 64u);
  EXPECT_EQ(redact(report, {{"TOKEN", secret}}).scenarios[0].sha256, "")
      << "it could be guessed at";
  report.scenarios[0].source = "# was https://me:pass@shop.example\n";
  const Report hidden = redact(report, {});
  EXPECT_EQ(hidden.scenarios[0].source, "# was https://*******@shop.example\n");
  EXPECT_EQ(hidden.scenarios[0].sha256, "");
}

TEST(Redactor, KnowsTheSpellings) {
  const Redactor redactor(std::vector<Secret>{{"T", "pass word/\"1\"'&"}});
  for (const char* text :
       {"pass word/\"1\"'&", "pass%20word%2F%221%22%27%26", "pass+word%2f%221%22%27%26",
        R"(pass word/\"1\"'&)", R"(pass word\/\"1\"'&)", "pass word/&quot;1&quot;&#39;&amp;",
        R"(pass word/"1"'\''&)"})
    EXPECT_EQ(redactor.text(std::string("a ") + text + " b"), "a $T b") << text;
}

TEST(Redactor, FindsBase64WhereverItBegins) {
  const Redactor redactor(std::vector<Secret>{{"T", "s3cr3t/with"}});
  // printf '%s' 's3cr3t/with' | base64, and with u: and us: before it.
  for (const char* text : {"czNjcjN0L3dpdGg=", "dTpzM2NyM3Qvd2l0aA==", "dXM6czNjcjN0L3dpdGg=",
                           "eDEyczNjcjN0L3dpdGg="}) {
    const std::string hidden = redactor.text(text);
    EXPECT_NE(hidden.find("$T"), std::string::npos) << text << " became " << hidden;
    EXPECT_LT(hidden.size(), 10u) << hidden;
  }
}

TEST(Redactor, TakesTheLongestAndNeverWhatItHasWritten) {
  const Redactor redactor(std::vector<Secret>{{"A", "abcd"}, {"LONG", "abcdefgh"}, {"B", "LONG"}});
  EXPECT_EQ(redactor.text("abcdefgh abcd LONG abcdefghabcd"), "$LONG $A $B $LONG$A");
}

TEST(Redactor, HidesTheBeginningThatACutLeaves) {
  const Redactor redactor(std::vector<Secret>{{"T", "s3cr3tvalue"}});
  EXPECT_EQ(redactor.text("body s3cr3tv"), "body $T");
  EXPECT_EQ(redactor.text("it was \"s3cr3\" ..."), "it was \"$T\" ...");
  EXPECT_EQ(redactor.text("s3cr3..."), "$T...");
  EXPECT_EQ(redactor.text("s3cr3 is a word"), "s3cr3 is a word");
}

TEST(Redactor, TakesShortValuesOfHeadersOnlyWhereTheyStandAlone) {
  const Redactor redactor(std::vector<Secret>{{"X_TOKEN", "on", true}, {"S", "xyz"}});
  EXPECT_EQ(redactor.text("connection \"on\" on, axyzb"), "connection \"$X_TOKEN\" $X_TOKEN, a$Sb");
}

TEST(Redactor, KeepsNamesOfCredentialsAndHidesTheirValuesInBodiesToo) {
  Exchange exchange;
  exchange.sent = {{{"Authorization", "Bearer tokentoken"},
                    {"X-Api-Key", "keykeykey"},
                    {"Cookie", "a=cookiecookie; b"},
                    {"Accept", "text/html"}}};
  exchange.headers = {
      {{"Set-Cookie", "sid=setcookieset; Path=/"}, {"Access-Control-Allow-Credentials", "true"}}};
  exchange.body = "tokentoken keykeykey cookiecookie setcookieset text/html";
  exchange = Redactor(std::vector<Secret>()).exchange(exchange);
  EXPECT_EQ(exchange.sent.find("Authorization"), "Bearer [redacted]");
  EXPECT_EQ(exchange.sent.find("X-Api-Key"), "[redacted]");
  EXPECT_EQ(exchange.sent.find("Cookie"), "a=[redacted];[redacted]");
  EXPECT_EQ(exchange.headers.find("Set-Cookie"), "sid=[redacted]; Path=/");
  EXPECT_EQ(exchange.headers.find("Access-Control-Allow-Credentials"), "true");
  EXPECT_EQ(exchange.body, "$AUTHORIZATION $X_API_KEY $COOKIE_A $COOKIE_SID text/html");
}

TEST(Redactor, LeavesPodsTheirNames) {
  Exchange exchange;
  exchange.headers.add("Set-Cookie", "SERVERID=app1-7d9f4");
  exchange.who.pod = exchange.body = "app1-7d9f4";
  EXPECT_EQ(Redactor(std::vector<Secret>()).exchange(exchange).who.pod, "app1-7d9f4");
}

TEST(Redactor, HidesThePasswordOfBasic) {
  Scenario scenario;
  // user:pw12345678
  scenario.targets.emplace_back().headers.add("Authorization", "Basic dXNlcjpwdzEyMzQ1Njc4");
  const Redactor redactor(secrets_of(scenario));
  EXPECT_EQ(redactor.text("Basic dXNlcjpwdzEyMzQ1Njc4, that is user:pw12345678"),
            "Basic $AUTHORIZATION, that is user:$AUTHORIZATION_PASSWORD");
}

TEST(Redactor, FindsTheHeadersOfSteps) {
  Object headers, send, step, params;
  headers.members = {{"X-Auth-Token", {{}, std::string("step-token")}},
                     {"Accept", {{}, std::string("text/html")}}};
  send.members = {{"headers", {{}, headers}}};
  step.members = {{"send", {{}, send}}};
  params.members = {{"steps", {{}, List{{{}, step}}}}, {"cookie", {{}, std::string("SESSION")}}};
  Scenario scenario;
  scenario.checks.emplace_back().trials.emplace_back().params = params;
  const auto secrets = secrets_of(scenario);
  ASSERT_EQ(secrets.size(), 1u);
  EXPECT_EQ(secrets[0].name, "X_AUTH_TOKEN");
  EXPECT_EQ(secrets[0].value, "step-token");
}

TEST(Spellings, AreFewAndHoldTheTextItself) {
  EXPECT_EQ(spellings("abc"), std::vector<std::string>{"abc"});
  EXPECT_EQ(spellings("abcd").size(), 4u);
}

}  // namespace
}  // namespace ingress_check
