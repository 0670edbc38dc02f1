// SPDX-License-Identifier: Apache-2.0
// LevelDB under load: four threads write and read one database in a fresh folder. leveldb_work PERCENT
#include <leveldb/cache.h>
#include <leveldb/db.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

static void check(const leveldb::Status &status) {
  if (status.ok() || status.IsNotFound()) return;
  std::fprintf(stderr, "%s\n", status.ToString().c_str());
  std::exit(1);
}

static void work(leveldb::DB &database, unsigned seed, int count) {
  std::minstd_rand draw(seed + 1);
  std::string value;
  for (int i = 0; i < count; ++i) {
    std::string key = "key of a row, " + std::to_string(draw() % 100000);
    if (draw() % 4 == 0)
      check(database.Put({}, key, std::string(20 + draw() % 400, 'v')));
    else
      check(database.Get({}, key, &value));
  }
  std::unique_ptr<leveldb::Iterator> rows(database.NewIterator({}));
  size_t bytes = 0;
  for (rows->SeekToFirst(); rows->Valid(); rows->Next()) bytes += rows->key().ToString().size();
  if (bytes == 0) std::exit(1);
}

int main(int argc, char **argv) {
  if (argc != 2) return 2;
  char folder[] = "/tmp/leveldb-XXXXXX";
  if (!mkdtemp(folder)) return 1;
  leveldb::Options options;
  options.create_if_missing = true;
  options.write_buffer_size = 1 << 20;
  std::unique_ptr<leveldb::Cache> cache(leveldb::NewLRUCache(8 << 20));
  options.block_cache = cache.get();
  leveldb::DB *opened = nullptr;
  check(leveldb::DB::Open(options, folder, &opened));
  {
    std::unique_ptr<leveldb::DB> database(opened);
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < 4; ++i) threads.emplace_back(work, std::ref(*database), i, 300 * std::atoi(argv[1]));
    for (std::thread &thread : threads) thread.join();
  }
  std::filesystem::remove_all(folder);
}
