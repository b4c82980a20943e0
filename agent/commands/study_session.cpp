#include "agent/commands/study_session.h"

#include <filesystem>

namespace dlfix::agent {
namespace {

namespace fs = std::filesystem;

Workers workers_of(StudyOptions& options, const Resources& resources) {
  std::string python = options.reading.python;
  choose_keras_python(options.trainer, python);
  // The study's programs are written for a Keras of their time.
  if (options.trainer.keras()) options.reading.frontend = "standin";
  return make_workers(resources, options.trainer, python);
}

}  // namespace

std::string study_data_directory(const ReadingOptions& reading, const std::string& study) {
  if (!reading.data_dir.empty() || study.empty()) return reading.data_dir;
  const fs::path beside = fs::absolute(study).lexically_normal() / ".." / "data";
  return fs::is_directory(beside) ? beside.lexically_normal().string() : "";
}

StudySession::StudySession(StudyOptions options, const CommandContext& context)
    : options_(std::move(options)),
      context_(context),
      resources_(find_resources(own_executable())),
      store_(options_.store),
      folder_(CaptureFolder::create(store_)),
      workers_(workers_of(options_, resources_)),
      caching_(std::make_unique<CachingTrainer>(*workers_.trainer, store_, workers_.family)) {
  options_.reading.data_dir = study_data_directory(options_.reading, options_.directory);
  capture_ = [this](const std::string& program, const std::string& directory) {
    ReadingOptions reading = options_.reading;
    reading.program = program;
    return mapping::capture_program(program, directory,
                                    probe_options(reading, context_, resources_, folder_.path()));
  };
  reporter_ = make_reporter(options_.quiet);
  if (!workers_.remark.empty()) reporter_->note(workers_.remark);
}

void add_study_options(CLI::App& app, StudyOptions& options, const std::string& about) {
  app.add_option("directory", options.directory, about)->required();
  app.add_option("--data-dir", options.reading.data_dir,
                 "Where keras.datasets files lie; by default DIR/../data")
      ->envname("DLFIX_DATA");
  app.add_option("--python", options.reading.python, "Python interpreter that reads the programs");
  add_trainer_options(app, options.trainer);
  app.add_flag("-q,--quiet", options.quiet, "No progress");
  add_store_option(app, options.store);
  add_json_option(app);
}

}  // namespace dlfix::agent
