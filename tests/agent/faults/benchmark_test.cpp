#include "agent/faults/benchmark.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "agent/faults/data_check.h"
#include "agent/faults/data_source.h"
#include "tests/temporary_folder.h"
#include "trainer/support/errors.h"

namespace dlfix::agent {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::string kBenchmark = DLFIX_SOURCE_DIR "/data/benchmark";

const BenchmarkFault& fault_of(const std::vector<BenchmarkFault>& faults, const std::string& id) {
  return *std::ranges::find(faults, id, &BenchmarkFault::id);
}

TEST(Benchmark, HasThirtyFaultsInTheStudysOrder) {
  const auto faults = read_benchmark(kBenchmark);
  ASSERT_EQ(faults.size(), 30U);
  EXPECT_EQ(faults.front().id, "M1");
  EXPECT_EQ(faults[3].id, "C1");
  EXPECT_EQ(faults.back().id, "D9");
  EXPECT_EQ(faults.front().fl_id, "M3");
  const BenchmarkFault& first = fault_of(faults, "D1");
  EXPECT_EQ(first.fault_types, "ACH(7)");
  EXPECT_THAT(setting_changes(first), ElementsAre("act3 softmax -> sigmoid"));
  EXPECT_EQ(fault_of(faults, "U1").fl_id, "");
  EXPECT_TRUE(fault_of(faults, "D6").redrawn);
  EXPECT_FALSE(fault_of(faults, "R1").outside_config.empty());
  for (const BenchmarkFault& fault : faults) {
    EXPECT_TRUE(std::filesystem::exists(fault.program)) << fault.id;
    EXPECT_TRUE(std::filesystem::exists(fault.fixed)) << fault.id;
  }
}

TEST(Benchmark, FaultsAreChosenByNameLetterOrAll) {
  const auto faults = read_benchmark(kBenchmark);
  std::vector<std::string> ids;
  for (const auto& fault : choose_faults(faults, {"D4", "C", "D4"})) ids.push_back(fault.id);
  EXPECT_THAT(ids, ElementsAre("C1", "C2", "C3", "D4"));
  EXPECT_EQ(choose_faults(faults, {}).size(), 30U);
  EXPECT_EQ(choose_faults(faults, {"all"}).size(), 30U);
  try {
    choose_faults(faults, {"D4", "D10"});
    FAIL();
  } catch (const support::InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("D10: is no fault"));
    EXPECT_THAT(error.remedy(), HasSubstr("did you mean D1"));
  }
}

TEST(Benchmark, AManifestThatCannotBeReadIsNamed) {
  const tests::TemporaryFolder folder;
  EXPECT_THROW(read_benchmark(folder.path()), support::EnvironmentError);
  std::filesystem::create_directories(folder.file("X1"));
  std::ofstream(folder.file("X1/manifest.json")) << R"({"id": "X1"})";
  try {
    read_benchmark(folder.path());
    FAIL();
  } catch (const support::InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("X1/manifest.json"));
  }
}

class DataSourceTest : public testing::Test {
 protected:
  DataSource find(const std::string& dataset) const {
    return find_data(dataset, "sample", {folder_.path()});
  }
  void write(const std::string& name, std::size_t bytes) const {
    std::filesystem::create_directories(std::filesystem::path(folder_.file(name)).parent_path());
    std::ofstream(folder_.file(name), std::ios::binary) << std::string(bytes, '\x01');
  }
  tests::TemporaryFolder folder_;
};

TEST_F(DataSourceTest, WhatIsNotThereSaysHowToGetIt) {
  for (const char* dataset : {"mnist", "cifar10", "reuters"}) {
    const DataSource source = find(dataset);
    EXPECT_EQ(source.kind, "missing");
    EXPECT_FALSE(source.usable());
    EXPECT_THAT(source.what, HasSubstr(folder_.path()));
    EXPECT_THAT(source.remedy, HasSubstr(std::string("data get ") + dataset));
  }
}

TEST_F(DataSourceTest, GeneratedRowsNeedNoFile) {
  EXPECT_EQ(find_data("generated", "exact", {}).kind, "exact");
  EXPECT_EQ(find_data("generated", "exact", {}).remedy, "");
  const DataSource drawn = find_data("generated", "stand-in", {});
  EXPECT_EQ(drawn.kind, "stand-in");
  EXPECT_TRUE(drawn.usable());
  EXPECT_THAT(drawn.remedy, HasSubstr("not public"));
  EXPECT_THROW(find_data("imagenet", "exact", {}), support::InputError);
}

TEST_F(DataSourceTest, MnistFilesAreHeldToTheirSizesAndTheirContents) {
  write("mnist/train-images-idx3-ubyte", 16 + 60000 * 784);
  write("mnist/train-labels-idx1-ubyte", 8 + 60000);
  write("mnist/t10k-images-idx3-ubyte", 16 + 10000 * 784);
  EXPECT_EQ(find("mnist").kind, "missing");
  write("mnist/t10k-labels-idx1-ubyte", 8 + 10000);
  EXPECT_EQ(find("mnist").kind, "close");
  EXPECT_EQ(find("mnist").files.size(), 4U);
  EXPECT_THAT(find("mnist").what, HasSubstr("is not the published file"));
  write("mnist/t10k-labels-idx1-ubyte", 8 + 9999);
  EXPECT_EQ(find("mnist").kind, "damaged");
  EXPECT_THAT(find("mnist").what, HasSubstr("has 10007 bytes, not 10008"));
}

