#include "harness/system_limits.h"

#include <sys/resource.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <thread>

namespace ingress_check {
namespace {

std::string text_of(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

/// The number at the beginning of a file; none if there is no file, or no number ("max").
std::optional<std::uint64_t> number_of(const std::string& path) {
  std::uint64_t number = 0;
  return std::ifstream(path) >> number ? std::optional(number) : std::nullopt;
}

/// "32768	60999": both ends count (ip-sysctl, ip_local_port_range).
std::uint32_t ports_of(const std::string& path) {
  std::uint32_t first = 0, last = 0;
  std::ifstream(path) >> first >> last;
  return last >= first && last > 0 ? last - first + 1 : 0;
}

/// MemAvailable of /proc/meminfo, in bytes.
std::uint64_t available(const std::string& meminfo) {
  std::istringstream lines(meminfo);
  for (std::string name; lines >> name; lines.ignore(1000, '\n')) {
    std::uint64_t kib = 0;
    if (name == "MemAvailable:" && lines >> kib) return kib * 1024;
  }
  return 0;
}

/// What the limit of a cgroup (version 2) still leaves, at least 1; none if it has no limit.
std::optional<std::uint64_t> left_in(const std::string& folder) {
  const auto most = number_of(folder + "/memory.max");
  const auto used = number_of(folder + "/memory.current");
  if (!most || !used) return std::nullopt;
  return std::max<std::uint64_t>(1, *most - std::min(*most, *used));
}

std::uint64_t memory(const std::string& root) {
  std::uint64_t bytes = available(text_of(root + "/proc/meminfo"));
  // "0::/user.slice/session.scope"; in a container "0::/".
  std::string own = text_of(root + "/proc/self/cgroup");
  own = own.starts_with("0::/") ? own.substr(3, own.find('\n') - 3) : "/";
  while (true) {
    if (const auto left = left_in(root + "/sys/fs/cgroup" + own))
      bytes = bytes == 0 ? *left : std::min(bytes, *left);
    if (own.find_last_of('/') == std::string::npos || own == "/") return bytes;
    own.erase(std::max<std::size_t>(own.find_last_of('/'), 1));
  }
}

std::uint64_t open_descriptors() {
  std::error_code ignored;
  const std::filesystem::directory_iterator all("/proc/self/fd", ignored);
  return static_cast<std::uint64_t>(std::distance(begin(all), end(all)));
}

}  // namespace

SystemLimits system_limits(const std::string& root) {
  SystemLimits limits;
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur != RLIM_INFINITY)
    limits.descriptors = files.rlim_cur;
  limits.open = open_descriptors();
  limits.ports = ports_of(root + "/proc/sys/net/ipv4/ip_local_port_range");
  limits.memory = memory(root);
  limits.cores = std::max(1u, std::thread::hardware_concurrency());
  return limits;
}

void raise_descriptor_limit() {
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur == files.rlim_max) return;
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
}

}  // namespace ingress_check
