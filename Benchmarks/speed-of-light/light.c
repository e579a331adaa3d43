#define _GNU_SOURCE
#include "light.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double seconds(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

double now(void) { return seconds(CLOCK_MONOTONIC); }

double processor_time(void) { return seconds(CLOCK_PROCESS_CPUTIME_ID); }

_Noreturn void fail(const char *what, const char *why) {
    fprintf(stderr, "speed-of-light: %s: %s\n", what, why);
    exit(1);
}

redisContext *dial(const char *port) {
    redisContext *redis = redisConnect("127.0.0.1", atoi(port));
    if (!redis) fail("redis-server", "out of memory");
    if (redis->err) fail("redis-server", redis->errstr);
    return redis;
}

redisReply *reply(redisContext *redis) {
    redisReply *reply;
    if (redisGetReply(redis, (void **)&reply) != REDIS_OK) fail("redis-server", redis->errstr);
    if (reply->type == REDIS_REPLY_ERROR) fail("redis-server", reply->str);
    return reply;
}

void skip(redisContext *redis, long count) {
    for (; count > 0; count--) freeReplyObject(reply(redis));
}

struct message read_message(const char *path) {
    struct message message = {.length = 0};
    FILE *file = fopen(path, "r");
    if (!file) fail(path, "cannot be read");
    message.length = fread(message.text, 1, sizeof message.text - 1, file);
    fclose(file);
    const char *keys[] = {"\"id\": \"", "\"root_id\": \"", "\"correlation_id\": \"", "\"delivery_tag\": \""};
    for (size_t key = 0; key < sizeof keys / sizeof *keys; key++) {
        const char *found = strstr(message.text, keys[key]);
        if (!found) fail(path, "is no task message");
        size_t at = (size_t)(found - message.text) + strlen(keys[key]);
        if (at + ID_LENGTH > message.length) fail(path, "ends too early");
        message.id_at[message.ids++] = at;
    }
    return message;
}

void renew_message(struct message *message, unsigned long number) {
    char id[ID_LENGTH + 1];
    // Its leading digits differ from one to the next, as those of random ids do.
    unsigned spread = (unsigned)(number * 2654435761u);
    snprintf(id, sizeof id, "%08x-0000-4000-a000-%012lx", spread, number & 0xffffffffffff);
    for (size_t k = 0; k < message->ids; k++) memcpy(message->text + message->id_at[k], id, ID_LENGTH);
}
