package main

import (
	"fmt"
	"net/netip"

	"example.com/sluice/internal/gen"
	"example.com/sluice/internal/reference"
	"example.com/sluice/rule"
	"go4.org/netipx"
)

// setting is a network interface: the line before its decisions.
type setting struct {
	Interface struct {
		Type    string              `json:"type"`
		Groups  []reply             `json:"groups"`
		Members map[string][]string `json:"members"`
	} `json:"interface"`
}

// decision is one packet and its answer.
type decision struct {
	Packet  string `json:"packet"`
	Verdict string `json:"verdict"`
	Cause   string `json:"cause"`
	Group   string `json:"group,omitempty"` // where a rule decided
	Index   *int   `json:"index,omitempty"`
}

// perInterface is how many decisions an interface has.
const perInterface = 100

func writeDecisions(line func(any)) error {
	for i := range uint64(*decisions / perInterface) {
		s := gen.Seeded(*seed + i)
		x := gen.NewInterface(s, gen.AnyShape(s, 150))
		x.Members = plain(x.Members)
		var head setting
		head.Interface.Type = x.Groups[0].Type().String()
		head.Interface.Members = memberTexts(x.Members)
		for _, g := range x.Groups {
			head.Interface.Groups = append(head.Interface.Groups, replyOf(s, g))
		}
		line(head)
		ref := reference.New(x.Members, x.Groups...)
		packets := gen.NewPackets(x)
		for n := 0; n < perInterface; {
			p := packets.Next(s)
			text, ok := packetText(p)
			if !ok {
				continue
			}
			n++
			line(answer(text, ref.Decide(reference.Packet{
				Protocol: int(p.Protocol), Src: p.Src, Dst: p.Dst, SrcPort: int(p.SrcPort), DstPort: int(p.DstPort), NIC: p.NIC,
			})))
		}
	}
	return nil
}

func answer(text string, a reference.Answer) decision {
	d := decision{Packet: text, Verdict: "drop", Cause: a.Cause, Group: a.Group}
	if a.Accept {
		d.Verdict = "accept"
	}
	if a.Cause == reference.ByRule {
		d.Index = &a.Index
	}
	return d
}

var nicTexts = [...]string{rule.Intranet: "intranet", rule.Internet: "internet"}

// packetText writes a packet; ok is false where the text form has no words for it.
func packetText(p gen.Packet) (text string, ok bool) {
	if !p.Src.IsValid() || !p.Dst.IsValid() || p.Protocol > 255 || p.NIC > rule.Internet {
		return "", false
	}
	end := func(a netip.Addr, port uint16) string {
		switch {
		case p.Protocol != rule.TCP && p.Protocol != rule.UDP:
			return a.String()
		case a.Is6():
			return fmt.Sprintf("[%v]:%d", a, port)
		}
		return fmt.Sprintf("%v:%d", a, port)
	}
	names := map[rule.Protocol]string{rule.TCP: "tcp", rule.UDP: "udp", rule.ICMP: "icmp", rule.GRE: "gre"}
	name := names[p.Protocol]
	if name == "" {
		name = fmt.Sprint(int(p.Protocol))
	}
	text = name + " " + end(p.Src, p.SrcPort) + " > " + end(p.Dst, p.DstPort)
	if p.NIC != rule.NoNIC {
		text += " " + nicTexts[p.NIC]
	}
	return text, true
}

// plain leaves ranges out that touch the IPv4-mapped addresses: what they mean is
// a choice of this module, not of the provider.
func plain(sets map[string]*netipx.IPSet) map[string]*netipx.IPSet {
	mapped := netipx.RangeOfPrefix(netip.MustParsePrefix("::ffff:0:0/96"))
	out := map[string]*netipx.IPSet{}
	for id, set := range sets {
		var b netipx.IPSetBuilder
		for _, r := range set.Ranges() {
			if r.From().Is4() || r.To().Less(mapped.From()) || mapped.To().Less(r.From()) {
				b.AddRange(r)
			}
		}
		out[id], _ = b.IPSet() // the ranges come from a set
	}
	return out
}

func memberTexts(sets map[string]*netipx.IPSet) map[string][]string {
	texts := map[string][]string{}
	for id, set := range sets {
		texts[id] = []string{}
		for _, r := range set.Ranges() {
			switch p, ok := r.Prefix(); {
			case ok && p.IsSingleIP():
				texts[id] = append(texts[id], r.From().String())
			case ok:
				texts[id] = append(texts[id], p.String())
			default:
				texts[id] = append(texts[id], r.String())
			}
		}
	}
	return texts
}
