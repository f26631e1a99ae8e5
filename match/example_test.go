package match_test

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"strings"
	"sync/atomic"

	"go4.org/netipx"

	"example.com/sluice/match"
	"example.com/sluice/rule"
)

// web is a group that lets https out, but not to 203.0.113.0/24.
func web() *rule.Group {
	g := rule.NewGroup("sg-web", rule.VPC, rule.Basic)
	err := g.Authorize(
		rule.Params{IPProtocol: "tcp", PortRange: "443/443", DestCidrIP: "0.0.0.0/0", Priority: "10"},
		rule.Params{IPProtocol: "tcp", PortRange: "443/443", DestCidrIP: "203.0.113.0/24", Priority: "10", Policy: "drop"},
		rule.Params{IPProtocol: "all", PortRange: "-1/-1", DestCidrIP: "0.0.0.0/0", Priority: "100", Policy: "drop"},
	)
	if err != nil {
		panic(err)
	}
	return g
}

func ExampleCompile() {
	t, err := match.Compile(nil, web()) // nil: no rule names another group
	if err != nil {
		fmt.Println(err)
		return
	}
	p := match.Packet{
		Protocol: rule.TCP,
		Src:      netip.MustParseAddr("10.0.0.5"), SrcPort: 51000,
		Dst: netip.MustParseAddr("203.0.113.9"), DstPort: 443,
	}
	d := t.Decide(p)
	if d.Verdict == match.Accept {
		fmt.Println("passes")
	}
	if r, ok := t.Rule(d); ok {
		fmt.Println(d.Verdict, "by", r)
	}
	// Output:
	// drop by sg-web[1] drop tcp to 203.0.113.0/24 port 443/443 priority 10 nic intranet
}

func ExampleTable_DecideBatch() {
	t, err := match.Compile(nil, web())
	if err != nil {
		fmt.Println(err)
		return
	}
	var packets []match.Packet
	for _, s := range []string{"tcp 10.0.0.5:51000 > 198.51.100.7:443", "udp 10.0.0.5:5353 > 198.51.100.7:53"} {
		p, err := match.ParsePacket(s)
		if err != nil {
			fmt.Println(err)
			return
		}
		packets = append(packets, p)
	}
	for i, d := range t.DecideBatch(nil, packets) {
		fmt.Println(packets[i], d)
	}
	// Output:
	// tcp 10.0.0.5:51000 > 198.51.100.7:443 accept by rule
	// udp 10.0.0.5:5353 > 198.51.100.7:53 drop by rule
}

func ExampleTable_Explain() {
	t, err := match.Compile(nil, web())
	if err != nil {
		fmt.Println(err)
		return
	}
	p, err := match.ParsePacket("tcp 10.0.0.5:51000 > 198.51.100.7:443")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(t.Explain(p))
	// Output:
	// tcp 10.0.0.5:51000 > 198.51.100.7:443: accept by rule
	//   decides: sg-web[0] accept tcp to 0.0.0.0/0 port 443/443 priority 10 nic intranet
	//   matches too, overridden (priority): sg-web[2] drop all to 0.0.0.0/0 priority 100 nic intranet
	//   does not match in dst: sg-web[1] drop tcp to 203.0.113.0/24 port 443/443 priority 10 nic intranet
}

func ExampleTable_Rules() {
	t, err := match.Compile(nil, web())
	if err != nil {
		fmt.Println(err)
		return
	}
	for r := range t.Rules() {
		fmt.Println(r.Index, r.Rule.Priority, r.Rule.Policy)
	}
	fmt.Print(t)
	// Output:
	// 1 10 drop
	// 0 10 accept
	// 2 100 drop
	// sg-web[1] drop tcp to 203.0.113.0/24 port 443/443 priority 10 nic intranet
	// sg-web[0] accept tcp to 0.0.0.0/0 port 443/443 priority 10 nic intranet
	// sg-web[2] drop all to 0.0.0.0/0 priority 100 nic intranet
	// default accept
}

