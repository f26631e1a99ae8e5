package rteacl

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"io"
	"net/netip"

	"example.com/sluice/bench/internal/ruleset"
	"example.com/sluice/rule"
)

// WriteRules writes the rules of a case as acl_bench reads them, one a line. A
// rule whose destination is a group becomes one rule for each member.
func WriteRules(w io.Writer, c *ruleset.Case) error {
	b := bufio.NewWriter(w)
	fmt.Fprintln(b, "# FAMILY PROTOCOL/MASK SRC/LEN DST/LEN SPORT SPORT DPORT DPORT PRIORITY ANSWER")
	for i, r := range c.Rules {
		dsts := []netip.Prefix{r.Rule.Dst}
		if r.Rule.DstGroup != "" {
			dsts = c.Set.Members[r.Rule.DstGroup].Prefixes()
		}
		for _, dst := range dsts {
			writeRule(b, r.Rule, dst, len(c.Rules)-i, r.Answer)
		}
	}
	return b.Flush()
}

func writeRule(w io.Writer, r rule.Rule, dst netip.Prefix, priority int, answer ruleset.Answer) {
	src := r.Src
	if !src.IsValid() {
		src = netip.PrefixFrom(dst.Addr(), 0).Masked()
	}
	protocol, mask := uint8(r.Protocol), 0xff
	if r.Protocol == rule.All {
		protocol, mask = 0, 0
	}
	fmt.Fprintf(w, "%s %02x/%02x %s/%d %s/%d %s %s %d %d\n", family(dst.Addr()), protocol, mask,
		digits(src.Addr()), src.Bits(), digits(dst.Addr()), dst.Bits(),
		ports(r.SrcPorts), ports(r.DstPorts), priority, answer)
}

// WriteTrace writes the packets of a case and the answers to them, one a line.
func WriteTrace(w io.Writer, c *ruleset.Case) error {
	b := bufio.NewWriter(w)
	fmt.Fprintln(b, "# FAMILY PROTOCOL SRC DST SPORT DPORT ANSWER")
	for i, p := range c.Packets {
		fmt.Fprintf(b, "%s %d %s %s %d %d %d\n", family(p.Dst), p.Protocol,
			digits(p.Src), digits(p.Dst), p.SrcPort, p.DstPort, c.Answers[i])
	}
	return b.Flush()
}

func family(a netip.Addr) string {
	if a.Is4() {
		return "4"
	}
	return "6"
}

func digits(a netip.Addr) string { return hex.EncodeToString(a.AsSlice()) }

// ports writes a range. What takes any port takes port 0, too.
func ports(r rule.PortRange) string {
	if r.IsAny() {
		return "0 65535"
	}
	return fmt.Sprintf("%d %d", r.First, r.Last)
}
