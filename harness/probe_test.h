// For tests: short ways to send through the probe.
#pragma once

#include <gtest/gtest.h>

#include <mutex>
#include <string>
#include <vector>

#include "harness/probe.h"
#include "harness/raw_server_test.h"

namespace ingress_check::testing {

inline Target target_at(std::uint16_t port, bool https = false) {
  Target target;
  target.url.https = https;
  target.url.host = "shop.example";
  target.address = {{0, "127.0.0.1", port}};
  target.timeout = std::chrono::seconds(5);
  return target;
}

inline Request get(const Target& target, std::string path = "/") {
  Request request;
  request.url = with_path(target.url, std::move(path));
  return request;
}

inline Evidence send(Sender& sender, const Target& target, std::vector<Request> requests,
                     int concurrency = 1) {
  Http http;
  http.requests = std::move(requests);
  http.concurrency = concurrency;
  Watch watch;
  auto evidence = sender.send(target, Traffic{"test", http}, watch);
  EXPECT_TRUE(evidence.has_value()) << (evidence ? "" : evidence.error().what);
  return evidence ? *evidence : Evidence{};
}

inline Exchange one(const Target& target, Request request) {
  const auto probe = make_probe({});
  Evidence evidence = send(*probe, target, {std::move(request)});
  EXPECT_EQ(evidence.exchanges.size(), 1u);
  return evidence.exchanges.empty() ? Exchange{} : evidence.exchanges[0];
}

/// The bytes of the request line and fields, as the server got them.
inline std::string bytes_of(Request request, Target target = target_at(0),
                            ProbeOptions options = {}) {
  std::mutex mutex;
  std::string seen;
  RawServer server([&](RawConnection& connection) {
    const std::string head = connection.read_request();
    const std::lock_guard lock(mutex);
    seen = head;
    connection.write(kOk);
  });
  target.address = {{0, "127.0.0.1", server.port()}};
  const auto probe = make_probe(std::move(options));
  send(*probe, target, {std::move(request)});
  const std::lock_guard lock(mutex);
  return seen;
}

}  // namespace ingress_check::testing