TEST_F(DataSourceTest, AGzippedFileThatWasCutIsDamaged) {
  write("train-images-idx3-ubyte", 1 << 20);
  const std::string file = folder_.file("train-images-idx3-ubyte");
  ASSERT_EQ(std::system(("gzip " + file).c_str()), 0);
  std::filesystem::resize_file(file + ".gz", std::filesystem::file_size(file + ".gz") / 2);
  EXPECT_EQ(find("mnist").kind, "damaged");
}

TEST_F(DataSourceTest, PartOfCifarIsASampleAndAllOfItIsExact) {
  write("cifar10/data_batch_1.bin", 3073 * 50);
  EXPECT_EQ(find("cifar10").kind, "missing");  // no test images
  write("cifar10/test_batch.bin", 3073 * 10);
  DataSource source = find("cifar10");
  EXPECT_EQ(source.kind, "sample");
  EXPECT_EQ(source.what, "50 of 50000 training and 10 of 10000 test images");
  EXPECT_THAT(source.remedy, HasSubstr("data get cifar10"));
  for (const char* name : {"1", "2", "3", "4", "5"})
    write(std::string("cifar10/data_batch_") + name + ".bin", 3073 * 10000);
  write("cifar10/test_batch.bin", 3073 * 10000);
  source = find("cifar10");
  EXPECT_EQ(source.kind, "exact");
  EXPECT_EQ(source.files.size(), 6U);
  write("cifar10/data_batch_3.bin", 3073 * 50 + 1);
  EXPECT_EQ(find("cifar10").kind, "damaged");
}

TEST_F(DataSourceTest, ReutersOfAnotherSourceIsClose) {
  write("reuters.npz", 100);
  EXPECT_EQ(find("reuters").kind, "close");
}

mapping::Program program_with(std::int64_t rows, std::int64_t labels, std::int64_t evaluated) {
  const auto array = [](std::int64_t count) {
    mapping::ProgramArray made;
    made.data.shape = {count, 28, 28, 1};
    return made;
  };
  mapping::Program program;
  program.x = {array(rows)};
  program.y = array(labels);
  program.evaluations = {{{array(evaluated)}, array(evaluated), {}}};
  return program;
}

TEST(DataCheck, TheRowsOfTheStudyAreSound) {
  const auto faults = read_benchmark(kBenchmark);
  const BenchmarkFault& fault = fault_of(faults, "M1");
  const DataSource source{"exact", {}, "", ""};
  const auto check = [&](std::int64_t rows, std::int64_t labels, std::int64_t evaluated) {
    return check_program_data(fault, source, [&](const BenchmarkFault&) {
      return program_with(rows, labels, evaluated);
    });
  };
  EXPECT_TRUE(check(60000, 60000, 10000).sound);
  EXPECT_EQ(check(60000, 60000, 10000).words(),
            "fit 60000 x 28 x 28 x 1, evaluate 10000 x 28 x 28 x 1");
  EXPECT_THAT(check(60000, 59999, 10000).problem, HasSubstr("labels for 59999"));
  EXPECT_THAT(check(0, 0, 10000).problem, HasSubstr("no rows"));
  EXPECT_THAT(check(60000, 60000, 9000).problem, HasSubstr("9000 rows, the study has 10000"));
  EXPECT_EQ(to_json(check(60000, 60000, 10000))["loaded"][0]["inputs"][0][0], 60000);
  // D5 trains on all of CIFAR-10, C keeps a fifth apart; of a sample the number is not judged.
  for (const auto& [id, rows] : {std::pair("D5", 50000), {"C2", 40000}})
    for (const char* kind : {"exact", "sample"}) {
      const auto found = check_program_data(
          fault_of(faults, id), {kind, {}, "", ""},
          [rows = rows](const BenchmarkFault&) { return program_with(rows, rows, 10000); });
      EXPECT_TRUE(found.sound) << id << " " << kind << found.problem;
      const auto fewer =
          check_program_data(fault_of(faults, id), {kind, {}, "", ""},
                             [](const BenchmarkFault&) { return program_with(4000, 4000, 10000); });
      EXPECT_EQ(fewer.sound, std::string(kind) == "sample") << id;
    }
}

TEST(DataCheck, WhatTheCaptureSaysIsTheProblem) {
  const auto faults = read_benchmark(kBenchmark);
  const DataCheck check = check_program_data(
      faults.front(), {"exact", {}, "", ""}, [](const BenchmarkFault&) -> mapping::Program {
        throw support::InputError("model.py:3: no data", "get them");
      });
  EXPECT_FALSE(check.sound);
  EXPECT_THAT(check.words(), HasSubstr("model.py:3: no data"));
}

}  // namespace
}  // namespace dlfix::agent
