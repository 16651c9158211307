#include "reports/format.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

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

/// Bytes of the well-formed UTF-8 sequence at the start of `text`; 0 if it is none (RFC 3629).
std::size_t sequence(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = byte(0);
  const std::size_t length = lead < 0x80                   ? 1
                             : lead >= 0xC2 && lead < 0xE0 ? 2
                             : lead >= 0xE0 && lead < 0xF0 ? 3
                             : lead >= 0xF0 && lead < 0xF5 ? 4
                                                           : 0;
  if (length == 0 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(i) & 0xC0) != 0x80) return 0;
  if (lead == 0xE0 && byte(1) < 0xA0) return 0;
  if (lead == 0xED && byte(1) >= 0xA0) return 0;
  if (lead == 0xF0 && byte(1) < 0x90) return 0;
  if (lead == 0xF4 && byte(1) >= 0x90) return 0;
  return length;
}

/// C0, DEL, C1, and the marks that reorder or hide text on a terminal (U+200B..200F, 2028..202E,
/// 2066..2069, FEFF).
bool dangerous(std::string_view glyph) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(glyph[i]); };
  if (glyph.size() == 1) return byte(0) < 0x20 || byte(0) == 0x7F;
  if (glyph.size() == 2) return byte(0) == 0xC2 && byte(1) < 0xA0;
  if (glyph.size() != 3) return false;
  const unsigned code = (byte(0) & 0x0Fu) << 12 | (byte(1) & 0x3Fu) << 6 | (byte(2) & 0x3Fu);
  return (code >= 0x200B && code <= 0x200F) || (code >= 0x2028 && code <= 0x202E) ||
         (code >= 0x2066 && code <= 0x2069) || code == 0xFEFF;
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
    const std::size_t length = sequence(text);
    const std::string_view glyph = text.substr(0, length ? length : 1);
    if (length && !dangerous(glyph)) {
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
