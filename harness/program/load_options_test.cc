#include "harness/program/load_options.h"

#include <gtest/gtest.h>

#include "harness/program/ad_hoc.h"

namespace ingress_check {
namespace {

Result<Load> read(std::vector<std::string> words, const std::string& url = "http://shop.example/") {
  words.push_back(url);
  auto options = load_options();
  for (auto& option : ad_hoc_options()) options.push_back(option);
  const auto arguments = parse(words, options);
  if (!arguments) return tl::unexpected(arguments.error());
  const auto flags = connection(*arguments);
  if (!flags) return tl::unexpected(flags.error());
  const auto target = ad_hoc_target("load", *arguments, *flags);
  if (!target) return tl::unexpected(target.error());
  return load_of(*arguments, *target, 7);
}

Load good(const std::vector<std::string>& words, const std::string& url = "http://shop.example/") {
  auto load = read(words, url);
  EXPECT_TRUE(load.has_value()) << load.error().what;
  return load ? *std::move(load) : Load{};
}

std::string mistake(const std::vector<std::string>& words,
                    const std::string& url = "http://shop.example/") {
  const auto load = read(words, url);
  return load ? "" : load.error().what + "; " + load.error().hint;
}

const OpenLoop& open(const Load& load) { return std::get<OpenLoop>(load.arrivals); }
const ClosedLoop& closed(const Load& load) { return std::get<ClosedLoop>(load.arrivals); }

TEST(LoadOptions, NothingSaidIsAClosedLoop) {
  const Load load = good({});
  EXPECT_EQ(closed(load).lasts, std::chrono::seconds(10));
  EXPECT_EQ(closed(load).requests, 0u);
  EXPECT_EQ(load.connections.count, 64u);
  EXPECT_EQ(load.seed, 7u);
  ASSERT_EQ(load.requests.size(), 1u);
  EXPECT_EQ(load.requests[0].request.method, "GET");
}

TEST(LoadOptions, RequestsOfAClosedLoopNeedNoTime) {
  Load load = good({"-n", "10"});
  EXPECT_EQ(closed(load).requests, 10u);
  EXPECT_EQ(closed(load).lasts, Duration::zero());
  EXPECT_EQ(load.connections.count, 10u) << "no more connections than requests";
  load = good({"-n", "10", "--for", "3s", "-c", "2"});
  EXPECT_EQ(closed(load).lasts, std::chrono::seconds(3));
  EXPECT_EQ(load.connections.count, 2u);
}

TEST(LoadOptions, ARateIsAnOpenLoop) {
  const Load load = good({"--rate", "500/s", "--for", "30s", "--arrivals", "poisson"});
  ASSERT_EQ(open(load).stages.size(), 1u);
  EXPECT_EQ(open(load).stages[0], (Stage{500, 500, std::chrono::seconds(30)}));
  EXPECT_EQ(open(load).spacing, Spacing::poisson);
  EXPECT_EQ(load.connections.count, 64u);
  EXPECT_EQ(load.connections.most, 500u);
}

TEST(LoadOptions, AGentleRateOpensFewConnections) {
  EXPECT_EQ(good({"--rate", "30/m"}).connections.count, 1u);
  EXPECT_EQ(good({"--rate", "5/s"}).connections.count, 5u);
  EXPECT_EQ(good({"--rate", "90000/s"}).connections.most, 1024u);
  const Load load = good({"--rate", "90000/s", "-c", "10"});
  EXPECT_EQ(load.connections.count, 10u);
  EXPECT_EQ(load.connections.most, 10u) << "what the user says is all there is";
}

TEST(LoadOptions, ARateAndRequestsGiveTheTimeToTheLastRequest) {
  for (const char* rate : {"3/s", "7/s", "1000/s", "999999/s", "0..17/s"})
    for (const std::uint64_t count : {1u, 10u, 12'347u}) {
      const Load load = good({"--rate", rate, "-n", std::to_string(count)});
      EXPECT_EQ(load.count(), count) << rate;
    }
}

TEST(LoadOptions, Ramps) {
  EXPECT_EQ(*parse_ramp("100..2000/s"), (Stage{100, 2000, {}}));
  EXPECT_EQ(*parse_ramp("60/m..2/s"), (Stage{1, 2, {}}));
  EXPECT_EQ(*parse_ramp("0..30/s"), (Stage{0, 30, {}}));
  EXPECT_EQ(*parse_ramp("30..0/s"), (Stage{30, 0, {}}));
  EXPECT_EQ(*parse_ramp("0.5..1.5/s"), (Stage{0.5, 1.5, {}}));
  for (const char* bad : {"..", "100..", "..5/s", "0..0/s", "1..2", "100../s", "1...2/s", "a..b/s"})
    EXPECT_FALSE(parse_ramp(bad).has_value()) << bad;
}

TEST(LoadOptions, TheWarmUpComesBeforeTheTimeThatIsMeasured) {
  Load load = good({"--rate", "100..200/s", "--for", "10s", "--warm-up", "2s"});
  ASSERT_EQ(open(load).stages.size(), 2u);
  EXPECT_EQ(open(load).stages[0], (Stage{100, 100, std::chrono::seconds(2)}));
  EXPECT_EQ(open(load).stages[1], (Stage{100, 200, std::chrono::seconds(10)}));
  EXPECT_EQ(load.warm_up, std::chrono::seconds(2));
  EXPECT_EQ(closed(good({"--warm-up", "2s"})).lasts, std::chrono::seconds(12));
  EXPECT_NE(mistake({"--rate", "0..9/s", "--warm-up", "1s"}), "");
  EXPECT_NE(mistake({"-n", "9", "--warm-up", "1s"}), "");
}

TEST(LoadOptions, BadValuesSayWhatToWrite) {
  EXPECT_EQ(mistake({"--rate", "100"}),
            "--rate 100: \"100\" has no unit; write 100/s, 100/m or 100/h");
  EXPECT_EQ(mistake({"--rate", "99999999/s"}).substr(0, 7), "--rate:");
  EXPECT_EQ(mistake({"-c", "0"}),
            "--connections 0 is no whole number above 0; write --connections 64");
  EXPECT_EQ(mistake({"-c", "10k"}),
            "--connections 10k is no whole number above 0; write --connections 64");
  EXPECT_EQ(mistake({"-t", "65"}), "--threads 65 is too much; write at most --threads 64");
  EXPECT_EQ(mistake({"-t", "8", "-c", "4"}),
            "8 threads cannot share 4 connections; write at most --threads 4");
  EXPECT_EQ(mistake({"--arrivals", "poisson"}),
            "--arrivals says how the requests of a --rate are spaced; add --rate 100/s");
  EXPECT_EQ(mistake({"--rate", "9/s", "--arrivals", "random"}),
            "--arrivals random is not known; write constant or poisson");
  EXPECT_EQ(mistake({"--rate", "9/s", "--for", "1s", "-n", "9"}),
            "--rate, --for and --requests say too much: two of them give the third; leave one of "
            "them out");
  EXPECT_EQ(mistake({"--rate", "1/h", "-n", "1000000"}),
            "1000000 requests at --rate 1/h take longer than a year; a higher rate, or fewer "
            "requests");
  EXPECT_EQ(mistake({"--body", "hello"}).substr(0, 27), "--body: \"hello\" is not a si");
  EXPECT_NE(mistake({"-X", "GET\r\nHost: evil"}), "");
}

TEST(LoadOptions, StreamsNeedHttp2) {
  EXPECT_EQ(mistake({"--streams", "10"}),
            "--streams needs HTTP/2, and this is HTTP/1.1; write --http h2c, or an https URL");
  EXPECT_EQ(mistake({"--streams", "10", "--http", "1.1"}, "https://shop.example/"),
            "--streams needs HTTP/2, and this is HTTP/1.1; leave --http 1.1 out");
  EXPECT_EQ(mistake({"--http", "2"}),
            "--http 2 over plain http would be HTTP/1.1; write --http h2c for HTTP/2 without TLS, "
            "or an https URL");
  EXPECT_EQ(good({"--streams", "10", "--http", "h2c"}).connections.streams, 10u);
  EXPECT_EQ(mistake({"--resume"}), "--resume is about TLS sessions; write an https URL");
  EXPECT_TRUE(good({"--resume"}, "https://shop.example/").connections.resume);
  EXPECT_EQ(good({"--streams", "10"}, "https://shop.example/").connections.streams, 10u);
}

TEST(LoadOptions, WhatExcludesEachOtherIsRefused) {
  EXPECT_NE(mistake({"--fresh", "--streams", "2", "--http", "h2c"}), "");
  EXPECT_NE(mistake({"--clients", "2", "-c", "2"}), "");
  EXPECT_NE(mistake({"--clients", "2", "--streams", "2", "--http", "h2c"}), "");
  EXPECT_NE(mistake({"-d", "x", "--body", "1KiB"}), "");
  EXPECT_EQ(good({"--fresh"}).connections.requests, 1u);
  EXPECT_EQ(good({"--clients", "3"}).clients.count, 3u);
}

TEST(LoadOptions, BodiesArePostedUnlessSaidOtherwise) {
  Request request = good({"-d", "a=1"}).requests[0].request;
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.body, "a=1");
  request = good({"--body", "4KiB", "-X", "PUT"}).requests[0].request;
  EXPECT_EQ(request.method, "PUT");
  EXPECT_EQ(request.body.size(), 4096u);
  EXPECT_NE(mistake({"-d", "@/nonexistent"}), "");
}

TEST(LoadOptions, HabitsOfOtherToolsAreAnswered) {
  EXPECT_EQ(mistake({"-d", "10s"}),
            "-d 10s would send the text \"10s\" as a body, as with curl; write --for 10s for the "
            "time, or add -X POST if it is a body");
  EXPECT_EQ(good({"-d", "10s", "-X", "POST"}).requests[0].request.body, "10s");
  EXPECT_EQ(foreign_word({"--duration", "10s"})->hint, "write --for 10s");
  EXPECT_EQ(foreign_word({"--vus=10"})->hint, "write --connections 64");
  EXPECT_FALSE(foreign_word({"--rate", "100/s", "--requests", "10"}).has_value());
  for (const auto& option : load_options())
    EXPECT_FALSE(foreign_word({"--" + option.name.substr(0, option.name.find(','))}).has_value())
        << option.name << " is a word of our own";
}

}  // namespace
}  // namespace ingress_check
