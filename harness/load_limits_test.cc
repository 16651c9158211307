#include "harness/load_limits.h"

#include <gtest/gtest.h>

#include "harness/load_reply.h"

namespace ingress_check {
namespace {

Load closed(std::uint32_t connections) {
  Load load;
  load.requests = {{.request = {.url = *parse_url("http://shop.example/")}}};
  load.arrivals = ClosedLoop{std::chrono::seconds(10), 0};
  load.connections.count = connections;
  load.threads = 2;
  return load;
}

constexpr SystemLimits ample{1 << 20, 10, 28232, 1ull << 34, 2};

std::string mistake(const Load& load, const SystemLimits& limits, std::size_t destinations = 1) {
  const auto fit = fits(load, limits, destinations);
  return fit ? "" : fit.error().what + "; " + fit.error().hint;
}

TEST(LoadLimits, WhatFitsFits) {
  EXPECT_EQ(mistake(closed(1000), ample), "");
  EXPECT_EQ(mistake(closed(50'000), {}), "") << "what is not known holds nobody";
}

TEST(LoadLimits, DescriptorsAreCountedToTheLastOne) {
  SystemLimits limits = ample;
  limits.descriptors = 1000 + 10 + 2 * 8;
  EXPECT_EQ(mistake(closed(1000), limits), "");
  EXPECT_EQ(mistake(closed(1001), limits),
            "1001 connections need 1027 file descriptors, but this process may have 1026; as root "
            "`ulimit -n 65536` in the shell that starts it (a container: docker run --ulimit "
            "nofile=65536), or fewer connections");
  EXPECT_FALSE(fits(closed(1001), limits).error().usage) << "the machine is the limit: exit 3";
}

TEST(LoadLimits, ThePortsOfOneSourceAreNotEnoughForOneDestination) {
  EXPECT_EQ(mistake(closed(28'232), ample), "");
  EXPECT_EQ(mistake(closed(28'233), ample),
            "28233 connections to one address need 28233 local ports for each source address, but "
            "there are 28232; `sysctl -w net.ipv4.ip_local_port_range=\"1024 65535\"` as root, or "
            "2 source addresses, or fewer connections");
  EXPECT_EQ(mistake(closed(28'233), ample, 2), "") << "a second destination has ports of its own";
  Load sources = closed(28'233);
  sources.clients.source_addresses = {"127.0.0.2", "127.0.0.3"};
  EXPECT_EQ(mistake(sources, ample), "");
  EXPECT_NE(mistake(closed(100'000), ample).find("and 2 source addresses"), std::string::npos)
      << "the whole range is not enough either: " << mistake(closed(100'000), ample);
  SystemLimits wide = ample;
  wide.ports = 64512;
  EXPECT_EQ(mistake(closed(70'000), wide).find("sysctl"), std::string::npos)
      << "there are no more ports to be had";
}

TEST(LoadLimits, ClientsAndOpenLoopsHaveMoreConnectionsThanTheyBeginWith) {
  Load load = closed(1);
  load.clients.count = 100;
  EXPECT_EQ(connections_of(load), 200u);
  load = closed(8);
  load.connections.most = 500;
  EXPECT_EQ(connections_of(load), 8u) << "a closed loop opens no more";
  load.arrivals = OpenLoop{{{100, 100, std::chrono::seconds(1)}}};
  EXPECT_EQ(connections_of(load), 500u);
}

TEST(LoadLimits, SamplesEndAtAMillion) {
  Load load = closed(8);
  EXPECT_EQ(sample_bytes(load), 0u) << "nobody asked for them";
  load.samples = true;
  load.arrivals = ClosedLoop{{}, 1000};
  EXPECT_EQ(sample_bytes(load), 1000 * sizeof(Sample));
  load.arrivals = ClosedLoop{std::chrono::hours(1), 0};
  EXPECT_EQ(sample_bytes(load), 1'000'000 * sizeof(Sample));
  SystemLimits small = ample;
  small.memory = 1'000'000 * sizeof(Sample);
  EXPECT_NE(mistake(load, small).find("without samples"), std::string::npos)
      << mistake(load, small);
  load.samples = false;
  EXPECT_EQ(mistake(load, small), "");
}

TEST(LoadLimits, TlsConnectionsTakeMore) {
  Load load = closed(1000);
  const auto plain = bytes_of(load, 2);
  load.requests[0].request.url.https = true;
  EXPECT_GE(bytes_of(load, 2), plain + 1000 * 45'000);
}

}  // namespace
}  // namespace ingress_check
