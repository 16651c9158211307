// The loop over epoll: level-triggered, each descriptor registered once, instants by the timeout of
// epoll_pwait2 (nanoseconds) with the thread's timer slack at 1 ns.
#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "harness/event_loop.h"

namespace ingress_check {

struct EventLoop::Kernel {
  Socket epoll, stop;
  std::array<epoll_event, kBatch> events{};
  bool precise = true;     ///< epoll_pwait2 exists
  bool in_thread = false;  ///< the thread that turns has its timer slack set

  bool control(int operation, int fd, Watched* watched, bool writing) {
    epoll_event event{};
    event.events = EPOLLIN | (writing ? EPOLLOUT : 0U);
    event.data.ptr = watched;
    return epoll_ctl(epoll.fd(), operation, fd, &event) == 0;
  }
  int wait(Duration patience) {
    const bool forever = patience == Duration::max();
    const auto size = static_cast<int>(events.size());
    if (precise) {
      const auto whole = std::chrono::duration_cast<std::chrono::seconds>(patience);
      const timespec limit{whole.count(), (patience - whole).count()};
      const int count =
          epoll_pwait2(epoll.fd(), events.data(), size, forever ? nullptr : &limit, nullptr);
      if (count >= 0 || (errno != ENOSYS && errno != EPERM)) return count;
      precise = false;
    }
    const auto ms = std::chrono::ceil<std::chrono::milliseconds>(
        std::min<Duration>(patience, std::chrono::hours(1)));
    return epoll_wait(epoll.fd(), events.data(), size, forever ? -1 : static_cast<int>(ms.count()));
  }
};

EventLoop::EventLoop(std::unique_ptr<Kernel> kernel, std::size_t timers)
    : kernel_(std::move(kernel)), now_(std::chrono::steady_clock::now()) {
  heap_.reserve(timers);
  due_.reserve(timers);
}
EventLoop::~EventLoop() = default;

Result<std::unique_ptr<EventLoop>> EventLoop::create(std::size_t timers) {
  auto kernel = std::make_unique<Kernel>();
  kernel->epoll = Socket(epoll_create1(EPOLL_CLOEXEC));
  kernel->stop = Socket(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!kernel->epoll.open() || !kernel->stop.open() ||
      !kernel->control(EPOLL_CTL_ADD, kernel->stop.fd(), nullptr, false))
    return cannot(fmt::format("no event loop: {}", std::strerror(errno)),
                  "raise the limit of open files: ulimit -n 65536");
  return std::unique_ptr<EventLoop>(new EventLoop(std::move(kernel), timers));
}

Result<void> EventLoop::add(Watched& watched, int fd, bool writing) {
  ++counts_.registrations;
  if (!kernel_->control(EPOLL_CTL_ADD, fd, &watched, writing)) {
    const int why = errno;
    return cannot(fmt::format("descriptor {} cannot be watched: {}", fd, std::strerror(why)),
                  why == ENOSPC ? "raise fs.epoll.max_user_watches with sysctl" : "");
  }
  watched.fd_ = fd;
  watched.writing_ = writing;
  return {};
}

void EventLoop::want_write(Watched& watched, bool wanted) {
  if (watched.fd_ < 0 || watched.writing_ == wanted) return;
  ++counts_.registrations;
  kernel_->control(EPOLL_CTL_MOD, watched.fd_, &watched, wanted);
  watched.writing_ = wanted;
}

void EventLoop::remove(Watched& watched) {
  if (watched.fd_ < 0) return;
  ++counts_.registrations;
  kernel_->control(EPOLL_CTL_DEL, watched.fd_, nullptr, false);
  watched.fd_ = -1;
  forget(watched);
}

void EventLoop::wait(Duration patience) {
  if (!kernel_->in_thread) {
    // By default the kernel adds 50 us to every wait of a thread.
    prctl(PR_SET_TIMERSLACK, 1UL);
    kernel_->in_thread = true;
  }
  const int count = kernel_->wait(patience);  // -1: a signal came; nothing is ready then
  ready_ = 0;
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = kernel_->events[static_cast<std::size_t>(i)];
    auto* const watched = static_cast<Watched*>(event.data.ptr);
    if (!watched) {
      stopped_ = true;  // never read: the loop stays stopped
      continue;
    }
    watched->place_ = static_cast<int>(ready_);
    batch_[ready_++] = {watched,
                        {(event.events & EPOLLIN) != 0, (event.events & EPOLLOUT) != 0,
                         (event.events & (EPOLLERR | EPOLLHUP)) != 0}};
  }
}

void EventLoop::stop() {
  const std::uint64_t one = 1;
  static_cast<void>(!write(kernel_->stop.fd(), &one, sizeof one));
}

bool EventLoop::precise() const { return kernel_->precise; }

}  // namespace ingress_check
