#include "providers/connection.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "trainer/support/errors.h"

namespace dlfix::providers {
namespace {

class ProviderSecret : public testing::Test {
 protected:
  ProviderSecret() {
    std::string name = (std::filesystem::temp_directory_path() / "dlfix-key-XXXXXX").string();
    folder_ = mkdtemp(name.data());
  }
  ~ProviderSecret() override { std::filesystem::remove_all(folder_); }

  std::string file(const std::string& text, mode_t mode) const {
    const std::string path = (folder_ / "key").string();
    std::ofstream(path) << text;
    ::chmod(path.c_str(), mode);
    return path;
  }

  std::filesystem::path folder_;
};

TEST_F(ProviderSecret, IsRedactedAndHinted) {
  const Secret key("sk-canary-1234");
  EXPECT_EQ(key.redact("a sk-canary-1234 b sk-canary-1234"), "a [key] b [key]");
  EXPECT_EQ(key.hint(), "...1234");
  EXPECT_EQ(Secret("short").hint(), "set");
  EXPECT_EQ(Secret().redact("text"), "text");
  EXPECT_EQ(Secret("x").redact("xxx"), "xxx") << "a local server's dummy key";
}

TEST_F(ProviderSecret, SoAreTheValuesOfFurtherHeaders) {
  Connection connection;
  connection.key = Secret("sk-canary-1234");
  connection.extra = {"Subscription-Key: 0123456789abcdef", "X-Team: nn"};
  EXPECT_EQ(redacted(connection, "nn sk-canary-1234 0123456789abcdef"), "nn [key] [key]");
}

TEST_F(ProviderSecret, AKeyFileMustBeTheOwnersAlone) {
  EXPECT_EQ(read_key_file(file("  sk-1234567890\n", 0600)).reveal(), "sk-1234567890");
  for (const mode_t mode : {0644, 0640, 0604})
    EXPECT_THROW(read_key_file(file("sk-1234567890", mode)), support::InputError) << mode;
  EXPECT_THROW(read_key_file((folder_ / "absent").string()), support::InputError);
  EXPECT_THROW(read_key_file(file("\n", 0600)), support::InputError);
  EXPECT_THROW(read_key_file(file("one\ntwo\n", 0600)), support::InputError);
}

TEST_F(ProviderSecret, ACommandGivesTheKeyAndItsFailureShowsNothing) {
  EXPECT_EQ(read_key_command("echo sk-from-command").reveal(), "sk-from-command");
  try {
    read_key_command("echo sk-leak; echo sk-leak >&2; exit 3");
    FAIL();
  } catch (const support::InputError& error) {
    EXPECT_EQ((std::string(error.what()) + error.remedy()).find("sk-leak"), std::string::npos);
    EXPECT_NE(std::string(error.what()).find("3"), std::string::npos);
  }
  EXPECT_THROW(read_key_command("true"), support::InputError);
}

}  // namespace
}  // namespace dlfix::providers
