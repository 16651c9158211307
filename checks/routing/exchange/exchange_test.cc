#include <fmt/format.h>
#include <gtest/gtest.h>

#include "checks/practice_test.h"
#include "checks/routing/exchange/steps.h"

namespace ingress_check {

namespace checks {
extern const Check exchange;
}

namespace {

using practice::subject;
using practice::two_apps;

Verdict judge(const std::string& yaml, const FakeConfig& config = two_apps(),
              const Subject& of = subject()) {
  return practice::examine(checks::exchange, yaml, of, config).verdict;
}

/// A login that hands out a token, and a page that wants it.
FakeConfig with_token() {
  auto config = two_apps();
  config.twist = [](const Request& request, Exchange& exchange) {
    if (request.url.path.starts_with("/app1/login")) {
      exchange.headers.add("X-Token", "a b/ü");
      exchange.headers.add("Set-Cookie", "session=s1; Path=/");
      exchange.body = R"({"user": {"id": 7, "name": "ann"}, "token=": "token=t9;"})";
    } else if (request.url.path.starts_with("/app1/page")) {
      exchange.body = request.url.path + "|" +
                      std::string(request.headers.find("Authorization").value_or("none")) + "|" +
                      request.body;
    }
  };
  return config;
}

const char* const login = R"(
steps:
  - name: log in
    send: {path: /app1/login}
    capture:
      token: {header: x-token}
      user: {json: /user/id}
      cookie: {cookie: session}
      word: {body: 'token=(\w+)'}
  - send:
      method: POST
      path: "/app1/page/{{token}}?u={{user}}"
      headers: {Authorization: "Bearer {{word}}"}
      body: "c={{cookie}}"
    expect:
      body: "/app1/page/a%20b/%C3%BC?u=7|Bearer t9|c=s1"
)";

TEST(exchange, captures_are_used_in_later_steps) {
  const auto done = practice::examine(checks::exchange, login, subject(), with_token());
  EXPECT_EQ(to_string(done.verdict.kind), "pass")
      << (done.verdict.findings.empty() ? done.verdict.summary
                                        : done.verdict.findings.front().actual);
  EXPECT_EQ(done.phases, (std::vector<std::string>{"step 1", "step 2"}));
  EXPECT_EQ(done.verdict.summary, "2 steps as expected");
}

TEST(exchange, captures_are_used_in_what_is_expected) {
  const char* const expecting = R"(
steps:
  - send: {path: /app1/login}
    capture: {token: {header: x-token}, word: {body: 'token=(\w+)'}}
  - send: {path: "/app1/page/{{token}}", headers: {Authorization: "{{word}}"}}
    expect:
      body: "/app1/page/a%20b/%C3%BC|{{word}}|"
      seen: {path: "/app1/page/{{token}}", headers: {Authorization: "WORD"}}
)";
  const auto with = [&](const std::string& word) {
    std::string yaml = expecting;
    return judge(yaml.replace(yaml.find("WORD"), 4, word), with_token());
  };
  EXPECT_EQ(to_string(with("{{word}}").kind), "pass");
  EXPECT_EQ(to_string(with("t9").kind), "pass");
  const auto other = with("{{token}}");
  EXPECT_EQ(to_string(other.kind), "fail");
  ASSERT_FALSE(other.findings.empty());
  EXPECT_NE(other.findings.front().expected.find("a b/"), std::string::npos);
  // A pattern has no such names: its braces are its own.
  EXPECT_EQ(to_string(with("~ ^t{1}9{1}$").kind), "pass");
}

TEST(exchange, a_step_that_only_expects_a_capture_waits_for_it) {
  const auto done = practice::examine(checks::exchange, R"(
steps:
  - send: {path: /app1/login}
    capture: {token: {header: x-token}}
  - send: {path: /app1/login}
    expect: {headers: {X-Token: "{{token}}"}}
)",
                                      subject(), with_token());
  EXPECT_EQ(to_string(done.verdict.kind), "pass") << done.verdict.summary;
  EXPECT_EQ(done.phases.size(), 2U);
}

