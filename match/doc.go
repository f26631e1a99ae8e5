// Package match compiles the egress rules of a network interface into a [Table]
// and decides packets with it.
//
// A packet meets the rules of all the interface's groups in one order: priority
// ascending; at equal priority drop before accept; then ("ours", it changes no
// verdict) group order, then entry order. The first rule that matches decides.
// Where none does, basic groups accept and advanced groups drop.
//
// This is pure rule evaluation. Not modelled: sessions (a reply to an accepted
// inbound connection leaves whatever the rules say), connectivity inside a
// group (the provider's outbound tables have no such step), and the platform's
// own exceptions (100.100.100.200 always open, TCP port 25 restricted,
// load-balancer and path-MTU traffic).
//
// "Ours" are also: an IPv4-mapped IPv6 address in a packet is read as IPv4, and
// a zone is ignored, so that no drop rule is missed by a change of form; a packet
// whose addresses are invalid or of two families, whose protocol is above 255, or
// that names no NIC where the groups are of a classic network, is dropped as
// [Invalid].
package match
