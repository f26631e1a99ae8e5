package main

import (
	"fmt"
	"net/netip"
	"strings"

	"example.com/sluice/internal/gen"
	"example.com/sluice/rule"
)

// reply is a DescribeSecurityGroupAttribute reply.
type reply struct {
	RequestID   string `json:"RequestId"`
	GroupID     string `json:"SecurityGroupId"`
	VpcID       string `json:"VpcId"`
	Permissions struct {
		Permission []permission
	}
}

type permission struct {
	Direction           string
	IPProtocol          string `json:"IpProtocol"`
	PortRange           string
	SourcePortRange     string `json:",omitempty"`
	DestCidrIP          string `json:"DestCidrIp,omitempty"`
	IPv6DestCidrIP      string `json:"Ipv6DestCidrIp,omitempty"`
	SourceCidrIP        string `json:"SourceCidrIp,omitempty"`
	IPv6SourceCidrIP    string `json:"Ipv6SourceCidrIp,omitempty"`
	DestGroupID         string `json:"DestGroupId,omitempty"`
	DestGroupOwner      string `json:"DestGroupOwnerAccount,omitempty"`
	Policy              string
	Priority            any    // text in newer replies, a number in older ones
	NICType             string `json:"NicType"`
	SecurityGroupRuleID string `json:"SecurityGroupRuleId,omitempty"`
}

// replyOf writes a group by hand, in the older shape or the newer one, with an
// ingress rule here and there that plays no part.
func replyOf(s gen.Source, g *rule.Group) reply {
	r := reply{RequestID: fmt.Sprintf("%08X", s.IntN(1<<30)), GroupID: g.ID()}
	if g.Network() == rule.VPC {
		r.VpcID = "vpc-1"
	}
	newer := s.IntN(2) == 0
	r.Permissions.Permission = []permission{}
	for i, x := range g.Rules() {
		if s.IntN(20) == 0 {
			r.Permissions.Permission = append(r.Permissions.Permission, permission{
				Direction: "ingress", IPProtocol: "ALL", PortRange: "-1/-1", SourceCidrIP: "0.0.0.0/0",
				Policy: "Drop", Priority: "1", NICType: "intranet",
			})
		}
		p := permissionOf(x)
		if newer {
			p.SecurityGroupRuleID = fmt.Sprintf("sgr-%d", i)
		} else {
			p.Priority = int(x.Priority)
		}
		r.Permissions.Permission = append(r.Permissions.Permission, p)
	}
	return r
}

func permissionOf(x rule.Rule) permission {
	protocols := map[rule.Protocol]string{
		rule.TCP: "TCP", rule.UDP: "UDP", rule.ICMP: "ICMP", rule.ICMPv6: "ICMPv6", rule.GRE: "GRE", rule.All: "ALL",
	}
	p := permission{
		Direction: "egress", IPProtocol: protocols[x.Protocol], PortRange: "-1/-1",
		DestGroupID: x.DstGroup, DestGroupOwner: x.DstOwner,
		Policy: "Drop", Priority: fmt.Sprint(x.Priority), NICType: "intranet",
	}
	if x.Policy == rule.Accept {
		p.Policy = "Accept"
	}
	if x.NIC == rule.Internet {
		p.NICType = "internet"
	}
	if x.DstPorts.Last > 0 {
		p.PortRange = fmt.Sprintf("%d/%d", x.DstPorts.First, x.DstPorts.Last)
	}
	if x.SrcPorts.Last > 0 {
		p.SourcePortRange = fmt.Sprintf("%d/%d", x.SrcPorts.First, x.SrcPorts.Last)
	}
	p.DestCidrIP, p.IPv6DestCidrIP = blockTexts(x.Dst, x.DstHost)
	p.SourceCidrIP, p.IPv6SourceCidrIP = blockTexts(x.Src, x.SrcHost)
	return p
}

// blockTexts writes a block, with the host bits that it was given with.
func blockTexts(block netip.Prefix, host netip.Addr) (v4, v6 string) {
	if !block.IsValid() {
		return "", ""
	}
	text := block.String()
	if host.IsValid() {
		text = fmt.Sprintf("%v/%d", host, block.Bits())
	}
	if strings.Contains(text, ":") {
		return "", text
	}
	return text, ""
}