TEST(exchange, a_missing_capture_fails_its_step_and_ends_those_that_need_it) {
  const auto verdict = judge(login);
  EXPECT_EQ(to_string(verdict.kind), "fail");
  ASSERT_EQ(verdict.findings.size(), 4U);
  EXPECT_TRUE(verdict.findings.front().expected.starts_with("capture "))
      << verdict.findings.front().expected;
  EXPECT_GT(verdict.findings.front().place.line, 5);
  ASSERT_FALSE(verdict.not_shown.empty());
  EXPECT_NE(verdict.not_shown.front().find("step 2 was not sent"), std::string::npos);
}

TEST(exchange, steps_that_need_nothing_share_a_phase_in_order) {
  const auto done = practice::examine(checks::exchange, R"(
steps:
  - send: {path: /app1}
    expect: {service: app1}
  - send: {path: /app2}
    expect: {service: app2}
  - send: {path: /nothing}
    expect: {status: 404, from: ingress, body: "~ 404 Not Found"}
)",
                                      subject(), two_apps());
  EXPECT_EQ(to_string(done.verdict.kind), "pass") << done.verdict.summary;
  EXPECT_EQ(done.phases, (std::vector<std::string>{"steps 1 to 3"}));
}

TEST(exchange, says_which_step_and_word_was_not_met) {
  const auto verdict = judge(R"(
steps:
  - send: {path: /app1}
  - name: too much
    send: {method: POST, path: /app1, body: {size: 1MiB}}
    expect: {status: 413}
)");
  EXPECT_EQ(to_string(verdict.kind), "fail");
  ASSERT_EQ(verdict.findings.size(), 1U);
  EXPECT_EQ(verdict.findings.front().subject, "step 2 (too much): POST http://frieza.dev/app1");
  EXPECT_EQ(verdict.findings.front().place.line, 6);
  EXPECT_EQ(verdict.findings.front().request->body.size(), 1U << 20);
  EXPECT_NE(verdict.summary.find("1 of 2 steps"), std::string::npos) << verdict.summary;
}

TEST(exchange, expresses_limits_timeouts_cors_and_redirects) {
  auto config = two_apps();
  config.twist = [](const Request& request, Exchange& exchange) {
    if (request.body.size() > 1 << 20) {
      exchange.status = 413;
      exchange.body = nginx_page(413).body;
      exchange.who = {};
    }
    if (request.url.path == "/app1/slow") {
      exchange.status = 504;
      exchange.timings.total = std::chrono::milliseconds(5050);
    }
    if (request.headers.find("Origin"))
      exchange.headers.add("Access-Control-Allow-Origin", "https://a.example");
    if (request.url.path == "/app1/old") {
      exchange.status = 302;
      exchange.headers.add("Location", "/app1/new");
    }
  };
  const auto verdict = judge(R"(
steps:
  - send: {method: POST, path: /app1, body: {size: 1048577B}}
    expect: {status: 413, from: ingress}
  - send: {method: POST, path: /app1, body: {size: 1048576B}}
    expect: {status: 200}
  - send: {path: /app1/slow}
    expect: {status: 504, after: 5s, within: 6s}
    timeout: 10s
  - send: {path: /app1, headers: {Origin: "https://a.example"}}
    expect: {headers: {Access-Control-Allow-Origin: "https://a.example"}, no-headers: Server}
  - send: {path: /app1/old}
    expect: {location: "http://frieza.dev/app1/new"}
)",
                             config);
  EXPECT_EQ(to_string(verdict.kind), "pass")
      << (verdict.findings.empty() ? "" : verdict.findings.front().actual);
}

TEST(exchange, too_soon_and_too_late_are_failures) {
  auto config = two_apps();
  config.latency = std::chrono::seconds(3);
  EXPECT_EQ(to_string(judge("steps: [{send: {path: /app1}, expect: {within: 2s}}]", config).kind),
            "fail");
  EXPECT_EQ(to_string(judge("steps: [{send: {path: /app1}, expect: {after: 4s}}]", config).kind),
            "fail");
  EXPECT_EQ(
      to_string(
          judge("steps: [{send: {path: /app1}, expect: {after: 2s, within: 4s}}]", config).kind),
      "pass");
}

