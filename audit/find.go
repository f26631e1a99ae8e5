package audit

import (
	"net/netip"

	"example.com/sluice/match"
	"example.com/sluice/rule"
)

// Query is what a packet and its decision must be like. A zero field is no
// condition.
type Query struct {
	Verdict  *match.Verdict
	Cause    *match.Cause
	Protocol *rule.Protocol // All is no condition
	Src, Dst netip.Prefix
	SrcPort  *[2]uint16 // first and last; such a condition lets only tcp and udp pass
	DstPort  *[2]uint16
	NIC      *rule.NIC
}

// Found is a packet and what becomes of it.
type Found struct {
	Packet  match.Packet
	Outcome Outcome
}

// Find returns a packet that meets the query; false is a proof that there is
// none.
func Find(i Interface, q Query) (Found, bool, error) { return Found{}, false, nil }

// FindEach returns one packet for every rule that decides any which meets the
// query, strongest rule first.
func FindEach(i Interface, q Query) ([]Found, error) { return nil, nil }
