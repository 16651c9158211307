// How the simulated ingress answers a Load: in simulated time, thousands of requests in
// milliseconds, deterministic from the seed.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "checks/fake_balancer.h"
#include "checks/fake_limit.h"
#include "harness/evidence.h"

namespace ingress_check {

/// How one pod answers.
struct FakePodLoad {
  Duration latency = std::chrono::milliseconds(2);  ///< the median
  double sigma = 0;           ///< of the logarithm: latencies are log-normal; 0: all the same
  std::uint32_t at_once = 0;  ///< requests that it works on at a time, the others wait; 0: any
  Duration stall_every{};     ///< it holds all answers once in so long; 0: never
  Duration stall_lasts{};
};

/// A stretch of a load in which the ingress answers otherwise.
struct FakeEpisode {
  Duration from{}, to{};               ///< from the begin of the phase; by when a request is sent
  int status = 200;                    ///< 0: the connection is reset
  Duration holds{};                    ///< answers wait for so long more
  std::string service = {}, pod = {};  ///< who answers; empty: the ingress itself
};

struct FakeLoad {
  FakePodLoad any;                          ///< of pods that are not below, and of pages
  std::map<std::string, FakePodLoad> pods;  ///< by the pod's name
  double wander = 0;                        ///< latencies of all pods rise and fall together: the
                                            ///< standard deviation of that, in logarithms
  Duration wander_time = std::chrono::milliseconds(100);  ///< in which they forget where they were
  double errors = 0;                                      ///< share of requests that fail
  int error_status = 502;                                 ///< 0: the connection is reset
  std::vector<FakeEpisode> episodes = {};
  Duration late{};            ///< the generator takes requests up so late
  bool busy_machine = false;  ///< the target shares it with the generator
};

/// The answers to a request that one replica gives in turn, without their times; at least one.
using FakeAnswers = std::function<std::vector<Exchange>(const Request&, int replica)>;

/// Who chooses among the pods of that service; null: they answer in turn.
using FakeChoosers = std::function<FakeBalancer*(const std::string& service)>;

/// The limit that refuses a request which a client sends so long after the begin; null: it passes.
using FakeRefuses = std::function<const FakeLimit*(const Request&, const FakeClient&, Duration at)>;

/// What a load asks of the ingress that it goes to.
struct FakeParts {
  FakeAnswers answers;
  FakeChoosers choosers;
  FakeRefuses refuses;
};

/// The address of clients that state none.
inline constexpr const char* fake_client_address = "192.0.2.100";

struct FakeReply {
  LoadReply load;
  Duration took{};  ///< until the last answer was there
};

/// The reply to all of it, which begins at that time of the ingress. Connections belong to the
/// replicas in turn; with a balancer, to those of its workers that chance gives them.
FakeReply fake_load(const FakeLoad& how, const Target& target, const Load& load,
                    const FakeParts& parts, int replicas, Duration begin, std::uint64_t seed);

}  // namespace ingress_check
