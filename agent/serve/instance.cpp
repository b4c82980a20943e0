#include "agent/serve/instance.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "trainer/support/errors.h"
#include "trainer/support/hash.h"

namespace dlfix::agent::serve {
namespace {

namespace fs = std::filesystem;
using support::EnvironmentError;

void make_private(const std::string& folder) {
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
    throw EnvironmentError(folder + ": cannot be made", "set XDG_RUNTIME_DIR to a folder of yours");
  }
  struct stat status {};
  const bool ours = ::lstat(folder.c_str(), &status) == 0 && S_ISDIR(status.st_mode) &&
                    status.st_uid == ::geteuid() && (status.st_mode & 0077) == 0;
  if (!ours) {
    throw EnvironmentError(folder + ": is not a folder that you alone may read",
                           "chmod 700 it, or set XDG_RUNTIME_DIR to a folder of yours");
  }
}

std::string told_url(const std::string& file) {
  std::ifstream stream(file);
  const auto record = nlohmann::json::parse(stream, nullptr, false);
  return record.is_object()
             ? fmt::format(" at {} (pid {})", record.value("url", "?"), record.value("pid", 0))
             : "";
}

}  // namespace

std::string run_directory() {
  const char* runtime = std::getenv("XDG_RUNTIME_DIR");
  const bool given = runtime != nullptr && *runtime == '/' && fs::is_directory(runtime);
  const std::string folder = given ? std::string(runtime) + "/dlfix-agent"
                                   : fmt::format("/tmp/dlfix-agent-{}", ::geteuid());
  make_private(folder);
  return folder;
}

std::string run_file_name(const std::string& root) {
  return support::sha256(fs::weakly_canonical(root).string()).substr(0, 16) + ".json";
}

Instance::Instance(const std::string& root) : file_(run_directory() + "/" + run_file_name(root)) {
  const std::string name = file_ + ".lock";
  lock_ = support::UniqueFd(::open(name.c_str(), O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!lock_) throw EnvironmentError(name + ": cannot be opened", "see who owns that folder");
  if (::flock(lock_.get(), LOCK_EX | LOCK_NB) != 0) {
    throw EnvironmentError(
        fmt::format("{}: a server for this folder runs already{}", root, told_url(file_)),
        "use that one, end it, or name another folder with --root");
  }
}

Instance::~Instance() {
  if (announced_) ::unlink(file_.c_str());
}

void Instance::announce(const InstanceRecord& record) {
  nlohmann::json document{{"url", record.url},
                          {"token", record.token},
                          {"pid", ::getpid()},
                          {"version", record.version},
                          {"root", record.root}};
  if (!record.certificate.empty()) document["certificate"] = record.certificate;
  const std::string text = document.dump(1) + "\n";
  const std::string part = file_ + ".part";
  ::unlink(part.c_str());
  const support::UniqueFd file(
      ::open(part.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0600));
  const bool written =
      file && ::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
      ::rename(part.c_str(), file_.c_str()) == 0;
  if (!written) throw EnvironmentError(file_ + ": cannot be written", "make room on that disk");
  announced_ = true;
}

}  // namespace dlfix::agent::serve
