#include "reports/format.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

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

std::string temporary_for(const std::string& path) {
  return fmt::format("{}.{}.tmp", path, ::getpid());
}

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
  const std::string temporary = temporary_for(path);
  const int fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (fd < 0) return failed(path, "write");
  ::close(fd);
  ::unlink(temporary.c_str());
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
  const std::string temporary = temporary_for(path);
  const int fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (fd < 0) return failed(path, "write");
  bool good = write_produced(fd, produce) && ::fsync(fd) == 0;
  good = ::close(fd) == 0 && good;
  if (good && ::rename(temporary.c_str(), path.c_str()) == 0) return {};
  auto error = failed(path, "write");
  ::unlink(temporary.c_str());
  return error;
}

}  // namespace ingress_check
