// What the programs of the speed of light share: a connection, clocks, and a task message with fresh ids.
#pragma once
#include <hiredis/hiredis.h>
#include <stddef.h>

enum { ID_LENGTH = 36, MESSAGE_LIMIT = 4096 };

// Seconds, of a clock that only goes forward and of the processor time of this process.
double now(void);
double processor_time(void);

// Ends the program with a sentence.
_Noreturn void fail(const char *what, const char *why);

// A connection to the redis-server at a port of the loopback interface.
redisContext *dial(const char *port);

// The next reply; an error of Redis ends the program.
redisReply *reply(redisContext *redis);

// Reads and forgets so many replies.
void skip(redisContext *redis, long count);

// A task message that is read from a file once and copied with other ids from then on.
struct message {
    char text[MESSAGE_LIMIT];
    size_t length;
    size_t id_at[8];
    size_t ids;
};
struct message read_message(const char *path);

// Gives a message the ids of its number: the task's own, those that repeat it, and the delivery tag.
void renew_message(struct message *message, unsigned long number);

void drain(redisContext *redis, int stores_results);
void enqueue(redisContext *redis, struct message *message, long count);
void roundtrip(redisContext *redis, struct message *message, long count);
