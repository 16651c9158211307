#include "reports/format.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include "scenarios/utf8.h"

namespace ingress_check {

const Format* find_format(std::string_view name) {
  for (const auto* format : all_formats())
    if (format->name == name) return format;
  return nullptr;
}

namespace {

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = ::write(fd, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

tl::unexpected<Error> failed(const std::string& path, const char* verb) {
  return cannot(fmt::format("cannot {} {}: {}", verb, path, std::strerror(errno)),
                "name another place with --report FORMAT=PATH");
}

/// Controls, and the marks that reorder or hide text on a terminal or a page.
bool dangerous(char32_t code) {
  return is_control(code) || (code >= 0x200B && code <= 0x200F) ||
         (code >= 0x202A && code <= 0x202E) || (code >= 0x2060 && code <= 0x2069) ||
         code == 0x061C || code == 0x180E;
}

/// What is to be a report. It has no name until it is whole, so that a kill leaves nothing behind;
/// where the file system cannot do that (O_TMPFILE, open(2)), it has a temporary one.
class Unfinished {
 public:
  explicit Unfinished(const std::string& path)
      : path_(path), temporary_(fmt::format("{}.{}.tmp", path, ::getpid())) {
    const auto folder = path.substr(0, path.rfind('/') + 1);
    if (::access("/proc/self/fd", X_OK) == 0)
      fd_ = ::open(folder.empty() ? "." : folder.c_str(), O_WRONLY | O_TMPFILE | O_CLOEXEC, 0644);
    if (fd_ >= 0) return;
    ::unlink(temporary_.c_str());  // of an earlier process with our number, which was killed
    fd_ = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    named_ = fd_ >= 0;
  }
  ~Unfinished() {
    if (fd_ >= 0) ::close(fd_);
    if (named_) ::unlink(temporary_.c_str());
  }
  Unfinished(const Unfinished&) = delete;
  Unfinished& operator=(const Unfinished&) = delete;

  int fd() const { return fd_; }  ///< negative: it cannot be begun, errno says why

  /// It is whole: whether it stands at its path now, else errno says why not.
  bool finish() {
    if (::fsync(fd_) != 0) return false;
    if (!named_ && link_as(path_)) return closed();
    if (!named_ && (errno != EEXIST || !take_temporary())) return false;
    if (!closed() || ::rename(temporary_.c_str(), path_.c_str()) != 0) return false;
    named_ = false;
    return true;
  }

 private:
  bool closed() { return ::close(std::exchange(fd_, -1)) == 0; }
  bool link_as(const std::string& name) const {
    return ::linkat(AT_FDCWD, fmt::format("/proc/self/fd/{}", fd_).c_str(), AT_FDCWD, name.c_str(),
                    AT_SYMLINK_FOLLOW) == 0;
  }
  bool take_temporary() {
    ::unlink(temporary_.c_str());
    return named_ = link_as(temporary_);
  }

  const std::string path_, temporary_;
  int fd_ = -1;
  bool named_ = false;
};

using Produce = std::function<void(const Sink&)>;

/// Whether all of it was taken.
bool write_produced(int fd, const Produce& produce) {
  bool good = true;
  produce([&](std::string_view piece) { return good = good && write_all(fd, piece); });
  return good;
}

/// A device or a pipe must never be renamed over.
Result<void> write_in_place(const std::string& path, const Produce& produce) {
  // Opening a pipe that nobody reads would wait for ever: O_NONBLOCK makes it ENXIO.
  const int fd = ::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return failed(path, "write");
  ::fcntl(fd, F_SETFL, 0);
  const bool good = write_produced(fd, produce);
  if (::close(fd) != 0 || !good) return failed(path, "write");
  return {};
}

}  // namespace

std::string printable(std::string_view text, std::size_t most) {
  std::string out;
  for (std::size_t characters = 0; !text.empty(); ++characters) {
    if (characters == most) return out + "...";
    const Character next = first_character(text);
    const std::string_view glyph = text.substr(0, next.bytes);
    if (next.valid && !dangerous(next.code)) {
      out += glyph;
    } else if (glyph == "\n") {
      out += "\\n";
    } else if (glyph == "\r") {
      out += "\\r";
    } else if (glyph == "\t") {
      out += "\\t";
    } else {
      for (const char c : glyph) out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    }
    text.remove_prefix(glyph.size());
  }
  return out;
}

std::string printable_lines(std::string_view text, std::size_t most_of_a_line) {
  std::string out;
  while (!text.empty()) {
    const auto end = text.find('\n');
    out += printable(text.substr(0, end), most_of_a_line);
    if (end == text.npos) break;
    out += '\n';
    text.remove_prefix(end + 1);
  }
  return out;
}

Result<void> can_write_report(const std::string& path) {
  if (path == "-") return {};
  struct stat facts {};
  if (::stat(path.c_str(), &facts) == 0 && !S_ISREG(facts.st_mode)) {
    // Opening a pipe and closing it again would be the end of the text for its reader.
    if (S_ISDIR(facts.st_mode)) errno = EISDIR;
    return S_ISDIR(facts.st_mode) || ::access(path.c_str(), W_OK) != 0 ? failed(path, "write")
                                                                       : Result<void>{};
  }
  const Unfinished trial(path);
  if (trial.fd() < 0) return failed(path, "write");
  return {};
}

Result<void> append_report(const std::string& path, const std::string& text) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
  if (fd < 0) return failed(path, "write");
  const bool good = write_all(fd, text);
  if (::close(fd) != 0 || !good) return failed(path, "write");
  return {};
}

Result<void> write_report(const std::string& path, const std::string& text) {
  return write_report(path, [&](const Sink& sink) { sink(text); });
}

Result<void> write_report(const std::string& path, const Produce& produce) {
  if (path == "-") {
    std::fflush(stdout);
    if (!write_produced(STDOUT_FILENO, produce)) return failed("standard output", "write to");
    return {};
  }
  struct stat facts {};
  if (::stat(path.c_str(), &facts) == 0 && !S_ISREG(facts.st_mode))
    return write_in_place(path, produce);
  Unfinished file(path);
  if (file.fd() < 0 || !write_produced(file.fd(), produce) || !file.finish())
    return failed(path, "write");
  return {};
}

}  // namespace ingress_check
