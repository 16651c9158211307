#include "scenarios/url.h"

#include <gtest/gtest.h>

namespace ingress_check {
namespace {

std::string mistake(std::string_view text) {
  const auto url = parse_url(text);
  return url ? "none" : url.error().what + " | " + url.error().hint;
}

TEST(ParseUrl, KeepsPathAndQueryByteForByte) {
  const Url url = parse_url("http://Frieza.DEV:8080/a//b/../%7e?x=1&&y=\\#part").value();
  EXPECT_FALSE(url.https);
  EXPECT_EQ(url.host, "frieza.dev");
  EXPECT_EQ(url.port, 8080);
  EXPECT_EQ(url.path, "/a//b/../%7e?x=1&&y=\\");
  EXPECT_EQ(url.authority(), "frieza.dev:8080");
  EXPECT_EQ(to_string(url), "http://frieza.dev:8080/a//b/../%7e?x=1&&y=\\");
}

TEST(ParseUrl, FillsInWhatIsNotWritten) {
  EXPECT_EQ(parse_url("https://a").value().path, "/");
  EXPECT_EQ(parse_url("HTTPS://a?q").value().path, "/?q");
  EXPECT_EQ(parse_url("https://a#f").value().path, "/");
  EXPECT_EQ(parse_url("https://a").value().effective_port(), 443);
  EXPECT_EQ(parse_url("http://a:/").value().port, 0);
  EXPECT_EQ(parse_url("http://a.example.").value().host, "a.example.");
  const Url ip = parse_url("http://[2001:DB8::1]:81/x").value();
  EXPECT_EQ(ip.host, "2001:db8::1");
  EXPECT_EQ(ip.authority(), "[2001:db8::1]:81");
}

TEST(ParseUrl, SaysWhatToWrite) {
  EXPECT_EQ(mistake("frieza.dev/app1"),
            "\"frieza.dev/app1\" has no scheme | write http://frieza.dev/app1 or "
            "https://frieza.dev/app1");
  EXPECT_EQ(mistake("localhost:8080"),
            "\"localhost:8080\" has no scheme | write http://localhost:8080 or "
            "https://localhost:8080");
  EXPECT_EQ(mistake("/app1"),
            "\"/app1\" has no scheme | write a whole URL, such as http://HOST/PATH");
  EXPECT_EQ(mistake("http:/a/b"),
            "\"http:/a/b\" needs two slashes after its scheme | write http://a/b");
  EXPECT_EQ(mistake("ftp://a"), "the scheme \"ftp\" is not known | write http:// or https://");
  EXPECT_EQ(mistake("http://u:p@a/"),
            "a URL with a user name or password is not sent | send it as a header: -H "
            "'Authorization: ...' on the command line, headers: in a scenario");
  for (const char* text :
       {"http://u:pw12345@a/", "http:u:pw12345@a/", "u:pw12345@a/", "//u:pw12345@a"})
    EXPECT_EQ(mistake(text).find("pw12345"), std::string::npos) << mistake(text);
  EXPECT_EQ(mistake("http://a:99999/"), "\"99999\" is not a port | write a number from 1 to 65535");
  EXPECT_EQ(mistake("http://a b/"),
            "a URL cannot hold spaces or control characters | write a space as %20");
  EXPECT_EQ(mistake("http://*.a/"),
            "the host \"*.a\" is a wildcard | write a host that a browser could ask for, such as "
            "any.example.com");
  EXPECT_EQ(mistake("http://b\xC3\xBC"
                    "cher.example/"),
            "the host \"b\xC3\xBC"
            "cher.example\" is not in ASCII | write an international name in "
            "its xn-- form");
  EXPECT_EQ(mistake("http://::1/"),
            "the host has more than one colon | write an IPv6 address in brackets, as in "
            "http://[::1]/");
}

TEST(ParseUrl, Refuses) {
  for (const char* text :
       {"", "http://", "http:///x", "http://:80/", "http://a..b/", "http://.a/", "http://a:0/",
        "http://a:x/", "http://a:-1/", "http://[::1/", "http://[x]/", "http://[::1]80/",
        "http://a/\x01", "http://a/\x7f", "http://a%20b/", "mailto:a", "//a/"})
    EXPECT_FALSE(parse_url(text)) << text;
  EXPECT_FALSE(parse_url("http://" + std::string(64, 'a') + ".b/"));
  EXPECT_TRUE(parse_url("http://" + std::string(63, 'a') + ".b/"));
}

TEST(Resolve, FollowsRfc3986) {
  const Url base = parse_url("http://a:81/b/c/d;p?q").value();
  const auto seen = [&](std::string_view reference) {
    const auto url = resolve(base, reference);
    return url ? to_string(*url) : "error: " + url.error().what;
  };
  // RFC 3986, 5.4.1, as far as http and https go.
  EXPECT_EQ(seen("g"), "http://a:81/b/c/g");
  EXPECT_EQ(seen("./g"), "http://a:81/b/c/g");
  EXPECT_EQ(seen("g/"), "http://a:81/b/c/g/");
  EXPECT_EQ(seen("/g"), "http://a:81/g");
  EXPECT_EQ(seen("//g"), "http://g/");
  EXPECT_EQ(seen("//g:82/x"), "http://g:82/x");
  EXPECT_EQ(seen("?y"), "http://a:81/b/c/d;p?y");
  EXPECT_EQ(seen("g?y"), "http://a:81/b/c/g?y");
  EXPECT_EQ(seen("#s"), "http://a:81/b/c/d;p?q");
  EXPECT_EQ(seen("g#s"), "http://a:81/b/c/g");
  EXPECT_EQ(seen(";x"), "http://a:81/b/c/;x");
  EXPECT_EQ(seen(""), "http://a:81/b/c/d;p?q");
  EXPECT_EQ(seen("."), "http://a:81/b/c/");
  EXPECT_EQ(seen(".."), "http://a:81/b/");
  EXPECT_EQ(seen("../g"), "http://a:81/b/g");
  EXPECT_EQ(seen("../.."), "http://a:81/");
  EXPECT_EQ(seen("../../../g"), "http://a:81/g");
  EXPECT_EQ(seen("g?y/../x"), "http://a:81/b/c/g?y/../x");
  EXPECT_EQ(seen("https://b/x?z"), "https://b/x?z");
  EXPECT_EQ(seen("/a/../b"), "http://a:81/a/../b") << "an absolute path stays as it was sent";
  EXPECT_EQ(seen("mailto:x"), "error: \"mailto:x\" has no scheme");
  EXPECT_EQ(seen("/a b"), "error: a URL cannot hold spaces or control characters");
}

TEST(Url, UserNamesAndPasswordsAreMaskedInTexts) {
  EXPECT_EQ(without_user("http://u:p@a/b"), "http://***@a/b");
  EXPECT_EQ(without_user("http://u:p@w@a/b"), "http://*****@a/b");
  EXPECT_EQ(without_user("--target old=https://tok@a"), "--target old=https://***@a");
  EXPECT_EQ(without_user("{url: \"http://u:\xC3\xA9@a\"}"), "{url: \"http://***@a\"}");
  EXPECT_EQ(without_user("u:p@a"), "***@a");
  EXPECT_EQ(without_user("http://a/@b and me@a.example"), "http://a/@b and me@a.example");
}

}  // namespace
}  // namespace ingress_check