func ExampleNewMembers() {
	g := rule.NewGroup("sg-web", rule.VPC, rule.Advanced)
	if err := g.Authorize(rule.Params{IPProtocol: "tcp", PortRange: "3306/3306", DestGroupID: "sg-db"}); err != nil {
		fmt.Println(err)
		return
	}
	_, err := match.Compile(nil, g)
	fmt.Println(err)

	var b netipx.IPSetBuilder
	b.Add(netip.MustParseAddr("10.0.8.10"))
	db, err := b.IPSet()
	if err != nil {
		fmt.Println(err)
		return
	}
	members, err := match.NewMembers(map[string]*netipx.IPSet{"sg-db": db}) // one for every table
	if err != nil {
		fmt.Println(err)
		return
	}
	t, err := match.Compile(members, g)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range []string{"tcp 10.0.0.5:51000 > 10.0.8.10:3306", "tcp 10.0.0.5:51000 > 10.0.8.11:3306"} {
		p, err := match.ParsePacket(s)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(p, t.Decide(p))
	}
	// Output:
	// match: rule 0 of group "sg-web" names group "sg-db", whose members are not known: want them among the Members
	// tcp 10.0.0.5:51000 > 10.0.8.10:3306 accept by rule
	// tcp 10.0.0.5:51000 > 10.0.8.11:3306 drop by default
}

func ExampleReadMembers() {
	sets, err := match.ReadMembers(strings.NewReader(`{"sg-db": ["10.0.8.10", "10.0.9.0/28", "10.0.10.4-10.0.10.9"]}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	members, err := match.NewMembers(sets)
	if err != nil {
		fmt.Println(err)
		return
	}
	set, ok := members.Set("sg-db")
	fmt.Println(ok, set.Contains(netip.MustParseAddr("10.0.10.9")))

	_, err = match.ReadMembers(strings.NewReader(`{"sg-db": ["10.0.8.10", "db.example"]}`))
	fmt.Println(err)
	// Output:
	// true true
	// members: sg-db[1]: "db.example": want an address, a CIDR block or a first-last range of one IP version, without a zone
}

func ExampleParsePacket() {
	p, err := match.ParsePacket("tcp 10.0.0.5:51000 > [::ffff:203.0.113.9]:443")
	fmt.Println(p, err) // normalised
	_, err = match.ParsePacket("tcp 10.0.0.5 > 203.0.113.9:443")
	fmt.Println(err)
	// Output:
	// tcp 10.0.0.5:51000 > 203.0.113.9:443 <nil>
	// packet "tcp 10.0.0.5 > 203.0.113.9:443": source "10.0.0.5": want ADDRESS:PORT with a port of 0 to 65535, IPv6 as [ADDRESS]:PORT
}

func ExamplePacket_json() {
	var p match.Packet
	err := json.Unmarshal([]byte(`{"protocol":"tcp","src":"10.0.0.5","src_port":51000,"dst":"203.0.113.9","dst_port":443}`), &p)
	fmt.Println(p, err)
	err = json.Unmarshal([]byte(`{"protocol":"icmp","src":"10.0.0.5","Dst":"203.0.113.9"}`), &p)
	fmt.Println(err)
	// Output:
	// tcp 10.0.0.5:51000 > 203.0.113.9:443 <nil>
	// packet "{\"protocol\":\"icmp\",\"src\":\"10.0.0.5\",\"Dst\":\"203.0.113.9\"}": Dst: unknown key, want protocol, src, src_port, dst, dst_port or nic
}

// A simulator holds its table behind an atomic pointer and swaps it whole:
// readers take no lock and see the old rules or the new, never a mixture.
func ExampleTable_swap() {
	g := web()
	var current atomic.Pointer[match.Table] // nil drops everything
	t, err := match.Compile(nil, g)
	if err != nil {
		fmt.Println(err)
		return
	}
	current.Store(t)

	p, err := match.ParsePacket("tcp 10.0.0.5:51000 > 203.0.113.9:443")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(current.Load().Decide(p))
	g.Remove(1)
	if t, err = match.Compile(nil, g); err != nil {
		fmt.Println(err)
		return
	}
	current.Store(t)
	fmt.Println(current.Load().Decide(p))
	// Output:
	// drop by rule
	// accept by rule
}
