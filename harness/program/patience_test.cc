#include "harness/program/patience.h"

#include <gtest/gtest.h>

namespace ingress_check {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Notes when phases reach it; nothing leaves this process.
class Clock : public Sender {
 public:
  Result<Evidence> send(const Target&, const Traffic& traffic, Watch&) override {
    sent.push_back(std::chrono::steady_clock::now());
    Evidence evidence;
    evidence.traffic = traffic;
    return evidence;
  }
  std::vector<Instant> sent;
};

Target at(const std::string& address) {
  Target target;
  target.url = *parse_url("http://shop.example");
  target.address = *parse_address(address);
  return target;
}

Traffic phase(const std::string& url = "http://shop.example") {
  Http http;
  http.requests = {{.url = *parse_url(url)}};
  return {.name = "phase", .send = http};
}

TEST(Patience, APhaseBeginsWhenItsTargetHasBeenQuietForSoLong) {
  Clock clock;
  Footprints prints;
  Patience patience(clock, prints);
  Watch watch;
  int told = 0;
  watch.waits = [&](Duration, const std::string&) { ++told; };
  (void)patience.send(at("127.0.0.1:80"), phase(), watch);
  EXPECT_EQ(told, 0) << "the first need not wait";
  auto second = phase();
  second.quiet = milliseconds(120);
  const auto evidence = patience.send(at("127.0.0.1:80"), second, watch);
  ASSERT_EQ(clock.sent.size(), 2u);
  EXPECT_GE(clock.sent[1] - clock.sent[0], milliseconds(120));
  EXPECT_LE(evidence->waited, milliseconds(120));
  EXPECT_GT(evidence->waited, milliseconds(0));
  EXPECT_GT(told, 1);
}

TEST(Patience, ItKeepsOnFromOneSenderToTheNext) {
  Clock clock;
  Footprints prints;
  Watch watch;
  (void)Patience(clock, prints).send(at("127.0.0.1:80"), phase(), watch);
  auto second = phase();
  second.quiet = milliseconds(60);
  (void)Patience(clock, prints).send(at("127.0.0.1:8080"), second, watch);
  EXPECT_GE(clock.sent[1] - clock.sent[0], milliseconds(60)) << "one place, whatever the port";
}

TEST(Patience, WhatCannotBeginInTimeIsNotWaitedFor) {
  Clock clock;
  Footprints prints;
  Patience patience(clock, prints);
  Watch watch;
  (void)patience.send(at("127.0.0.1:80"), phase(), watch);
  auto second = phase();
  second.quiet = seconds(3600);
  watch.deadline = std::chrono::steady_clock::now() + seconds(60);
  EXPECT_EQ(patience.send(at("127.0.0.1:80"), second, watch)->end, End::out_of_time);
  EXPECT_EQ(clock.sent.size(), 1u);
}

TEST(Patience, AStopEndsTheWait) {
  Clock clock;
  Footprints prints;
  Patience patience(clock, prints);
  std::atomic<bool> stop = false;
  Watch watch;
  watch.stop = &stop;
  (void)patience.send(at("127.0.0.1:80"), phase(), watch);
  auto second = phase();
  second.quiet = seconds(3600);
  watch.waits = [&](Duration, const std::string&) { stop = true; };
  EXPECT_EQ(patience.send(at("127.0.0.1:80"), second, watch)->end, End::interrupted);
  EXPECT_EQ(clock.sent.size(), 1u);
}

TEST(Patience, PlacesAreAddressesWhateverTheHost) {
  Watch watch;
  EXPECT_EQ(places(at("127.0.0.1:80"), phase("http://other.example/x"), watch),
            (std::vector<std::string>{"127.0.0.1"}));
  EXPECT_EQ(places(at("[::1]:80"), phase(), watch), (std::vector<std::string>{"[::1]"}));
  Target named;
  named.url = *parse_url("http://no-such-name.invalid");
  EXPECT_EQ(places(named, phase("http://no-such-name.invalid/"), watch),
            (std::vector<std::string>{"no-such-name.invalid"}));
  Traffic bytes{.name = "bytes", .send = Bytes{{{.name = "x", .host = "127.0.0.9", .write = ""}}}};
  EXPECT_EQ(places({}, bytes, watch), (std::vector<std::string>{"127.0.0.9"}));
}

}  // namespace
}  // namespace ingress_check
