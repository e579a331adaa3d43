// Sends task messages: as many in one LPUSH as the library sends, or one at a time.
#include "light.h"
#include <string.h>

enum { BATCH = 500 };

static char texts[BATCH][MESSAGE_LIMIT];

void enqueue(redisContext *redis, struct message *message, long count) {
    const char *words[BATCH + 2] = {"LPUSH", "bench"};
    size_t lengths[BATCH + 2] = {5, 5};
    for (long sent = 0; sent < count;) {
        long size = count - sent < BATCH ? count - sent : BATCH;
        for (long k = 0; k < size; k++, sent++) {
            renew_message(message, (unsigned long)sent);
            memcpy(texts[k], message->text, message->length);
            words[k + 2] = texts[k];
            lengths[k + 2] = message->length;
        }
        redisAppendCommandArgv(redis, (int)size + 2, words, lengths);
        skip(redis, 1);
    }
}

void roundtrip(redisContext *redis, struct message *message, long count) {
    for (long sent = 0; sent < count; sent++) {
        renew_message(message, (unsigned long)sent);
        redisAppendCommand(redis, "LPUSH bench %b", message->text, message->length);
        skip(redis, 1);
    }
}
