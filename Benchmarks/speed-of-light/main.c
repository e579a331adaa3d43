// The speed of light: what a task costs at the least when a C program does its Redis work. scripts/bench runs it beside us.
//
//   speed-of-light drain PORT [no-results]          drains the queue `bench`, then waits to be ended
//   speed-of-light enqueue PORT COUNT MESSAGE_FILE  sends so many messages, 500 at a time
//   speed-of-light roundtrip PORT COUNT MESSAGE_FILE  the same one at a time, each awaited
//
// The last two print the seconds and the processor time that the loop took, as JSON.
#include "light.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int produce(void (*send)(redisContext *, struct message *, long), char **words) {
    redisContext *redis = dial(words[0]);
    struct message message = read_message(words[2]);
    // The first round trip pays for what only happens once.
    redisAppendCommand(redis, "PING");
    skip(redis, 1);
    double begin = now(), processor = processor_time();
    send(redis, &message, atol(words[1]));
    printf("{\"seconds\": %.6f, \"cpu\": %.6f}\n", now() - begin, processor_time() - processor);
    redisFree(redis);
    return 0;
}

int main(int count, char **words) {
    if (count >= 3 && !strcmp(words[1], "drain")) {
        drain(dial(words[2]), !(count > 3 && !strcmp(words[3], "no-results")));
        for (;;) pause();
    }
    if (count == 5 && !strcmp(words[1], "enqueue")) return produce(enqueue, words + 2);
    if (count == 5 && !strcmp(words[1], "roundtrip")) return produce(roundtrip, words + 2);
    fputs("usage: speed-of-light drain PORT [no-results] | enqueue|roundtrip PORT COUNT MESSAGE_FILE\n", stderr);
    return 64;
}
