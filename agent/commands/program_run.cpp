#include "agent/commands/program_run.h"

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
std::string capture_identity(const RunRequest& request, const CommandContext& context,
                             const std::string& text) {
  const ReadingOptions& reading = request.reading;
  const auto absolute = [](const std::string& path) {
    return path.empty() ? path : fs::absolute(path).lexically_normal().string();
  };
  const nlohmann::json parts = {request.command,
                                absolute(reading.program),
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
                                request.other_programs};
  return support::sha256(parts.dump());
}

std::string checked_identity(const RunRequest& request, const CommandContext& context) {
  check_program_file(request.reading.program);
  return capture_identity(request, context, read_text(request.reading.program));
}

CaptureFolder choose_folder(Store& store, const std::string& identity, bool fresh) {
  if (!fresh) {
    if (auto folder = find_interrupted_capture(store, identity)) return std::move(*folder);
  }
  return CaptureFolder::create(store);
}

}  // namespace

ProgramRun::ProgramRun(const RunRequest& request, const CommandContext& context,
                       const Resources& resources)
    : store_(request.store),
      identity_(checked_identity(request, context)),
      folder_(choose_folder(store_, identity_, request.fresh || !request.recorded)),
      probe_(probe_options(request.reading, context, resources, folder_.path())),
      recorded_(request.recorded) {
  tell_migration(store_);
  if (!recorded_) return;
  const std::string text = read_text(request.reading.program);
  RunRecord record;
  record.command = request.command;
  record.identity = identity_;
  record.command_line = context.command_line;
  record.program = fs::absolute(request.reading.program).lexically_normal().string();
  record.program_hash = support::sha256(text);
  record.capture = folder_.path();
  store_.put_program(record.program_hash, record.program, text);
  id_ = store_.begin_run(record);
}

ProgramRun::~ProgramRun() {
  if (!recorded_) folder_.remove();
  if (!recorded_ || finished_) return;
  try {
    store_.end_run(id_, interrupt_requested() ? "interrupted" : "failed", nullptr);
  } catch (const support::Error&) {
    // The store is what failed; the run stays "running" without a lock and is resumed all the same.
  }
}

CaptureFunction ProgramRun::capture() const {
  return [this](const std::string& program, const std::string& directory) {
    return mapping::capture_program(program, directory, probe_);
  };
}

void ProgramRun::finish(const std::string& outcome, const nlohmann::json& result) {
  store_.end_run(id_, outcome, result);
  finished_ = true;
  if (outcome != "interrupted") folder_.remove();
}

}  // namespace dlfix::agent
