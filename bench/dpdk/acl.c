#include "acl.h"

#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_log.h>
#include <rte_malloc.h>

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* Writes the processors that this process may use as EAL's --lcores takes them. */
static void own_cpus(char *out, size_t size)
{
	cpu_set_t set;
	size_t used = snprintf(out, size, "--lcores=0@(");
	const char *comma = "";

	if (sched_getaffinity(0, sizeof(set), &set) != 0)
		die("cannot read the processor affinity");
	for (int i = 0; i < CPU_SETSIZE && used < size; i++) {
		if (CPU_ISSET(i, &set)) {
			used += snprintf(out + used, size - used, "%s%d", comma, i);
			comma = ",";
		}
	}
	if (used + 2 > size)
		die("too many processors: use taskset to name fewer");
	strcat(out, ")");
}

void start_eal(const char *program)
{
	char cpus[4096];
	char *args[] = {
		(char *)program, cpus, "--no-huge", "-m", "8192", "--no-pci", "--no-shconf",
		"--no-telemetry", "--force-max-simd-bitwidth=512", "--log-level=1",
	};

	own_cpus(cpus, sizeof(cpus));
	if (rte_eal_init(sizeof(args) / sizeof(args[0]), args) < 0)
		die("DPDK's environment does not start: %s", rte_strerror(rte_errno));
}

/*
 * The fields of a key. librte_acl wants the first to be of one byte and the
 * others in groups of four: the two ports share input index.
 */
enum { MAX_WORDS = 4, MAX_FIELDS = 1 + 2 * MAX_WORDS + 2 };

static int words(enum family f)
{
	return f == V4 ? 1 : 4;
}

static void define(struct rte_acl_config *c, int type, int size, int input, int offset)
{
	int i = c->num_fields++;

	c->defs[i] = (struct rte_acl_field_def){
		.type = type, .size = size, .field_index = i, .input_index = input, .offset = offset,
	};
}

static void define_fields(struct rte_acl_config *c, enum family f)
{
	int addresses = 2 * words(f), ports = KEY_SRC + 4 * addresses;

	memset(c, 0, sizeof(*c));
	c->num_categories = 1;
	define(c, RTE_ACL_FIELD_TYPE_BITMASK, 1, 0, 0);
	for (int w = 0; w < addresses; w++)
		define(c, RTE_ACL_FIELD_TYPE_MASK, 4, 1 + w, KEY_SRC + 4 * w);
	define(c, RTE_ACL_FIELD_TYPE_RANGE, 2, 1 + addresses, ports);
	define(c, RTE_ACL_FIELD_TYPE_RANGE, 2, 1 + addresses, ports + 2);
}

RTE_ACL_RULE_DEF(acl_rule, MAX_FIELDS);

/* Sets the fields of a block: each word of the address with its share of the length. */
static struct rte_acl_field *set_block(struct rte_acl_field *to, enum family f, const uint8_t *address, int len)
{
	for (int w = 0; w < words(f); w++, to++) {
		int bits = len - 32 * w;

		for (int i = 0; i < 4; i++)
			to->value.u32 = to->value.u32 << 8 | address[4 * w + i];
		to->mask_range.u32 = bits < 0 ? 0 : bits > 32 ? 32 : bits;
	}
	return to;
}

static struct rte_acl_field *set_ports(struct rte_acl_field *to, const uint16_t range[2])
{
	to->value.u16 = range[0];
	to->mask_range.u16 = range[1];
	return to + 1;
}

static void convert(struct acl_rule *to, const struct rule *r)
{
	struct rte_acl_field *f = to->field;

	memset(to, 0, sizeof(*to));
	to->data.category_mask = 1;
	to->data.priority = r->priority;
	to->data.userdata = r->answer;
	f->value.u8 = r->proto;
	f->mask_range.u8 = r->proto_mask;
	f = set_block(f + 1, r->family, r->src, r->src_len);
	f = set_block(f, r->family, r->dst, r->dst_len);
	set_ports(set_ports(f, r->sport), r->dport);
}

static struct rte_acl_ctx *build_family(const struct rules *rules, enum family f)
{
	struct rte_acl_config config;
	struct rte_acl_param param = {.name = f == V4 ? "v4" : "v6", .socket_id = SOCKET_ID_ANY};
	struct rte_acl_ctx *ctx;
	int err;

	define_fields(&config, f);
	param.rule_size = RTE_ACL_RULE_SZ(config.num_fields);
	param.max_rule_num = rules->count[f];
	ctx = rte_acl_create(&param);
	if (ctx == NULL)
		die("rte_acl_create: %s", rte_strerror(rte_errno));
	for (size_t i = 0; i < rules->len; i++) {
		struct acl_rule r;

		if (rules->list[i].family != f)
			continue;
		convert(&r, &rules->list[i]);
		err = rte_acl_add_rules(ctx, (struct rte_acl_rule *)&r, 1);
		if (err != 0)
			die("rte_acl_add_rules: rule %zu: %s", i, rte_strerror(-err));
	}
	err = rte_acl_build(ctx, &config);
	if (err != 0)
		die("rte_acl_build: %s", rte_strerror(-err));
	return ctx;
}

static size_t allocated(void)
{
	struct rte_malloc_socket_stats s;

	return rte_malloc_get_socket_stats(0, &s) == 0 ? s.heap_allocsz_bytes : 0;
}

