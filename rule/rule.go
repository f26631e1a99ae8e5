package rule

import (
	"net/netip"
	"strconv"
)

// Rule is one egress rule. No [Group] takes the zero Rule.
//
// A Rule says which packets it matches (Protocol, Dst or DstGroup, Src, the two
// port ranges, NIC) and what becomes of them (Policy), and how it ranks
// (Priority). The remaining fields are carried for people and for the provider
// and decide nothing.
type Rule struct {
	Protocol Protocol     `json:"protocol"`
	DstPorts PortRange    `json:"dst_ports"`          // tcp and udp need one, others have none
	SrcPorts PortRange    `json:"src_ports,omitzero"` // zero: any
	Dst      netip.Prefix `json:"dst,omitzero"`       // masked; zero where DstGroup is set
	DstGroup string       `json:"dst_group,omitzero"` // destination group's id; empty where Dst is set
	Src      netip.Prefix `json:"src,omitzero"`       // masked; zero: any source
	NIC      NIC          `json:"nic,omitzero"`       // NoNIC becomes the network's default when the rule enters a Group
	Policy   Policy       `json:"policy"`
	Priority uint8        `json:"priority"` // 1..100, 1 strongest; up to 110 in restored rules

	DstOwner    string `json:"dst_owner,omitzero"`    // DestGroupOwnerAccount; empty: our own account
	DstOwnerID  string `json:"dst_owner_id,omitzero"` // DestGroupOwnerId
	Description string `json:"description,omitzero"`

	// What a block said before masking, where it had host bits: 10.0.0.1 for
	// 10.0.0.1/8. Zero otherwise.
	DstHost netip.Addr `json:"dst_host,omitzero"`
	SrcHost netip.Addr `json:"src_host,omitzero"`

	// What only a Describe reply has.
	ID           string `json:"id,omitzero"` // SecurityGroupRuleId
	CreateTime   string `json:"create_time,omitzero"`
	DstGroupName string `json:"dst_group_name,omitzero"`
}

// Params returns the request text of r, such that [Parse] gives r back, less
// what only a Describe reply has. Values that no group takes are printed, too, and
// refused by that text.
func (r Rule) Params() Params {
	p := Params{
		IPProtocol:       r.Protocol.String(),
		PortRange:        r.DstPorts.String(),
		Policy:           r.Policy.String(),
		Priority:         strconv.Itoa(int(r.Priority)),
		NICType:          r.NIC.text(),
		Description:      r.Description,
		DestGroupID:      r.DstGroup,
		DestCidrIP:       blockText(r.Dst, r.DstHost, false),
		IPv6DestCidrIP:   blockText(r.Dst, r.DstHost, true),
		SourceCidrIP:     blockText(r.Src, r.SrcHost, false),
		IPv6SourceCidrIP: blockText(r.Src, r.SrcHost, true),

		DestGroupOwnerAccount: r.DstOwner,
		DestGroupOwnerID:      r.DstOwnerID,
	}
	if !r.SrcPorts.IsAny() {
		p.SourcePortRange = r.SrcPorts.String()
	}
	return p
}

// blockText prints block as it was written, where it is of the family asked for.
func blockText(block netip.Prefix, host netip.Addr, v6 bool) string {
	if block == (netip.Prefix{}) || block.Addr().Is6() != v6 {
		return ""
	}
	if block.Contains(host) {
		block = netip.PrefixFrom(host, block.Bits())
	}
	return block.String()
}
