package audit

import (
	"example.com/sluice/match"
	"example.com/sluice/rule"
	"go4.org/netipx"
)

// Region is a set of packets: those whose every field is in its range. A range of
// IPv6 addresses that holds IPv4-mapped ones stands for the others in it, for
// mapped addresses are read as IPv4.
type Region struct {
	FirstProtocol, LastProtocol uint8 // one protocol where Ports
	Src, Dst                    netipx.IPRange
	SrcPort, DstPort            [2]uint16 // first and last; 0 and 65535 where not Ports
	Ports                       bool      // tcp or udp
	NIC                         rule.NIC  // counts where Classic
	Classic                     bool
}

// String returns r in one line.
func (r Region) String() string { return "" }

// Change is a region in which every packet's verdict differs in the same way:
// before it is Before's, after it is After's, and so are the causes.
type Change struct {
	Region        Region
	Witness       match.Packet // the first packet of Region
	Before, After Outcome      // those of Witness; other packets of Region may meet other rules
}

// Diff returns what changes for packets when the rules of before give way to
// those of after: disjoint regions that together hold exactly the packets whose
// verdict differs, sorted. The interfaces must be of one network type.
func Diff(before, after Interface) ([]Change, error) { return nil, nil }
