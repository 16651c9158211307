// How the simulated ingress chooses pods: policies as real balancers have them, each balancer
// counting for itself. Simulated time; deterministic from the seed.
#pragma once

#include <cstdint>
#include <optional>
#include <queue>
#include <random>
#include <string>
#include <vector>

#include "scenarios/units.h"

namespace ingress_check {

enum class FakePolicy {
  round_robin,        ///< strict turns from a random beginning (ingress-nginx, Envoy, HAProxy)
  weighted,           ///< by chance, with weights (a canary)
  random,             ///< by chance
  least_connections,  ///< fewest requests under way; among equals in turn (nginx, HAProxy)
  ewma,               ///< the better of two, by a decaying mean of latencies (ingress-nginx)
  by_client,          ///< a hash of the client
  by_uri,             ///< a hash of what is asked for
  by_connection,      ///< a connection keeps its pod: a balancer that does not look into it
};

/// A cookie that pins clients.
struct FakeCookie {
  std::string name = "INGRESSCOOKIE";
  enum class Mode {
    balanced,    ///< a hash of the value: any value will do (ingress-nginx)
    persistent,  ///< the value names the pod; a value that names none is replaced
  } mode = Mode::balanced;
  bool always = false;  ///< set on every response (ALB), not only when a pod was chosen
  std::string attributes = "; Path=/; HttpOnly";
  bool per_replica = false;     ///< defect: each replica reads the value its own way
  bool per_connection = false;  ///< defect: a new connection is a new client
  bool one_pod = false;         ///< defect: every client gets the first pod
};

struct FakeBalance {
  FakePolicy policy = FakePolicy::round_robin;
  int workers = 1;                   ///< of each replica; each balances for itself
  std::vector<double> weights = {};  ///< of `weighted`, in the order of the pods
  /// Other people's requests a second, at the whole ingress: they take turns, too.
  double others = 0;
  Duration decay = std::chrono::seconds(10);  ///< of ewma
  bool forgives = true;  ///< false, a defect: the score of a pod that is not asked stays
  std::optional<FakeCookie> cookie = {};  ///< `policy` is for clients that have none
  /// A pod that is not there for a while. Balancers begin anew when one comes or goes.
  struct Absence {
    std::size_t pod = 0;
    Duration from{}, to{};
  };
  std::vector<Absence> absences = {};
};

/// A request as a balancer sees it.
struct FakeArrival {
  Duration at{};                 ///< not before that of the request before
  std::uint64_t connection = 0;  ///< it stays with one worker of one replica
  std::uint64_t client = 0;
  std::uint64_t uri = 0;
  std::optional<std::uint64_t> cookie = {};  ///< the value that the client sends
};

struct FakePick {
  std::size_t pod = 0;
  std::optional<std::uint64_t> cookie = {};  ///< to be set
};

/// All balancers of the pods of one service.
class FakeBalancer {
 public:
  FakeBalancer(FakeBalance how, std::size_t pods, int replicas, std::uint64_t seed);

  FakePick pick(const FakeArrival& arrival);
  /// The last pick will be answered after so long: its balancer hears of it then.
  void will_take(Duration latency);
  const FakeBalance& how() const { return how_; }

 private:
  /// What the workers of a replica share (ewma), or each has for itself.
  struct Scores {
    std::vector<double> mean, touched;  ///< seconds
  };
  struct Worker {
    std::size_t turn = 0;
    Duration last{};  ///< when it last chose
    std::vector<std::uint32_t> under_way;
  };
  struct Answer {
    Duration at{};
    std::size_t worker = 0, pod = 0;
    double took = 0;
    bool operator>(const Answer& other) const { return at > other.at; }
  };
  void hear(Duration until);
  void come_and_go(Duration at);
  std::size_t choose(Worker& worker, Scores& scores, const FakeArrival& arrival);
  std::size_t in_turn(Worker& worker, Duration at);
  std::size_t least_busy(Worker& worker);
  std::size_t better_of_two(const Scores& scores, double at);
  std::size_t by_weight();
  FakePick by_cookie(const FakeArrival& arrival, std::size_t replica, std::size_t chosen);

  FakeBalance how_;
  std::size_t pods_;
  std::uint64_t seed_;
  std::mt19937_64 random_;
  std::vector<std::size_t> there_;  ///< pods that are
  std::vector<Worker> workers_;     ///< of all replicas
  std::vector<Scores> replicas_;
  std::priority_queue<Answer, std::vector<Answer>, std::greater<>> answers_;
  std::size_t last_worker_ = 0, last_pod_ = 0;
  Duration last_at_{};
};

}  // namespace ingress_check
