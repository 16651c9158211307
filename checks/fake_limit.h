// A limit on the rate of requests, as ingresses have them: the right kind and the kinds that look
// like it. In simulated time; the same requests at the same times get the same answers.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "harness/request.h"

namespace ingress_check {

/// One configured limit.
struct FakeLimit {
  enum class Kind {
    bucket,           ///< leaks at the rate, holds `burst` and one more (nginx limit_req, nodelay)
    fixed_window,     ///< so many in each window of the clock, then nothing until the next begins
    sliding_window,   ///< so many of those accepted within the last window
    starving_window,  ///< so many within the last window, refused ones included: whoever goes on
                      ///< asking too fast gets nothing at all
  } kind = Kind::bucket;
  double rate = 0;   ///< requests a second; above 0
  double burst = 0;  ///< of a bucket; of a window how many more it takes than the rate says
  Duration window = std::chrono::seconds(1);
  int status = 503;
  std::vector<std::string> hosts = {};  ///< those that it covers, together; none: all
  std::string path = {};                ///< prefix of the paths that it covers; empty: all
  bool one_for_all = false;             ///< clients are not told apart
  std::string header = {};          ///< clients are told apart by this header, where they send it
  bool shared_by_replicas = false;  ///< one count for all replicas instead of one in each
};

/// Who asks, as far as limits tell clients apart.
struct FakeClient {
  std::string address;
  int replica = 0;
};

/// Limits at work: each with its counts by client and replica.
class FakeLimiter {
 public:
  explicit FakeLimiter(std::vector<FakeLimit> limits) : limits_(std::move(limits)) {}

  /// The first limit that refuses it, null if it passes; `at` since the start. A limit that it
  /// passed before another refused it has counted it, as in nginx.
  const FakeLimit* refuses(const Request& request, const FakeClient& client, Duration at);
  bool empty() const { return limits_.empty(); }

 private:
  struct Count {
    bool used = false;
    std::int64_t excess = 0, last_ms = 0;  ///< of a bucket: thousandths of a request
    std::int64_t window = -1, taken = 0;   ///< of a fixed window
    std::deque<Duration> times;            ///< of the others
  };
  static bool covers(const FakeLimit& limit, const Request& request);
  static bool take(const FakeLimit& limit, Count& count, Duration at);

  std::vector<FakeLimit> limits_;
  std::map<std::tuple<std::size_t, int, std::string>, Count> counts_;
};

}  // namespace ingress_check
