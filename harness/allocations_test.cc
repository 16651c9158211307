#include "harness/allocations_test.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>
#include <string>

namespace {
thread_local std::size_t count = 0;
std::atomic<std::size_t> in_all{0};
}  // namespace

void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  ++count;
  in_all.fetch_add(1, std::memory_order_relaxed);
  return std::malloc(size > 0 ? size : 1);
}
void* operator new(std::size_t size) {
  if (void* memory = operator new(size, std::nothrow)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace ingress_check::testing {

std::size_t allocations() { return count; }
std::size_t allocations_in_all() { return in_all; }

TEST(Allocations, AreCounted) {
  const std::size_t before = allocations();
  const std::string text(100, 'x');
  EXPECT_EQ(allocations(), before + 1);
  EXPECT_EQ(text.size(), 100U);
}

}  // namespace ingress_check::testing
