// Drains the queue `bench` with the Redis work that a task needs at the least if it is not to be lost: it is claimed by a
// script that keeps a copy in a hash, its result is stored and published, and the copy is removed. 64 tasks share one claim
// and one removal, and two claims are under way at any time, so that Redis never waits.
#define _GNU_SOURCE
#include "light.h"
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { BATCH = 64, CLAIMS = 2, RESULT_LIMIT = 512 };

static const char *claim_script =
    "local messages = redis.call('RPOP', KEYS[1], ARGV[1]) "
    "if not messages then return {} end "
    "local fields = {} "
    "for i = 1, #messages do fields[2 * i - 1] = ARGV[2] .. ':' .. i; fields[2 * i] = messages[i] end "
    "redis.call('HSET', KEYS[2], unpack(fields)) "
    "return messages";

static void claim(redisContext *redis, const char *script, long number) {
    redisAppendCommand(redis, "EVALSHA %s 2 bench bench:unacked %d %ld", script, BATCH, number);
}

// The text between the quotation mark that ends `key` and the next one.
static const char *value_of(const redisReply *message, const char *key, size_t *length) {
    const char *begin = memmem(message->str, (size_t)message->len, key, strlen(key));
    if (!begin) fail("a message lacks", key);
    begin += strlen(key);
    const char *end = memchr(begin, '"', (size_t)(message->str + message->len - begin));
    if (!end) fail("a message ends within", key);
    *length = (size_t)(end - begin);
    return begin;
}

static int digit(char character) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    static signed char values[256];
    if (!values['B'])
        for (int value = 0; value < 64; value++) values[(unsigned char)digits[value]] = (signed char)value;
    return values[(unsigned char)character];
}

static void decode_base64(const char *text, size_t length, char *bytes, size_t limit) {
    unsigned bits = 0, count = 0;
    size_t written = 0;
    for (size_t at = 0; at < length && text[at] != '=' && written + 1 < limit; at++) {
        bits = bits << 6 | (unsigned)digit(text[at]);
        count += 6;
        if (count >= 8) bytes[written++] = (char)(bits >> (count -= 8));
    }
    bytes[written] = 0;
}

// Runs `tasks.add` and writes its result as Celery does.
static size_t run(const redisReply *message, char id[ID_LENGTH + 1], char result[RESULT_LIMIT]) {
    size_t length;
    const char *value = value_of(message, "\"task\": \"", &length);
    if (length != 9 || memcmp(value, "tasks.add", 9)) fail("unknown task", value);
    value = value_of(message, "\"id\": \"", &length);
    if (length != ID_LENGTH) fail("unknown form of id", value);
    memcpy(id, value, ID_LENGTH);
    id[ID_LENGTH] = 0;
    char body[512];
    value = value_of(message, "\"body\": \"", &length);
    decode_base64(value, length, body, sizeof body);
    int x, y;
    if (sscanf(body, "[[%d, %d]", &x, &y) != 2) fail("unknown arguments", body);
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    struct tm date;
    gmtime_r(&time.tv_sec, &date);
    char second[32];
    strftime(second, sizeof second, "%Y-%m-%dT%H:%M:%S", &date);
    return (size_t)snprintf(
        result, RESULT_LIMIT,
        "{\"status\": \"SUCCESS\", \"result\": %d, \"traceback\": null, \"children\": [], \"date_done\": \"%s.%06ld+00:00\", "
        "\"task_id\": \"%s\"}",
        x + y, second, time.tv_nsec / 1000, id);
}

// Runs the tasks of a claim and asks for what ends them; returns how many replies that will bring.
static long settle(redisContext *redis, const redisReply *messages, long number, int stores_results) {
    char fields[BATCH][32], id[ID_LENGTH + 1], result[RESULT_LIMIT];
    const char *words[BATCH + 2] = {"HDEL", "bench:unacked"};
    size_t lengths[BATCH + 2] = {4, 13};
    for (size_t k = 0; k < messages->elements; k++) {
        size_t length = run(messages->element[k], id, result);
        if (stores_results) {
            redisAppendCommand(redis, "SETEX celery-task-meta-%s 86400 %b", id, result, length);
            redisAppendCommand(redis, "PUBLISH celery-task-meta-%s %b", id, result, length);
        }
        lengths[k + 2] = (size_t)snprintf(fields[k], sizeof fields[k], "%ld:%zu", number, k + 1);
        words[k + 2] = fields[k];
    }
    redisAppendCommandArgv(redis, (int)messages->elements + 2, words, lengths);
    return (long)messages->elements * (stores_results ? 2 : 0) + 1;
}

void drain(redisContext *redis, int stores_results) {
    redisAppendCommand(redis, "SCRIPT LOAD %s", claim_script);
    redisReply *script = reply(redis);
    // How many replies come before that of each claim under way.
    long before[CLAIMS] = {0};
    for (long number = 0; number < CLAIMS; number++) claim(redis, script->str, number);
    for (long number = 0;; number++) {
        long *earlier = &before[number % CLAIMS];
        skip(redis, *earlier);
        redisReply *messages = reply(redis);
        if (messages->elements == 0) {
            freeReplyObject(messages);
            for (long other = 1; other < CLAIMS; other++) skip(redis, before[(number + other) % CLAIMS] + 1);
            break;
        }
        *earlier = settle(redis, messages, number, stores_results);
        claim(redis, script->str, number + CLAIMS);
        freeReplyObject(messages);
    }
    freeReplyObject(script);
}