void build(struct acl *a, const struct rules *rules)
{
	size_t before = allocated();
	uint64_t start = now_ns();

	for (int f = 0; f < FAMILIES; f++)
		a->ctx[f] = rules->count[f] > 0 ? build_family(rules, f) : NULL;
	a->build_ns = now_ns() - start;
	a->bytes = allocated() - before;
}

const char *const method_names[] = {
	[RTE_ACL_CLASSIFY_DEFAULT] = "default",     [RTE_ACL_CLASSIFY_SCALAR] = "scalar",
	[RTE_ACL_CLASSIFY_SSE] = "sse",             [RTE_ACL_CLASSIFY_AVX2] = "avx2",
	[RTE_ACL_CLASSIFY_NEON] = "neon",           [RTE_ACL_CLASSIFY_ALTIVEC] = "altivec",
	[RTE_ACL_CLASSIFY_AVX512X16] = "avx512x16", [RTE_ACL_CLASSIFY_AVX512X32] = "avx512x32",
	NULL,
};

int select_method(struct acl *a, const char *name)
{
	for (int m = 0; method_names[m] != NULL; m++) {
		if (strcmp(method_names[m], name) != 0)
			continue;
		for (int f = 0; f < FAMILIES; f++)
			if (a->ctx[f] != NULL && rte_acl_set_ctx_classify(a->ctx[f], m) != 0)
				return 0;
		return 1;
	}
	return 0;
}

static uint32_t classify_one(const struct acl *a, const struct trace *t, size_t i)
{
	const uint8_t *key = t->keys + i * t->stride;
	struct rte_acl_ctx *ctx = a->ctx[t->family[i]];
	uint32_t answer = 0;

	if (ctx != NULL)
		rte_acl_classify(ctx, &key, &answer, 1, 1);
	return answer;
}

/* Classifies packets of one family from first on. */
static void classify_alike(const struct acl *a, const struct trace *t, size_t first, size_t n, uint32_t *out)
{
	const uint8_t *keys[MAX_BATCH];
	struct rte_acl_ctx *ctx = a->ctx[t->family[first]];

	if (ctx == NULL) {
		memset(out, 0, n * sizeof(*out));
		return;
	}
	for (size_t i = 0; i < n; i++)
		keys[i] = t->keys + (first + i) * t->stride;
	rte_acl_classify(ctx, keys, out, n, 1);
}

/* Classifies packets of both families: apart, then back in order. */
static void classify_mixed(const struct acl *a, const struct trace *t, size_t first, size_t n, uint32_t *out)
{
	const uint8_t *keys[FAMILIES][MAX_BATCH];
	uint32_t answers[FAMILIES][MAX_BATCH] = {0};
	size_t count[FAMILIES] = {0};

	for (size_t i = first; i < first + n; i++)
		keys[t->family[i]][count[t->family[i]]++] = t->keys + i * t->stride;
	for (int f = 0; f < FAMILIES; f++)
		if (a->ctx[f] != NULL && count[f] > 0)
			rte_acl_classify(a->ctx[f], keys[f], answers[f], count[f], 1);
	count[V4] = count[V6] = 0;
	for (size_t i = 0; i < n; i++)
		out[i] = answers[t->family[first + i]][count[t->family[first + i]]++];
}

static void classify_batch(const struct acl *a, const struct trace *t, size_t first, size_t n, uint32_t *out)
{
	if (t->mixed)
		classify_mixed(a, t, first, n, out);
	else
		classify_alike(a, t, first, n, out);
}

static void check(struct pass *p, const struct trace *t, size_t i, uint32_t answer)
{
	p->checksum += answer;
	p->wrong += answer != t->want[i];
}

static void run_thr(const struct acl *a, const struct trace *t, size_t n, struct pass *p)
{
	for (size_t i = 0; i < n; i++)
		check(p, t, i, classify_one(a, t, i));
}

/* An answer's lowest bit says accept; behind an accepted packet one is left out. */
static void run_chain(const struct acl *a, const struct trace *t, size_t n, struct pass *p)
{
	size_t i = 0;

	for (size_t k = 0; k < n; k++) {
		uint32_t answer = classify_one(a, t, i);

		check(p, t, i, answer);
		i += 1 + (answer & 1);
		if (i >= n)
			i -= n;
	}
}

static void run_batch(const struct acl *a, const struct trace *t, size_t n, size_t batch, struct pass *p)
{
	uint32_t answers[MAX_BATCH];

	for (size_t i = 0; i < n; i += batch) {
		size_t size = n - i < batch ? n - i : batch;

		classify_batch(a, t, i, size, answers);
		for (size_t k = 0; k < size; k++)
			check(p, t, i + k, answers[k]);
	}
}

struct pass run(const struct acl *a, const struct trace *t, enum mode mode, size_t batch, size_t n)
{
	struct pass p = {0};
	uint64_t start = now_ns();

	switch (mode) {
	case THR:
		run_thr(a, t, n, &p);
		break;
	case CHAIN:
		run_chain(a, t, n, &p);
		break;
	case BATCH:
		run_batch(a, t, n, batch, &p);
		break;
	}
	p.ns = (double)(now_ns() - start) / n;
	return p;
}

void answer_all(const struct acl *a, const struct trace *t, uint32_t *out)
{
	for (size_t i = 0; i < t->len; i++)
		out[i] = classify_one(a, t, i);
}
