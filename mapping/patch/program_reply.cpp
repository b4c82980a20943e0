#include "mapping/patch/program_reply.h"

#include <stdlib.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>

#include "mapping/program/edits.h"
#include "mapping/program/values.h"
#include "trainer/support/errors.h"

namespace dlfix::mapping {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLongestProgram = std::size_t{1} << 20;

bool trains(std::string_view text) {
  return text.find(".fit(") != std::string_view::npos ||
         text.find(".compile(") != std::string_view::npos;
}

bool begins_like_a_program(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return false;
  constexpr std::array<std::string_view, 5> kOpeners = {"import ", "from ", "#", "\"\"\"",
                                                        "config"};
  return std::ranges::any_of(
      kOpeners, [&](std::string_view opener) { return text.substr(first).starts_with(opener); });
}

// A folder for one file that goes when the reading ends.
class TemporaryProgram {
 public:
  explicit TemporaryProgram(const std::string& text) {
    std::string folder = (fs::temp_directory_path() / "dlfix-reply-XXXXXX").string();
    if (mkdtemp(folder.data()) == nullptr) {
      throw support::EnvironmentError(folder + ": cannot make a temporary folder",
                                      "set TMPDIR to a folder that you may write");
    }
    folder_ = folder;
    std::ofstream(path(), std::ios::binary) << text;
  }
  ~TemporaryProgram() {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }
  TemporaryProgram(const TemporaryProgram&) = delete;
  TemporaryProgram& operator=(const TemporaryProgram&) = delete;
  std::string path() const { return (folder_ / "reply.py").string(); }

 private:
  fs::path folder_;
};

bool same_layers(const Program& a, const Program& b) {
  return std::ranges::equal(a.model.layers, b.model.layers, {}, &trainer::LayerSpec::class_name,
                            &trainer::LayerSpec::class_name);
}

// What the other program's hyperparameters have that this one's have not.
ConfigPatch difference(const Program& program, const Program& other) {
  ConfigPatch patch;
  const bool alike = same_layers(program, other);
  if (!alike) patch.ignored.emplace_back("layers");
  for (const auto& hp : program.hyperparameters) {
    const Hyperparameter* theirs = other.find(hp.name);
    if (theirs == nullptr || theirs->kind != hp.kind || theirs->value.is_null()) continue;
    if (hp.layer && !alike) continue;
    if (is_own_value(program, hp, theirs->value)) continue;
    try {
      patch.changes[hp.name] = normal_value(program, hp, theirs->value);
    } catch (const support::InputError&) {
      patch.ignored.push_back(hp.name);
    }
  }
  patch.outcome = patch.changes.empty() ? PatchOutcome::kNoChange : PatchOutcome::kOkWithRepairs;
  return patch;
}

ConfigPatch read_program(const std::string& text, const Program& program, ProbeOptions probe) {
  const TemporaryProgram file(text);
  probe.config_file.clear();
  try {
    return difference(program, inspect_program(file.path(), probe));
  } catch (const support::InputError& error) {
    ConfigPatch patch;
    patch.outcome = PatchOutcome::kBadJson;
    patch.reason = std::string("the program in the reply cannot be read: ") + error.what();
    return patch;
  }
}

}  // namespace

std::optional<std::string> program_in(std::string_view reply) {
  std::string_view best;
  for (std::size_t open = reply.find("```"); open != std::string_view::npos;) {
    const std::size_t line = reply.find('\n', open);
    if (line == std::string_view::npos) break;
    const std::size_t close = reply.find("```", line);
    if (close == std::string_view::npos) break;  // cut off: never completed by guess
    const auto block = reply.substr(line + 1, close - line - 1);
    if (trains(block) && block.size() > best.size()) best = block;
    open = reply.find("```", close + 3);
  }
  const bool fenced = reply.find("```") != std::string_view::npos;
  if (best.empty() && !fenced && trains(reply) && begins_like_a_program(reply)) best = reply;
  if (best.empty() || best.size() > kLongestProgram) return std::nullopt;
  return std::string(best);
}

ConfigPatch read_patch(std::string_view reply, const Program& program, const ProbeOptions& probe) {
  ConfigPatch patch = read_config_patch(reply, program);
  if (is_usable(patch.outcome)) return patch;
  const auto sources = read_sources(program);
  const auto source = sources.find(program.path);
  std::string problem;
  const auto patched =
      source == sources.end() ? std::nullopt : apply_reply_diff(reply, source->second, problem);
  if (!problem.empty()) {
    patch.outcome = PatchOutcome::kBadJson;
    patch.reason = problem;
    return patch;
  }
  const auto shown = patched ? patched : program_in(reply);
  if (!shown) return patch;
  ConfigPatch read = read_program(*shown, program, probe);
  read.repairs.insert(read.repairs.begin(), patched ? "read from a diff" : "read from a program");
  return read;
}

}  // namespace dlfix::mapping
