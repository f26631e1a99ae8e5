/* The rules and the trace that the Go side writes; README.md has the formats. */
#ifndef INPUT_H
#define INPUT_H

#include <stddef.h>
#include <stdint.h>

enum family { V4, V6, FAMILIES };

struct rule {
	enum family family;
	uint8_t proto, proto_mask;
	uint8_t src[16], dst[16]; /* the first 4 bytes for V4; network order */
	uint8_t src_len, dst_len;
	uint16_t sport[2], dport[2]; /* first and last, host order */
	int32_t priority;            /* larger is stronger */
	uint32_t answer;             /* what a packet that it decides gets */
};

struct rules {
	struct rule *list;
	size_t len;
	size_t count[FAMILIES];
};

/*
 * A packet's key as librte_acl reads it, network order: protocol, 3 bytes of
 * padding, source, destination, source port, destination port. 16 bytes for
 * IPv4 and 40 for IPv6.
 */
enum { KEY_SRC = 4, KEY4_SIZE = 16, KEY6_SIZE = 40 };

struct trace {
	uint8_t *keys;
	size_t stride;   /* from key to key: KEY6_SIZE where one packet is IPv6 */
	uint8_t *family; /* enum family of each packet */
	uint32_t *want;  /* the answer to each packet */
	size_t len;
	int mixed;       /* has packets of both families */
};

/* They end the program with the file's name and line on bad input. */
void read_rules(const char *path, struct rules *out);
void read_trace(const char *path, struct trace *out);

/* Print a message and end the program. */
_Noreturn void die(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Like realloc, but never returns NULL. */
void *resize(void *p, size_t count, size_t size);

#endif
