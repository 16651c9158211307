#include <fmt/format.h>
#include <gtest/gtest.h>

#include "checks/answers.h"
#include "checks/expectation.h"
#include "checks/pod_names.h"
#include "checks/practice_test.h"

namespace ingress_check {

namespace {

using practice::subject;
using practice::url;

using How = Shortfall::Kind;

Exchange answer(int status = 200, std::string body = "hello") {
  Exchange exchange;
  exchange.status = status;
  exchange.body = std::move(body);
  exchange.body_size = exchange.body.size();
  exchange.version = HttpVersion::http1;
  return exchange;
}

Request get(const std::string& at = "https://frieza.dev/app1") {
  Request request;
  request.url = url(at);
  return request;
}

Expectation any_2xx() {
  Expectation expected;
  expected.status = {{{200, 299}}};
  return expected;
}

std::vector<Shortfall> measured(const Expectation& expected, const Exchange& exchange,
                                const Request& request = get()) {
  return measure(expected, subject(), request, exchange);
}

TEST(measure, a_pod_of_another_workload_does_not_stand_for_the_service) {
  auto expected = any_2xx();
  expected.service = {"app1", {}};
  for (const auto* pod : {"app1", "app1-0", "app1-a", "app1-x2k4p", "app1-7d9f4c8b6-x2k4p"}) {
    auto exchange = answer();
    exchange.who.pod = pod;
    EXPECT_TRUE(measured(expected, exchange).empty()) << pod;
  }
  for (const auto* pod : {"app1-admin-5d9f8c7b6-x2k4p", "app1-admin", "app1-canary-0", "app10-0",
                          "app1-", "app1-7d9f4c8b6-x2k4p-x"}) {
    auto exchange = answer();
    exchange.who.pod = pod;
    const auto found = measured(expected, exchange);
    ASSERT_EQ(found.size(), 1U) << pod;
    EXPECT_EQ(found.front().kind, How::unsupported) << pod;
  }
  EXPECT_FALSE(pod_of_namesake("-0", ""));
}

TEST(measure, a_body_that_could_not_be_unpacked_decides_nothing) {
  auto expected = any_2xx();
  expected.body = Stated<TextMatch>{{false, "hello"}, {}};
  expected.body_size = Stated<Size>{{5}, {}};
  auto exchange = answer(200, "packed");
  exchange.detail = "the body is encoded as br, which is not undone here";
  const auto found = measured(expected, exchange);
  ASSERT_EQ(found.size(), 2U);
  for (const auto& one : found) {
    EXPECT_EQ(one.kind, How::undecided) << one.part;
    EXPECT_EQ(one.actual, exchange.detail);
  }
  exchange.detail.clear();
  for (const auto& one : measured(expected, exchange)) EXPECT_EQ(one.kind, How::broken);
}

TEST(measure, a_protocol_that_was_asked_for_must_be_spoken) {
  auto request = get();
  request.http = HttpVersion::http2;
  auto exchange = answer();
  auto found = measured(any_2xx(), exchange, request);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found.front().kind, How::broken);
  EXPECT_EQ(found.front().part, "protocol");
  EXPECT_EQ(found.front().actual, "HTTP/1.1");
  exchange.version = HttpVersion::http2;
  EXPECT_TRUE(measured(any_2xx(), exchange, request).empty());

  request.url = url("http://frieza.dev/");
  exchange.version = HttpVersion::http1;
  found = measured(any_2xx(), exchange, request);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found.front().kind, How::undecided);
  EXPECT_NE(found.front().mend.find("h2c"), std::string::npos);
}

TEST(measure, the_target_may_ask_for_the_protocol) {
  auto of = subject();
  of.target.http = HttpVersion::h2c;
  const auto request = get("http://frieza.dev/");
  auto exchange = answer();
  EXPECT_EQ(measure(any_2xx(), of, request, exchange).size(), 1U);
  exchange.version = HttpVersion::h2c;
  EXPECT_TRUE(measure(any_2xx(), of, request, exchange).empty());
}

TEST(measure, every_value_of_a_header_that_comes_twice_counts) {
  auto expected = any_2xx();
  expected.headers = {{"Access-Control-Allow-Origin", {TextMatch{false, "https://a.example"}, {}}}};
  auto exchange = answer();
  exchange.headers.add("Access-Control-Allow-Origin", "https://a.example");
  EXPECT_TRUE(measured(expected, exchange).empty());
  exchange.headers.add("Access-Control-Allow-Origin", "*");
  const auto found = measured(expected, exchange);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found.front().actual, "\"https://a.example\", \"*\"");
}

