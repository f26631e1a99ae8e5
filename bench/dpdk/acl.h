/* librte_acl contexts over rules, and timed passes of a trace through them. */
#ifndef ACL_H
#define ACL_H

#include "input.h"

#include <rte_acl.h>

enum { MAX_BATCH = 1024 };

struct acl {
	struct rte_acl_ctx *ctx[FAMILIES]; /* NULL where no rule is of the family */
	uint64_t build_ns;
	size_t bytes; /* of the contexts, their rules included */
};

enum mode {
	THR,   /* one packet a call, calls independent of each other */
	CHAIN, /* one packet a call, the next packet depends on the answer */
	BATCH, /* several packets a call */
};

/* One pass over the packets of a trace. */
struct pass {
	double ns;         /* per packet */
	uint64_t checksum; /* the sum of all answers */
	size_t wrong;      /* answers other than the trace's */
};

/* Starts DPDK's environment, without huge pages, devices or shared files. */
void start_eal(const char *program);

void build(struct acl *a, const struct rules *rules);

/* Selects a classify method by name; 0 where this machine has no such method. */
int select_method(struct acl *a, const char *name);

/* The names of all methods, NULL behind the last. */
extern const char *const method_names[];

/* Passes the first n packets; batch counts in BATCH only. */
struct pass run(const struct acl *a, const struct trace *t, enum mode mode, size_t batch, size_t n);

/* Writes the answer to packet i to out[i], for all packets. */
void answer_all(const struct acl *a, const struct trace *t, uint32_t *out);

#endif
