#include "input.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void die(const char *format, ...)
{
	va_list args;

	fputs("acl_bench: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(2);
}

void *resize(void *p, size_t count, size_t size)
{
	p = reallocarray(p, count ? count : 1, size);
	if (p == NULL)
		die("out of memory for %zu times %zu bytes", count, size);
	return p;
}

/* A file read line by line. Blank lines and those that start with # are skipped. */
struct lines {
	const char *path;
	FILE *file;
	size_t number;
	char *text;
	size_t cap;
	char *rest; /* of the current line */
};

static void open_lines(struct lines *l, const char *path)
{
	memset(l, 0, sizeof(*l));
	l->path = path;
	l->file = fopen(path, "r");
	if (l->file == NULL)
		die("%s: %s", path, strerror(errno));
}

static int next_line(struct lines *l)
{
	while (getline(&l->text, &l->cap, l->file) >= 0) {
		l->number++;
		l->rest = l->text + strspn(l->text, " \t\r\n");
		if (*l->rest != '\0' && *l->rest != '#')
			return 1;
	}
	fclose(l->file);
	free(l->text);
	return 0;
}

/* Returns the next field: a text that ends at a space, a slash or the line's end. */
static char *field(struct lines *l, const char *what)
{
	char *f;

	do {
		f = strsep(&l->rest, " /\t\r\n");
		if (f == NULL)
			die("%s:%zu: no %s", l->path, l->number, what);
	} while (*f == '\0');
	return f;
}

static unsigned long number(struct lines *l, const char *what, int base, unsigned long most)
{
	char *f = field(l, what), *end;
	unsigned long n;

	errno = 0;
	n = strtoul(f, &end, base);
	if (*end != '\0' || errno != 0 || n > most || *f == '-' || *f == '+')
		die("%s:%zu: %s \"%s\": want a number in base %d up to %lu", l->path, l->number, what, f, base, most);
	return n;
}

static void end_of_line(struct lines *l)
{
	if (l->rest != NULL && l->rest[strspn(l->rest, " \t\r\n")] != '\0')
		die("%s:%zu: text behind the last field: %s", l->path, l->number, l->rest);
}

/* Reads the first and the last port of a range. */
static void range(struct lines *l, const char *what, uint16_t out[2])
{
	out[0] = number(l, what, 10, 0xffff);
	out[1] = number(l, what, 10, 0xffff);
	if (out[0] > out[1])
		die("%s:%zu: %s: first after last", l->path, l->number, what);
}

static enum family family(struct lines *l)
{
	unsigned long n = number(l, "family", 10, 6);

	if (n != 4 && n != 6)
		die("%s:%zu: family %lu: want 4 or 6", l->path, l->number, n);
	return n == 4 ? V4 : V6;
}

static void address(struct lines *l, const char *what, enum family f, uint8_t *out)
{
	char *hex = field(l, what);
	size_t size = f == V4 ? 4 : 16;

	if (strlen(hex) != 2 * size || strspn(hex, "0123456789abcdef") != 2 * size)
		die("%s:%zu: %s \"%s\": want %zu lower-case hexadecimal digits", l->path, l->number, what, hex, 2 * size);
	for (size_t i = 0; i < size; i++)
		sscanf(hex + 2 * i, "%2hhx", &out[i]);
}

void read_rules(const char *path, struct rules *out)
{
	struct lines l;
	size_t cap = 0;

	memset(out, 0, sizeof(*out));
	for (open_lines(&l, path); next_line(&l); out->len++) {
		struct rule *r;

		if (out->len == cap) {
			cap = cap ? 2 * cap : 1024;
			out->list = resize(out->list, cap, sizeof(*out->list));
		}
		r = &out->list[out->len];
		memset(r, 0, sizeof(*r));
		r->family = family(&l);
		r->proto = number(&l, "protocol", 16, 0xff);
		r->proto_mask = number(&l, "protocol mask", 16, 0xff);
		address(&l, "source", r->family, r->src);
		r->src_len = number(&l, "source length", 10, r->family == V4 ? 32 : 128);
		address(&l, "destination", r->family, r->dst);
		r->dst_len = number(&l, "destination length", 10, r->family == V4 ? 32 : 128);
		range(&l, "source port", r->sport);
		range(&l, "destination port", r->dport);
		r->priority = number(&l, "priority", 10, INT32_MAX);
		r->answer = number(&l, "answer", 10, UINT32_MAX);
		end_of_line(&l);
		out->count[r->family]++;
	}
}

static void put_port(uint8_t *to, unsigned long port)
{
	to[0] = port >> 8;
	to[1] = port;
}

/* Brings IPv4 keys close together where no packet is IPv6. */
static void pack(struct trace *t, size_t count[FAMILIES])
{
	t->mixed = count[V4] > 0 && count[V6] > 0;
	t->stride = count[V6] > 0 ? KEY6_SIZE : KEY4_SIZE;
	if (count[V6] == 0)
		for (size_t i = 0; i < t->len; i++)
			memmove(t->keys + i * KEY4_SIZE, t->keys + i * KEY6_SIZE, KEY4_SIZE);
}

void read_trace(const char *path, struct trace *out)
{
	struct lines l;
	size_t cap = 0, count[FAMILIES] = {0, 0};

	memset(out, 0, sizeof(*out));
	for (open_lines(&l, path); next_line(&l); out->len++) {
		size_t i = out->len, size;
		uint8_t *key;

		if (i == cap) {
			cap = cap ? 2 * cap : 1024;
			out->keys = resize(out->keys, cap, KEY6_SIZE);
			out->family = resize(out->family, cap, sizeof(*out->family));
			out->want = resize(out->want, cap, sizeof(*out->want));
		}
		key = out->keys + i * KEY6_SIZE;
		memset(key, 0, KEY6_SIZE);
		out->family[i] = family(&l);
		size = out->family[i] == V4 ? 4 : 16;
		key[0] = number(&l, "protocol", 10, 0xff);
		address(&l, "source", out->family[i], key + KEY_SRC);
		address(&l, "destination", out->family[i], key + KEY_SRC + size);
		put_port(key + KEY_SRC + 2 * size, number(&l, "source port", 10, 0xffff));
		put_port(key + KEY_SRC + 2 * size + 2, number(&l, "destination port", 10, 0xffff));
		out->want[i] = number(&l, "answer", 10, UINT32_MAX);
		end_of_line(&l);
		count[out->family[i]]++;
	}
	if (out->len == 0)
		die("%s: no packets", path);
	pack(out, count);
}
