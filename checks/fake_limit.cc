#include "checks/fake_limit.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace ingress_check {

namespace {

std::string host_of(const Request& request) {
  const auto header = request.headers.find("Host");
  if (!header) return request.url.host;
  return std::string(header->substr(0, header->find(':')));
}

/// nginx, src/http/modules/ngx_http_limit_req_module.c, ngx_http_limit_req_lookup: whole
/// milliseconds, thousandths of a request; what is refused changes nothing, and a client that is
/// new enters with nothing.
bool into_bucket(const FakeLimit& limit, bool used, std::int64_t& excess, std::int64_t& last_ms,
                 Duration at) {
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(at).count();
  const auto rate = std::llround(limit.rate * 1000);
  std::int64_t level = 0;
  if (used)
    level = std::max<std::int64_t>(
        0, excess - rate * std::max<std::int64_t>(0, ms - last_ms) / 1000 + 1000);
  if (level > std::llround(limit.burst * 1000)) return false;
  excess = level;
  last_ms = std::max(used ? last_ms : ms, ms);
  return true;
}

}  // namespace

bool FakeLimiter::covers(const FakeLimit& limit, const Request& request) {
  return request.url.path.starts_with(limit.path) &&
         (limit.hosts.empty() ||
          std::ranges::find(limit.hosts, host_of(request)) != limit.hosts.end());
}

bool FakeLimiter::take(const FakeLimit& limit, Count& count, Duration at) {
  if (limit.kind == FakeLimit::Kind::bucket) {
    const bool taken = into_bucket(limit, count.used, count.excess, count.last_ms, at);
    count.used = count.used || taken;
    return taken;
  }
  const auto seconds = std::chrono::duration<double>(limit.window).count();
  const auto most = std::llround(limit.rate * seconds + limit.burst);
  if (limit.kind == FakeLimit::Kind::fixed_window) {
    if (const auto window = at / limit.window; window != count.window) {
      count.window = window;
      count.taken = 0;
    }
    return ++count.taken <= most;
  }
  auto& times = count.times;
  while (!times.empty() && times.front() <= at - limit.window) times.pop_front();
  const bool taken = static_cast<std::int64_t>(times.size()) < most;
  if (taken || limit.kind == FakeLimit::Kind::starving_window) times.push_back(at);
  return taken;
}

const FakeLimit* FakeLimiter::refuses(const Request& request, const FakeClient& client,
                                      Duration at) {
  for (std::size_t i = 0; i < limits_.size(); ++i) {
    const FakeLimit& limit = limits_[i];
    if (!covers(limit, request)) continue;
    std::string key = limit.one_for_all ? "" : client.address;
    if (!limit.header.empty())
      if (const auto said = request.headers.find(limit.header)) key = *said;
    const int replica = limit.shared_by_replicas ? 0 : client.replica;
    if (!take(limit, counts_[{i, replica, std::move(key)}], at)) return &limit;
  }
  return nullptr;
}

}  // namespace ingress_check
