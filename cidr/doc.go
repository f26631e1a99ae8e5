// Package cidr tells which of a list of CIDR prefixes contain an address, at a
// cost that does not grow with the number of prefixes. It knows no rule.
//
// It has two indexes over the same question, both built once, immutable, and
// safe for any number of readers:
//
//   - [Rows], for up to 128 prefixes, is the trie folded level by level: one row
//     of bits per byte value and position, ANDed; or, for IPv6 prefixes that
//     part nearly everywhere, a hash for each length, or rows by class. Its loads
//     hardly wait for each other, so that a processor runs them side by side.
//     Tables of up to 128 rules decide by it.
//   - [Trie], for any number, leads to an equivalence class: two addresses are
//     of one class when the same prefixes contain both. Tables of more rules
//     decide by it.
//
// IPv4 and IPv6 are apart: 0.0.0.0/0 does not contain an IPv6 address, and an
// IPv4-mapped IPv6 address is an IPv6 address here. Callers that think
// otherwise unmap first.
package cidr
