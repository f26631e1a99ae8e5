// Package smallworld enumerates worlds so small that every rule, every pair or triple
// of rules and every packet can be tried, and holds the engine's answers against
// internal/reference.
//
// A world has addresses and ports of a few bits. A [Place] says where those bits
// lie in real addresses and ports, so that every byte and word boundary is
// crossed by some place. Which packets a single rule matches is asked of the
// reference, once for each rule and packet: a table of bits. What several rules
// decide follows from their bits by a few plain lines (see expect), and those are
// held against the reference on samples of whole interfaces.
//
// [Sweep] compares all 2^32 IPv4 addresses, and [Ports] all ranges of ports at
// their edges. All are cut into units, so that a run can be sliced and resumed.
package smallworld
