// SPDX-License-Identifier: Apache-2.0
// Threads that exit while others free what they allocated: memory changes hands through a queue, owners come and go,
// and the last allocations of a thread are made by its thread_local and pthread_key destructors.
#include <malloc.h>
#include <pthread.h>
#include <string.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "check.h"

namespace {

struct Parcel {
  unsigned char *bytes;
  std::size_t size;
  unsigned char mark;
};

std::mutex lock;
std::vector<Parcel> queue;
std::atomic<bool> stop;
std::atomic<long> freed;

struct LeavesLate {
  std::unique_ptr<std::string> text = std::make_unique<std::string>(200, 'x');
  ~LeavesLate() {
    CHECK(text->size() == 200);
    text->append(5000, 'y');
    free(malloc(3000));
  }
};

pthread_key_t key;
void leave_later(void *block) {
  CHECK(strcmp(static_cast<char *>(block), "specific") == 0);
  free(block);
  delete[] new char[10000];
}

void owner(unsigned seed) {
  static thread_local LeavesLate last;
  CHECK(last.text->size() == 200);
  pthread_setspecific(key, strdup("specific"));
  for (int i = 0; i < 300; i++) {
    seed = seed * 1664525 + 1013904223;
    std::size_t size = i % 60 == 0 ? seed % (3 << 20) + 1 : seed % 3000 + 1;
    unsigned char mark = static_cast<unsigned char>(seed >> 24);
    auto *bytes = static_cast<unsigned char *>(i % 2 ? malloc(size) : aligned_alloc(128, size));
    CHECK(bytes != nullptr);
    bytes[0] = bytes[size / 2] = bytes[size - 1] = mark;
    std::lock_guard guard(lock);
    queue.push_back({bytes, size, mark});
  }
}

void frees() {
  for (bool last = false; !last;) {
    last = stop;
    std::vector<Parcel> batch;
    {
      std::lock_guard guard(lock);
      batch.swap(queue);
    }
    for (const Parcel &parcel : batch) {
      CHECK(parcel.bytes[0] == parcel.mark && parcel.bytes[parcel.size - 1] == parcel.mark);
      CHECK(parcel.bytes[parcel.size / 2] == parcel.mark);
      free(parcel.bytes);
      ++freed;
    }
    std::this_thread::yield();
  }
}

}  // namespace

int main() {
  pthread_key_create(&key, leave_later);
  std::thread consumers[2];
  std::size_t after_first_rounds = 0;
  for (std::thread &consumer : consumers) consumer = std::thread(frees);
  const int rounds = 60;
  for (int round = 0; round < rounds; round++) {
    std::thread owners[4];
    for (unsigned i = 0; i < 4; i++) owners[i] = std::thread(owner, round * 4 + i);
    for (std::thread &thread : owners) thread.join();
    if (round == 10) after_first_rounds = mallinfo2().uordblks;
  }
  stop = true;
  for (std::thread &consumer : consumers) consumer.join();
  CHECK(freed == rounds * 4 * 300);
  CHECK(mallinfo2().uordblks < after_first_rounds + (64 << 20));  // what 200 threads cached is not lost
}
