#include "agent/workflows/verify.h"

#include <fmt/format.h>

#include <cstring>
#include <filesystem>
#include <fstream>

#include "eval/statistics/descriptive.h"
#include "trainer/support/npy.h"
#include "trainer/support/subprocess.h"

namespace dlfix::agent {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr auto kTimeout = std::chrono::hours(2);

/// Copies the selected rows of one array into a file of its own.
std::string copy_rows(const trainer::ArrayRef& array, const std::vector<std::int64_t>& rows,
                      const std::string& place) {
  const auto source = support::NpyArray::open(array.path);
  const auto bytes = static_cast<std::size_t>(source.row_items()) * source.item_size();
  std::string copied;
  for (const std::int64_t row : rows) {
    copied.append(static_cast<const char*>(source.data()) + static_cast<std::size_t>(row) * bytes,
                  bytes);
  }
  auto shape = source.shape();
  shape[0] = static_cast<std::int64_t>(rows.size());
  support::write_npy(place, shape, source.dtype(), copied.data());
  return place;
}

/// --x and --y for the final rows; nothing when they are not rows of one array.
std::vector<std::string> final_row_arguments(const RepairReport& report,
                                             const std::string& directory) {
  std::vector<std::string> arguments;
  if (!report.final_rows || report.final_rows->labels.size() != 1 || !report.final_rows->rows)
    return {};
  const auto& rows = *report.final_rows->rows;
  for (std::size_t i = 0; i < report.final_rows->inputs.size(); ++i) {
    const std::string place = fmt::format("{}/final_x{}.npy", directory, i);
    arguments.insert(arguments.end(),
                     {"--x", copy_rows(report.final_rows->inputs[i].front(), rows, place)});
  }
  arguments.insert(arguments.end(), {"--y", copy_rows(report.final_rows->labels.front(), rows,
                                                      directory + "/final_y.npy")});
  return arguments;
}

struct KerasRun {
  const RepairReport& report;
  const mapping::ProbeOptions& probe;
  std::vector<std::string> rows;  ///< --x ... --y ...

  json run(const std::string& program) const {
    support::ProcessOptions process;
    process.arguments = {probe.python.empty() ? report.interpreter : probe.python,
                         probe.probe_directory + "/run_module.py", "dlfix_probe", "verify",
                         program};
    const auto add = [&](const std::vector<std::string>& more) {
      process.arguments.insert(process.arguments.end(), more.begin(), more.end());
    };
    add(rows);
    if (!probe.data_directory.empty())
      add({"--data-dir", fs::absolute(probe.data_directory).string()});
    if (!probe.config_file.empty()) add({"--config", fs::absolute(probe.config_file).string()});
    if (!probe.working_directory.empty()) add({"--cwd", probe.working_directory});
    // The patched text lies elsewhere; its neighbours are found where the program has them.
    add({"--neighbours", fs::path(report.program).parent_path().string()});
    if (!probe.arguments.empty()) add({"--"});
    add(probe.arguments);
    process.timeout = kTimeout;
    process.cancel = probe.cancel;
    return json::parse(support::run_process(process).standard_output, nullptr, false);
  }
};

/// Keras's spellings of a metric; acc is accuracy and so on.
bool same_metric(const std::string& ours, const std::string& keras) {
  if (ours == keras) return true;
  const auto is_accuracy = [](const std::string& name) {
    return name.find("acc") != std::string::npos;
  };
  if (is_accuracy(ours)) return is_accuracy(keras);
  const bool absolute = ours == "mae" || ours == "mean_absolute_error";
  const bool squared = ours == "mse" || ours == "mean_squared_error";
  return (absolute && (keras == "mae" || keras == "mean_absolute_error")) ||
         (squared && (keras == "mse" || keras == "mean_squared_error"));
}

std::vector<double> keras_values(const json& answer, const std::string& metric) {
  std::vector<double> values;
  for (const auto& run : answer.value("runs", json::array())) {
    const json metrics = run.value("metrics", json::object());
    for (const auto& [name, value] : metrics.items()) {
      if (!value.is_number() || !same_metric(metric, name)) continue;
      values.push_back(value.get<double>());
      break;
    }
  }
  return values;
}

VerifyFigures figures_of(const std::string& name, const Arm& ours, const json& answer,
                         const std::string& metric) {
  VerifyFigures figures;
  figures.program = name;
  figures.ours = ours.mean;
  figures.ours_deviation = ours.deviation;
  if (!answer.is_object()) {
    figures.remark = "the probe gave no answer";
  } else if (answer.contains("error")) {
    figures.remark = "not run: " + answer["error"].value("message", std::string("failed"));
  } else {
    const auto values = keras_values(answer, metric);
    figures.keras = eval::mean(values);
    figures.remark = values.empty() ? "Keras did not report " + metric
                                    : fmt::format("Keras {}, {} seeds", answer.value("keras", "?"),
                                                  values.size());
  }
  return figures;
}

}  // namespace

void verify_in_keras(RepairReport& report, const mapping::ProbeOptions& probe,
                     const std::string& directory, Reporter& reporter) {
  reporter.phase("verify", "faulty and patched program in the real Keras");
  const KerasRun keras{report, probe, final_row_arguments(report, directory)};
  if (report.faulty) {
    report.verify.push_back(
        figures_of("faulty", *report.faulty, keras.run(report.program), report.metric));
  }
  const auto text = report.patched_sources.find(report.program);
  if (!report.patched || text == report.patched_sources.end()) return;
  const fs::path patched = fs::path(directory) / "patched" / fs::path(report.program).filename();
  fs::create_directories(patched.parent_path());
  std::ofstream(patched, std::ios::binary) << text->second;
  report.verify.push_back(
      figures_of("patched", *report.patched, keras.run(patched.string()), report.metric));
}

}  // namespace dlfix::agent
