// SPDX-License-Identifier: Apache-2.0
// A load for memcached: four threads, each with a connection of its own, store and fetch values of 10 to 4,000 bytes,
// 32 commands at a time. memcached_load SOCKET PERCENT
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { threads = 4, at_once = 32, longest = 4000 };
static const char *path;
static int rounds;

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static void *load(void *seed_of_thread) {
  unsigned seed = *(unsigned *)seed_of_thread;
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  strncpy(address.sun_path, path, sizeof address.sun_path - 1);
  int connection = socket(AF_UNIX, SOCK_STREAM, 0);
  if (connection < 0 || connect(connection, (struct sockaddr *)&address, sizeof address) != 0) fail(path);
  static char value[longest];
  memset(value, 'v', sizeof value);
  char *commands = malloc(at_once * (longest + 100)), *answers = malloc(1 << 16);
  if (!commands || !answers) fail("malloc");
  for (int round = 0; round < rounds; round++) {
    size_t length = 0;
    for (int i = 0; i < at_once; i++) {
      unsigned key = (unsigned)rand_r(&seed) % 20000, size = 10 + (unsigned)rand_r(&seed) % (longest - 10);
      length += (size_t)(rand_r(&seed) % 3 == 0
                             ? sprintf(commands + length, "set key%u 0 0 %u\r\n%.*s\r\n", key, size, (int)size, value)
                             : sprintf(commands + length, "get key%u\r\n", key));
    }
    length += (size_t)sprintf(commands + length, "mn\r\n");  // answered by "MN\r\n" when all else is
    for (size_t sent = 0; sent < length;) {
      // Read while the other side may be unable to write.
      ssize_t more = send(connection, commands + sent, length - sent, MSG_DONTWAIT);
      if (more > 0) sent += (size_t)more;
      if (more < 0 && recv(connection, answers, 1 << 16, 0) <= 0) fail("recv");
    }
    char end[4] = "";
    while (memcmp(end, "MN\r\n", 4) != 0) {
      ssize_t more = recv(connection, answers, 1 << 16, 0);
      if (more <= 0) fail("recv");
      for (ssize_t i = more > 4 ? more - 4 : 0; i < more; i++) {
        memmove(end, end + 1, 3);
        end[3] = answers[i];
      }
    }
  }
  free(commands);
  free(answers);
  close(connection);
  return NULL;
}

int main(int argc, char **argv) {
  if (argc != 3) return 2;
  path = argv[1];
  rounds = 8 * atoi(argv[2]);
  pthread_t running[threads];
  unsigned seeds[threads];
  for (int i = 0; i < threads; i++) {
    seeds[i] = (unsigned)i + 1;
    if (pthread_create(&running[i], NULL, load, &seeds[i]) != 0) return 1;
  }
  for (int i = 0; i < threads; i++) pthread_join(running[i], NULL);
  return 0;
}
