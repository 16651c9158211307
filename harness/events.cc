#include "harness/events.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace ingress_check {
namespace {

constexpr std::size_t most_output = 1024;
constexpr int not_started = 127;  // as shells say it (POSIX, XCU 2.8.2)

/// Our environment without the hidden names.
std::vector<char*> environment(const std::vector<std::string>& hidden) {
  std::vector<char*> kept;
  for (char** one = environ; *one; ++one) {
    const std::string_view line(*one);
    const auto name = line.substr(0, line.find('='));
    if (std::ranges::find(hidden, name) == hidden.end()) kept.push_back(*one);
  }
  kept.push_back(nullptr);
  return kept;
}

/// Errors: errno.
int spawn(const std::vector<std::string>& argv, const std::vector<std::string>& hidden, int out,
          pid_t& pid) {
  std::vector<char*> words;
  for (const auto& word : argv) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  auto variables = environment(hidden);
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&files, out, 1);
  posix_spawn_file_actions_adddup2(&files, out, 2);
  posix_spawnattr_t how;
  posix_spawnattr_init(&how);
  posix_spawnattr_setpgroup(&how, 0);
  // We ignore some signals and block others; a command begins as from a shell.
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&how, &none);
  posix_spawnattr_setsigdefault(&how, &all);
  posix_spawnattr_setflags(&how,
                           POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  const int error = posix_spawnp(&pid, words[0], &files, &how, words.data(), variables.data());
  posix_spawnattr_destroy(&how);
  posix_spawn_file_actions_destroy(&files);
  return error;
}

void keep_end(std::string& text, const char* bytes, std::size_t size) {
  text.append(bytes, size);
  if (text.size() > most_output) text.erase(0, text.size() - most_output);
}

/// Reads what is there, waiting for it at most 20 ms.
void listen(int from, std::string& output) {
  pollfd one{from, POLLIN, 0};
  char bytes[4096];
  if (::poll(&one, 1, 20) <= 0) return;
  const auto got = ::read(from, bytes, sizeof bytes);
  if (got > 0)
    keep_end(output, bytes, static_cast<std::size_t>(got));
  else
    ::poll(nullptr, 0, 20);  // it has closed its output, and goes on
}

int status_of(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

Events::Events(std::vector<Event> events, std::vector<std::string> hidden)
    : events_(std::move(events)),
      hidden_(std::move(hidden)),
      begin_(std::chrono::steady_clock::now()) {
  if (!events_.empty()) thread_ = std::thread([this] { run_all(); });
}

Events::~Events() { finish(); }

EventReply Events::execute(const std::vector<std::string>& argv, Duration within,
                           bool until_stopped) {
  EventReply reply;
  reply.began = now();
  int ends[2];
  pid_t pid = -1;
  const bool piped = ::pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0;
  const int error = piped ? spawn(argv, hidden_, ends[1], pid) : errno;
  if (piped) ::close(ends[1]);
  if (error != 0) {
    reply.status = not_started;
    reply.output = std::strerror(error);
  } else {
    int status = 0;
    while (::waitpid(pid, &status, WNOHANG) == 0) {
      listen(ends[0], reply.output);
      if (now() - reply.began < within && !(until_stopped && stop_)) continue;
      ::kill(-pid, SIGKILL);
      ::waitpid(pid, &status, 0);
      break;
    }
    listen(ends[0], reply.output);
    ::kill(-pid, SIGKILL);  // what it has left in its group
    reply.status = status_of(status);
  }
  if (piped) ::close(ends[0]);
  reply.ended = now();
  return reply;
}

void Events::run_all() {
  std::vector<std::size_t> order(events_.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return events_[i].at; });
  for (const std::size_t i : order) {
    while (!stop_ && now() < events_[i].at)
      std::this_thread::sleep_for(
          std::min<Duration>(events_[i].at - now(), std::chrono::milliseconds(10)));
    if (stop_) return;
    replies_.push_back(execute(events_[i].run, events_[i].within, true));
    replies_.back().event = i;
    ++ended_;
  }
}

const std::vector<EventReply>& Events::finish() {
  if (finished_) return replies_;
  finished_ = true;
  stop_ = true;
  if (thread_.joinable()) thread_.join();
  for (std::size_t i = replies_.size(); i-- > 0;) {
    const Event& event = events_[replies_[i].event];
    if (event.undo.empty()) continue;
    auto undone = execute(event.undo, event.within, false);
    undone.event = replies_[i].event;
    undone.undone = true;
    replies_.push_back(std::move(undone));
  }
  return replies_;
}

}  // namespace ingress_check