TEST(exchange, nothing_more_is_sent_when_nothing_answers) {
  auto config = with_token();
  config.down = Outcome::refused;
  const auto done = practice::examine(checks::exchange, login, subject(), config);
  EXPECT_EQ(to_string(done.verdict.kind), "fail");
  EXPECT_EQ(done.sent, 1U);
  EXPECT_NE(done.verdict.summary.find("refuses connections"), std::string::npos)
      << done.verdict.summary;
}

TEST(exchange, retries_while_the_status_asks_for_it) {
  auto config = two_apps();
  auto calls = 0;
  config.twist = [&calls](const Request&, Exchange& exchange) {
    if (++calls < 4) exchange.status = 503, exchange.who = {};
  };
  const auto done = practice::examine(
      checks::exchange, "steps: [{send: {path: /app1}, retry: {within: 2s, only: 503}}]", subject(),
      config);
  EXPECT_EQ(to_string(done.verdict.kind), "pass") << done.verdict.summary;
  EXPECT_EQ(done.sent, 4U);
}

TEST(exchange, silent_backends) {
  auto config = two_apps();
  config.rules.services.front().silent = true;
  EXPECT_EQ(
      to_string(judge("steps: [{send: {path: /app1}, expect: {service: app1}}]", config).kind),
      "not supported");
  const auto stated =
      judge("steps: [{send: {path: /app1}, expect: {service: app1, status: 200}}]", config);
  EXPECT_EQ(to_string(stated.kind), "not supported");
  EXPECT_EQ(stated.summary,
            "1 of 1 step not judged in full: the backend does not tell its service");
}

TEST(exchange, mistakes_that_no_table_can_say) {
  const auto first = [](const std::string& yaml) {
    const auto errors = practice::mistakes(checks::exchange, yaml);
    return errors.empty() ? std::string("none") : errors.front().what;
  };
  EXPECT_EQ(first("steps: []"), "no step to take");
  EXPECT_EQ(first("steps: [{send: {path: \"/{{x}}\"}}]"), "no earlier step captures {{x}}");
  EXPECT_EQ(first("steps: [{send: {path: /a}, expect: {body: \"{{x}}\"}}]"),
            "no earlier step captures {{x}}");
  EXPECT_EQ(first("steps: [{send: {path: /a}, capture: {x: {header: X}}}, "
                  "{send: {path: \"/{{x}}\"}}]"),
            "none");
  std::string many = "steps:\n";
  for (int i = 0; i < 31; ++i) many += "  - send: {path: /app1}\n";
  EXPECT_EQ(first(many), "31 steps; at most 30 in one check");
}

TEST(exchange, a_capture_with_control_characters_is_not_used) {
  Exchange answer;
  answer.body = "{\"a\": \"x\\r\\nX-Evil: 1\", \"b\": [1], \"c\": 2.5}";
  const auto take = [&](const char* pointer) {
    return exchange::take({"x", {}, exchange::Capture::From::json, pointer}, answer);
  };
  EXPECT_EQ(take("/a"), std::nullopt);
  EXPECT_EQ(take("/b"), std::nullopt);
  EXPECT_EQ(take("/c"), "2.5");
  EXPECT_EQ(take("c"), "2.5");
  EXPECT_EQ(take("/d/e"), std::nullopt);
}

TEST(exchange, thirty_steps_that_each_need_the_last_stay_within_the_phases) {
  std::string yaml = "steps:\n";
  for (int i = 0; i < 30; ++i)
    yaml += fmt::format(
        "  - send: {{path: \"/app1/{}\"}}\n    capture: {{v{}: {{header: "
        "Content-Type}}}}\n",
        i == 0 ? "start" : fmt::format("{{{{v{}}}}}", i - 1), i);
  const auto done = practice::examine(checks::exchange, yaml, subject(), two_apps());
  EXPECT_EQ(to_string(done.verdict.kind), "pass") << done.verdict.summary;
  EXPECT_EQ(done.phases.size(), 30U);
}

TEST(exchange, a_captured_name_inside_a_pattern_is_a_mistake) {
  const auto errors = practice::mistakes(checks::exchange, R"(
steps:
  - send: {path: /app1}
    capture: {token: {header: X-Token}}
  - send: {path: /app1}
    expect: {body: "~ id={{token}}"}
)");
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_EQ(errors.front().what, "{{token}} inside a pattern is not replaced");
}

}  // namespace

}  // namespace ingress_check
