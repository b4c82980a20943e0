#include "agent/store/exchange.h"

#include <fmt/format.h>
#include <zlib.h>

#include <filesystem>
#include <memory>
#include <vector>

#include "trainer/spec/json_fields.h"
#include "trainer/support/errors.h"
#include "trainer/support/gzip_lines.h"

namespace dlfix::agent {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using trainer::FieldReader;
using trainer::number_to_json;
using trainer::TrainingResult;

json line_of(const StoredTraining& training) {
  const TrainingResult& result = training.result;
  json evaluations = json::array();
  for (const trainer::EvaluationResult& evaluation : result.evaluations) {
    evaluations.push_back({{"name", evaluation.name},
                           {"loss", number_to_json(evaluation.loss)},
                           {"value", number_to_json(evaluation.value)}});
  }
  return {{"key", training.key},
          {"family", training.identity.family},
          {"device_kind", training.identity.device_kind},
          {"device", result.device},
          {"trainer", result.trainer},
          {"status", trainer::to_string(result.status)},
          {"reason", result.reason},
          {"evaluations", std::move(evaluations)},
          {"seconds", number_to_json(result.seconds)},
          {"work", number_to_json(result.work)},
          {"revision", trainer::kEngineRevision}};
}

/// The fields that an exported training lacks.
TrainingResult result_of(const json& line) {
  json whole = line;
  const json none = json::array();
  whole["epochs"] = {{"loss", none},
                     {"metric", none},
                     {"val_loss", none},
                     {"val_metric", none},
                     {"learning_rate", none}};
  whole["symptoms"] = none;
  for (json& evaluation : whole.at("evaluations")) {
    for (const char* field : {"row_values", "scores", "classes"}) evaluation[field] = none;
  }
  return whole.get<TrainingResult>();
}

StoredTraining training_of(const json& line) {
  const FieldReader reader(line, "training");
  if (const std::int64_t revision = reader.integer("revision");
      revision != trainer::kEngineRevision) {
    throw support::InputError(
        fmt::format("was made by revision {} of the engine, and this program has {}", revision,
                    trainer::kEngineRevision),
        "train anew: other revisions give other numbers");
  }
  reader.list("evaluations");
  return {reader.text("key"),
          {reader.text("device_kind"), reader.text("family")},
          result_of(line),
          true};
}

/// Text, or gzip where the name says so; under another name until it is whole.
class LineWriter {
 public:
  explicit LineWriter(std::string file)
      : file_(std::move(file)),
        part_(file_ + ".part"),
        out_(gzopen(part_.c_str(), file_.ends_with(".gz") ? "wb9" : "wbT")) {
    if (out_ == nullptr) fail();
  }
  ~LineWriter() {
    if (out_ == nullptr) return;
    gzclose(out_);
    std::error_code ignored;
    fs::remove(part_, ignored);
  }
  LineWriter(const LineWriter&) = delete;
  LineWriter& operator=(const LineWriter&) = delete;

  void write(const json& line) {
    const std::string text = line.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
    if (gzwrite(out_, text.data(), static_cast<unsigned>(text.size())) <= 0) fail();
  }
  void finish() {
    const int closed = gzclose(out_);
    out_ = nullptr;
    std::error_code error;
    if (closed == Z_OK) fs::rename(part_, file_, error);
    if (closed != Z_OK || error) fail();
  }

 private:
  [[noreturn]] void fail() const {
    throw support::EnvironmentError(file_ + ": cannot be written",
                                    "free space, or name a file elsewhere");
  }

  std::string file_, part_;
  gzFile out_;
};

/// A training that was cancelled, or that a machine could not hold, says nothing of itself.
bool ended(const TrainingResult& result) {
  return result.status == trainer::TrainingStatus::kOk ||
         result.status == trainer::TrainingStatus::kNan ||
         result.status == trainer::TrainingStatus::kCrash;
}

}  // namespace

std::int64_t export_trainings(const Store& store, const std::string& file) {
  LineWriter writer(file);
  std::int64_t written = 0;
  store.each_training([&](const StoredTraining& training) {
    if (!ended(training.result)) return;
    writer.write(line_of(training));
    ++written;
  });
  writer.finish();
  return written;
}

ImportReport import_trainings(Store& store, const std::string& file) {
  support::GzipLines lines(file);
  std::vector<StoredTraining> trainings;
  for (std::string line; lines.next(line);) {
    try {
      trainings.push_back(training_of(json::parse(line)));
    } catch (const json::exception& error) {
      throw support::InputError(fmt::format("{}: no training: {}", lines.place(), error.what()),
                                "give a file that `store export` wrote");
    } catch (const support::InputError& error) {
      throw support::InputError(
          fmt::format("{}: {}", lines.place(), error.what()),
          error.remedy().empty() ? "give a file that `store export` wrote" : error.remedy());
    }
  }
  ImportReport report;
  report.read = static_cast<std::int64_t>(trainings.size());
  report.added = store.import_trainings(trainings);
  return report;
}

}  // namespace dlfix::agent
