// Groups as containers and batch systems make them, in folders of our own.
#include "margay/core/cgroup.h"

#include <doctest/doctest.h>

#include <cmath>
#include <fstream>
#include <string>

#include "tests/support/temporary_folder.h"

using namespace margay;
namespace fs = std::filesystem;

namespace {

class Groups {
 public:
  explicit Groups(const std::string& membership) { write("membership", membership); }

  void write(const std::string& path, const std::string& text) const {
    fs::create_directories((folder_ / path).parent_path());
    std::ofstream(folder_ / path) << text;
  }
  CgroupPlaces places() const { return {folder_ / "membership", folder_ / "groups"}; }

 private:
  test::TemporaryFolder folder_;
};

}  // namespace

TEST_CASE("without groups or limits nothing is limited") {
  CHECK_FALSE(cgroup_memory_left({"/nonexistent", "/nonexistent"}));
  CHECK(std::isinf(cgroup_cpu_quota({"/nonexistent", "/nonexistent"})));
  const Groups groups("0::/user/me\n");
  groups.write("groups/user/me/memory.max", "max\n");
  groups.write("groups/user/me/memory.current", "1000\n");
  groups.write("groups/user/me/cpu.max", "max 100000\n");
  CHECK_FALSE(cgroup_memory_left(groups.places()));
  CHECK(std::isinf(cgroup_cpu_quota(groups.places())));
}

TEST_CASE("the limit of the process's own group counts, and cached files do not count as taken") {
  const Groups groups("0::/user/me\n");
  groups.write("groups/memory.max", "9000\n");  // of the machine's root, where one is seen
  groups.write("groups/memory.current", "0\n");
  groups.write("groups/user/me/memory.max", "5000\n");
  groups.write("groups/user/me/memory.current", "4000\n");
  groups.write("groups/user/me/memory.stat", "anon 1000\nfile 3000\ninactive_file 2500\nactive_file 500\n");
  CHECK(cgroup_memory_left(groups.places()) == 5000 - 1500);
}

TEST_CASE("the tightest of the groups around the process counts") {
  const Groups groups("0::/a/b\n");
  groups.write("groups/a/b/memory.max", "5000\n");
  groups.write("groups/a/b/memory.current", "0\n");
  groups.write("groups/a/memory.max", "2000\n");
  groups.write("groups/a/memory.current", "1500\n");
  groups.write("groups/a/b/cpu.max", "400000 100000\n");
  groups.write("groups/a/cpu.max", "150000 100000\n");
  CHECK(cgroup_memory_left(groups.places()) == 500);
  CHECK(cgroup_cpu_quota(groups.places()) == 1.5);
}

TEST_CASE("version 1 has a hierarchy for each controller") {
  const Groups groups("5:memory:/slurm/job\n4:cpu,cpuacct:/slurm/job\n3:cpuset:/other\n0::/\n");
  groups.write("groups/memory/slurm/job/memory.limit_in_bytes", "5000\n");
  groups.write("groups/memory/slurm/job/memory.usage_in_bytes", "4000\n");
  groups.write("groups/memory/slurm/job/memory.stat", "inactive_file 7\ntotal_inactive_file 3000\n");
  groups.write("groups/cpu/slurm/cpu.cfs_quota_us", "200000\n");
  groups.write("groups/cpu/slurm/cpu.cfs_period_us", "100000\n");
  groups.write("groups/cpu/slurm/job/cpu.cfs_quota_us", "-1\n");
  groups.write("groups/cpu/slurm/job/cpu.cfs_period_us", "100000\n");
  CHECK(cgroup_memory_left(groups.places()) == 4000);
  CHECK(cgroup_cpu_quota(groups.places()) == 2.0);
}

TEST_CASE("a container sees its own group as the root, under a name from outside") {
  const Groups groups("5:memory:/docker/0123\n");
  groups.write("groups/memory/memory.limit_in_bytes", "5000\n");
  groups.write("groups/memory/memory.usage_in_bytes", "6000\n");
  CHECK(cgroup_memory_left(groups.places()) == 0);
}