TEST(measure, cookies_and_lists_may_stand_on_several_lines) {
  for (const auto* name : {"set-cookie", "Vary"}) {
    auto expected = any_2xx();
    expected.headers = {{name, {TextMatch{false, "one"}, {}}}};
    auto exchange = answer();
    exchange.headers.add(name, "other");
    exchange.headers.add(name, "one");
    EXPECT_TRUE(measured(expected, exchange).empty()) << name;
  }
}

TEST(measure, a_body_that_was_not_kept_whole_is_not_judged) {
  auto expected = any_2xx();
  auto exchange = answer(200, std::string(100, 'a'));
  exchange.body_size = 101;
  for (const auto* pattern : {"END$", "^a+$"}) {
    expected.body = {TextMatch{true, pattern}, {}};
    const auto found = measured(expected, exchange);
    ASSERT_EQ(found.size(), 1U) << pattern;
    EXPECT_EQ(found.front().kind, How::undecided);
    EXPECT_NE(found.front().actual.find("first 100"), std::string::npos);
  }
  expected.body = {TextMatch{false, "b"}, {}};
  EXPECT_EQ(measured(expected, exchange).front().kind, How::broken);
  EXPECT_GT(kept_of_body(expected), Http{}.body_limit);
}

TEST(measure, a_location_may_write_out_the_scheme_s_own_port) {
  Expectation expected;
  expected.status = {{{300, 399}}};
  expected.location = {TextMatch{false, "/x/"}, {}};
  auto exchange = answer(301);
  exchange.headers.add("Location", "https://frieza.dev:443/x/");
  EXPECT_TRUE(measured(expected, exchange).empty());
  exchange.headers.fields.clear();
  exchange.headers.add("Location", "https://frieza.dev:80/x/");
  EXPECT_EQ(measured(expected, exchange).size(), 1U);
}

TEST(measure, a_kept_alive_connection_that_was_closed_is_no_outage) {
  auto exchange = answer();
  exchange.outcome = Outcome::idle_close;
  const auto found = measured(any_2xx(), exchange);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found.front().kind, How::undecided);
  exchange.outcome = Outcome::reset;
  EXPECT_EQ(measured(any_2xx(), exchange).front().kind, How::broken);
}

/// A 404 of nginx, which the ingress sends and a silent backend that is nginx may send as well.
TEST(measure, a_page_of_any_nginx_is_certain_only_where_applications_name_themselves) {
  const Request request = get();
  auto page = answer(404, nginx_page(404).body);
  auto named = answer();
  named.who.service = "app1";
  for (const auto by : {Origin::By::ingress, Origin::By::app}) {
    Expectation expected;
    expected.status = {{{404, 404}}};
    expected.from = {by, {}};
    Answers silent{{{&request, &page, measured(expected, page)}}};
    settle_by_names({&silent});
    ASSERT_EQ(silent.all.front().shortfalls.size(), 1U);
    EXPECT_EQ(silent.all.front().shortfalls.front().kind, How::undecided);
    EXPECT_NE(silent.all.front().shortfalls.front().mend.find("answered-by"), std::string::npos);

    Answers told{{{&request, &named, {}}}};
    settle_by_names({&silent, &told});
    const auto& left = silent.all.front().shortfalls;
    if (by == Origin::By::ingress)
      EXPECT_TRUE(left.empty());
    else
      EXPECT_EQ(left.front().kind, How::broken);
  }
}

TEST(measure, a_request_waits_for_as_long_as_the_answer_may_take) {
  Target target;
  target.timeout = std::chrono::seconds(1);
  auto expected = any_2xx();
  auto request = get();
  wait_long_enough(request, expected, target);
  EXPECT_FALSE(request.timeout);
  expected.within = {std::chrono::seconds(5), {}};
  wait_long_enough(request, expected, target);
  EXPECT_GT(request.timeout.value_or(Duration::zero()), Duration(std::chrono::seconds(5)));
  request.timeout = std::chrono::seconds(2);  // what a step states stays
  wait_long_enough(request, expected, target);
  EXPECT_EQ(*request.timeout, Duration(std::chrono::seconds(2)));
}

/// Where applications name themselves, a page without a name is the ingress's.
TEST(describe, a_page_of_any_nginx_may_be_an_application_s_where_none_names_itself) {
  const auto page = nginx_page(404);
  auto exchange = answer(page.status, page.body);
  auto silent = subject();
  EXPECT_EQ(describe(silent, exchange),
            "404 by the ingress (its page for a request that no rule matches)");
  silent.target.answered_by = {};
  EXPECT_EQ(describe(silent, exchange),
            "404 by the ingress (its page for a request that no rule matches; an application that "
            "is nginx sends the same)");
  silent.controller_guessed = true;
  EXPECT_NE(describe(silent, exchange).find(", as it seems; an application"), std::string::npos);
}

}  // namespace

}  // namespace ingress_check
