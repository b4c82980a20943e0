#include "agent/commands/repair_run.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include "agent/cli/interrupt.h"
#include "trainer/support/errors.h"
#include "trainer/support/hash.h"

namespace dlfix::agent {
namespace {

namespace fs = std::filesystem;

std::string read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) {
    throw support::InputError(path + ": cannot be read", "give the path of a Keras program (.py)");
  }
  return text.str();
}

/// What makes two runs read the same data: program text, arguments, folders, ways of reading.
std::string capture_identity(const RepairCommand& command, const CommandContext& context,
                             const std::string& text) {
  const ReadingOptions& reading = command.reading;
  const auto absolute = [](const std::string& path) {
    return path.empty() ? path : fs::absolute(path).lexically_normal().string();
  };
  const nlohmann::json parts = {absolute(reading.program),
                                support::sha256(text),
                                context.program_arguments,
                                fs::current_path().string(),
                                absolute(reading.cwd),
                                absolute(reading.data_dir),
                                absolute(reading.config),
                                reading.python,
                                reading.model,
                                reading.frontend,
                                reading.profile,
                                command.options.ground_truths};
  return support::sha256(parts.dump());
}

std::string checked_identity(const RepairCommand& command, const CommandContext& context) {
  check_program_file(command.reading.program);
  return capture_identity(command, context, read_text(command.reading.program));
}

CaptureFolder choose_folder(Store& store, const std::string& identity, bool fresh) {
  if (!fresh) {
    if (auto folder = find_interrupted_capture(store, identity)) return std::move(*folder);
  }
  return CaptureFolder::create(store);
}

}  // namespace

RepairRun::RepairRun(const RepairCommand& command, const CommandContext& context,
                     const Resources& resources)
    : store_(command.store),
      identity_(checked_identity(command, context)),
      folder_(choose_folder(store_, identity_, command.fresh)),
      probe_(probe_options(command.reading, context, resources, folder_.path())),
      dry_run_(command.dry_run) {
  if (dry_run_) return;
  const std::string text = read_text(command.reading.program);
  RunRecord record;
  record.command = "repair";
  record.identity = identity_;
  record.command_line = context.command_line;
  record.program = command.options.program;
  record.program_hash = support::sha256(text);
  record.capture = folder_.path();
  store_.put_program(record.program_hash, record.program, text);
  id_ = store_.begin_run(record);
}

RepairRun::~RepairRun() {
  if (dry_run_) folder_.remove();
  if (dry_run_ || finished_) return;
  try {
    store_.end_run(id_, interrupt_requested() ? "interrupted" : "failed", nullptr);
  } catch (const support::Error&) {
    // The store is what failed; the run stays "running" without a lock and is resumed all the same.
  }
}

void RepairRun::finish(const std::string& outcome, const nlohmann::json& result) {
  store_.end_run(id_, outcome, result);
  finished_ = true;
  if (outcome != "interrupted") folder_.remove();
}

}  // namespace dlfix::agent
