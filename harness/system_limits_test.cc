#include "harness/system_limits.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <filesystem>
#include <fstream>

namespace ingress_check {
namespace {

namespace fs = std::filesystem;

class FakeRoot : public ::testing::Test {
 protected:
  FakeRoot() {
    char pattern[] = "/tmp/system-limits-XXXXXX";
    root_ = ::mkdtemp(pattern);
  }
  ~FakeRoot() override { fs::remove_all(root_); }
  void write(const std::string& path, const std::string& text) {
    fs::create_directories(fs::path(root_ + path).parent_path());
    std::ofstream(root_ + path) << text;
  }
  std::string root_;
};

TEST_F(FakeRoot, PortsAndMemoryAreRead) {
  write("/proc/sys/net/ipv4/ip_local_port_range", "32768\t60999\n");
  write("/proc/meminfo", "MemTotal: 4000 kB\nMemFree:  10 kB\nMemAvailable:   2048 kB\n");
  const SystemLimits limits = system_limits(root_);
  EXPECT_EQ(limits.ports, 28232u);
  EXPECT_EQ(limits.memory, 2048u * 1024);
}

TEST_F(FakeRoot, TheTightestCgroupOnTheWayUpCounts) {
  write("/proc/meminfo", "MemAvailable: 1000000 kB\n");
  write("/proc/self/cgroup", "0::/pods/one\n");
  write("/sys/fs/cgroup/pods/one/memory.max", "max\n");
  write("/sys/fs/cgroup/pods/one/memory.current", "1\n");
  EXPECT_EQ(system_limits(root_).memory, 1000000u * 1024) << "\"max\" is no limit";
  write("/sys/fs/cgroup/pods/memory.max", "5000\n");
  write("/sys/fs/cgroup/pods/memory.current", "2000\n");
  EXPECT_EQ(system_limits(root_).memory, 3000u);
  write("/sys/fs/cgroup/pods/memory.current", "6000\n");
  EXPECT_EQ(system_limits(root_).memory, 1u) << "full, which is not the same as not known";
}

TEST_F(FakeRoot, WhatIsNotThereIsNotKnown) {
  const SystemLimits limits = system_limits(root_);
  EXPECT_EQ(limits.ports, 0u);
  EXPECT_EQ(limits.memory, 0u);
}

TEST(SystemLimits, TheSoftLimitOfDescriptorsIsRaisedToTheHardOne) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  if (before.rlim_max < 65) GTEST_SKIP() << "no room below the hard limit";
  rlimit low = before;
  low.rlim_cur = 64;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &low), 0);
  EXPECT_EQ(system_limits().descriptors, 64u);
  raise_descriptor_limit();
  rlimit after{};
  ::getrlimit(RLIMIT_NOFILE, &after);
  EXPECT_EQ(after.rlim_cur, before.rlim_max);
  ::setrlimit(RLIMIT_NOFILE, &before);
  EXPECT_GT(system_limits().open, 2u);
}

}  // namespace
}  // namespace ingress_check
