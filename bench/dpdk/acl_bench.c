/*
 * acl_bench times DPDK's librte_acl over a rules file and a trace file, and
 * checks every answer. README.md has the formats.
 *
 *   acl_bench [-n REPETITIONS] [-o PREFIX] RULES TRACE
 *       every classify method of this machine, single packets, chained ones and
 *       batches: one JSON line each with the median of the repetitions
 *   acl_bench -s [-o PREFIX] RULES TRACE
 *       one pass for each line "METHOD MODE BATCH PACKETS" on standard input
 *       (how many packets a call gets, how many packets of the trace to pass),
 *       so that others can take turns with it
 *
 * -o writes the answer to each packet, in decimal and one a line, to
 * PREFIX.METHOD.
 */
#include "acl.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const size_t batches[] = {8, 16, 32, 64, 128, 256, 512, 1024};

struct bench {
	struct acl acl;
	struct rules rules;
	struct trace trace;
	int repetitions;
	const char *prefix; /* of the answers' files; NULL: none */
};

static const char *const mode_names[] = {"thr", "chain", "batch"};

static void print_pass(const char *method, enum mode mode, size_t batch, const struct pass *p)
{
	printf("{\"method\":\"%s\",\"mode\":\"%s\",\"batch\":%zu,\"ns\":%.3f,\"checksum\":%" PRIu64 ",\"wrong\":%zu}\n",
	       method, mode_names[mode], batch, p->ns, p->checksum, p->wrong);
	fflush(stdout);
}

static void write_answers(const struct bench *b, const char *method)
{
	char path[4096];
	uint32_t *answers = resize(NULL, b->trace.len, sizeof(*answers));
	FILE *file;

	snprintf(path, sizeof(path), "%s.%s", b->prefix, method);
	file = fopen(path, "w");
	if (file == NULL)
		die("%s: %s", path, strerror(errno));
	answer_all(&b->acl, &b->trace, answers);
	for (size_t i = 0; i < b->trace.len; i++)
		fprintf(file, "%" PRIu32 "\n", answers[i]);
	if (fclose(file) != 0)
		die("%s: %s", path, strerror(errno));
	free(answers);
}

static int by_ns(const void *a, const void *b)
{
	double x = ((const struct pass *)a)->ns, y = ((const struct pass *)b)->ns;

	return (x > y) - (x < y);
}

/* Prints the median of several passes, after one to warm up. */
static void report(const struct bench *b, const char *method, enum mode mode, size_t batch)
{
	struct pass *passes = resize(NULL, b->repetitions, sizeof(*passes));
	size_t wrong = 0;

	run(&b->acl, &b->trace, mode, batch, b->trace.len);
	for (int i = 0; i < b->repetitions; i++) {
		passes[i] = run(&b->acl, &b->trace, mode, batch, b->trace.len);
		wrong += passes[i].wrong;
	}
	qsort(passes, b->repetitions, sizeof(*passes), by_ns);
	passes[b->repetitions / 2].wrong = wrong;
	print_pass(method, mode, batch, &passes[b->repetitions / 2]);
	free(passes);
}

static void report_all(struct bench *b)
{
	for (int m = 0; method_names[m] != NULL; m++) {
		const char *method = method_names[m];

		if (!select_method(&b->acl, method))
			continue;
		report(b, method, THR, 1);
		report(b, method, CHAIN, 1);
		for (size_t i = 0; i < sizeof(batches) / sizeof(batches[0]); i++)
			report(b, method, BATCH, batches[i]);
	}
}

static void list_methods(struct bench *b)
{
	const char *comma = "";

	printf("{\"rules\":%zu,\"packets\":%zu,\"build_ns\":%" PRIu64 ",\"bytes\":%zu,\"methods\":[",
	       b->rules.len, b->trace.len, b->acl.build_ns, b->acl.bytes);
	for (int m = 0; method_names[m] != NULL; m++) {
		if (!select_method(&b->acl, method_names[m]))
			continue;
		printf("%s\"%s\"", comma, method_names[m]);
		comma = ",";
		if (b->prefix != NULL)
			write_answers(b, method_names[m]);
	}
	printf("]}\n");
	fflush(stdout);
}

static void serve(struct bench *b)
{
	char line[128], method[32], mode[32];
	size_t batch, packets;

	while (fgets(line, sizeof(line), stdin) != NULL) {
		enum mode m = THR;

		if (sscanf(line, "%31s %31s %zu %zu", method, mode, &batch, &packets) != 4)
			die("\"%s\": want METHOD MODE BATCH PACKETS", line);
		while (m <= BATCH && strcmp(mode_names[m], mode) != 0)
			m++;
		if (m > BATCH || batch < 1 || batch > MAX_BATCH || packets < 1 || packets > b->trace.len)
			die("\"%s\": want mode thr, chain or batch, a batch of 1 to %d and 1 to %zu packets",
			    line, MAX_BATCH, b->trace.len);
		if (!select_method(&b->acl, method))
			die("\"%s\": no such method on this machine", method);
		struct pass p = run(&b->acl, &b->trace, m, batch, packets);
		print_pass(method, m, batch, &p);
	}
}

int main(int argc, char **argv)
{
	struct bench b = {.repetitions = 9};
	int opt, serving = 0;

	while ((opt = getopt(argc, argv, "n:o:s")) != -1) {
		switch (opt) {
		case 'n':
			b.repetitions = atoi(optarg);
			break;
		case 'o':
			b.prefix = optarg;
			break;
		case 's':
			serving = 1;
			break;
		default:
			return 2;
		}
	}
	if (argc - optind != 2 || b.repetitions < 1)
		die("usage: acl_bench [-s] [-n REPETITIONS] [-o PREFIX] RULES TRACE");
	read_rules(argv[optind], &b.rules);
	read_trace(argv[optind + 1], &b.trace);
	start_eal(argv[0]);
	build(&b.acl, &b.rules);
	list_methods(&b);
	if (serving)
		serve(&b);
	else
		report_all(&b);
	return 0;
}
