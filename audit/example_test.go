package audit_test

import (
	"context"
	"fmt"
	"net/netip"

	"example.com/sluice/audit"
	"example.com/sluice/match"
	"example.com/sluice/rule"
)

// group makes a basic VPC group of rules in their text form.
func group(texts ...string) *match.Table {
	g := rule.NewGroup("sg-web", rule.VPC, rule.Basic)
	for _, text := range texts {
		var r rule.Rule
		if err := r.UnmarshalText([]byte(text)); err != nil {
			fmt.Println(err)
		}
		if err := g.Add(r); err != nil {
			fmt.Println(err)
		}
	}
	t, err := match.Compile(nil, g)
	if err != nil {
		fmt.Println(err)
	}
	return t
}

func ExampleLint() {
	findings, err := audit.Lint(context.Background(), group(
		"accept tcp to 203.0.113.0/25 port 443/443 priority 1",
		"accept tcp to 203.0.113.128/25 port 443/443 priority 1",
		"drop tcp to 203.0.113.0/24 port 443/443 priority 10", // neither half covers it, both do
		"drop udp to 192.0.2.0/24 port 53/53 priority 10",
	))
	if err != nil {
		fmt.Println(err)
	}
	for _, f := range findings {
		fmt.Println(f.Code, f.Rule)
		for _, r := range f.By {
			fmt.Println("  by", r)
		}
		fmt.Println("  as", f.Witness)
	}
	// Output:
	// shadowed sg-web[2] drop tcp to 203.0.113.0/24 port 443/443 priority 10 nic intranet
	//   by sg-web[0] accept tcp to 203.0.113.0/25 port 443/443 priority 1 nic intranet
	//   by sg-web[1] accept tcp to 203.0.113.128/25 port 443/443 priority 1 nic intranet
	//   as tcp 10.0.0.5:51000 > 203.0.113.9:443
}

func ExampleDiff() {
	before := group(
		"accept tcp to 203.0.113.0/24 port 443/443 priority 1",
		"drop all to 0.0.0.0/0 priority 100",
	)
	after := group(
		"accept tcp to 203.0.113.0/24 port 443/444 priority 1",
		"drop all to 0.0.0.0/0 priority 100",
	)
	changes, err := audit.Diff(context.Background(), before, after)
	if err != nil {
		fmt.Println(err)
	}
	for _, c := range changes {
		fmt.Println(c.Before.Decision.Verdict, "->", c.After.Decision.Verdict, c.Region)
		fmt.Println("  such as", c.Witness)
		fmt.Println("  before", c.Before.Rule)
		fmt.Println("  after", c.After.Rule)
	}
	// Output:
	// drop -> accept tcp to 203.0.113.0/24 port 444/444
	//   such as tcp 10.0.0.5:51000 > 203.0.113.9:444
	//   before sg-web[1] drop all to 0.0.0.0/0 priority 100 nic intranet
	//   after sg-web[0] accept tcp to 203.0.113.0/24 port 443/444 priority 1 nic intranet
}

func ExampleFind() {
	i := group(
		"accept tcp to 203.0.113.0/24 port 443/443 priority 1",
		"drop all to 0.0.0.0/0 priority 100",
	)
	accept := match.Accept
	for _, dst := range []string{"203.0.113.0/24", "192.0.2.0/24"} {
		found, ok, err := audit.Find(context.Background(), i, audit.Query{Verdict: &accept, Dst: netip.MustParsePrefix(dst)})
		switch {
		case err != nil:
			fmt.Println(err)
		case ok:
			fmt.Println(dst, "can be reached:", found.Packet)
		default:
			fmt.Println(dst, "cannot be reached")
		}
	}
	// Output:
	// 203.0.113.0/24 can be reached: tcp 10.0.0.5:51000 > 203.0.113.9:443
	// 192.0.2.0/24 cannot be reached
}

func ExampleFindEach() {
	found, err := audit.FindEach(context.Background(), group(
		"accept tcp to 203.0.113.0/24 port 443/443 priority 1",
		"accept udp to 192.0.2.0/24 port 53/53 priority 2",
		"drop all to 0.0.0.0/0 priority 100",
	), audit.Query{})
	if err != nil {
		fmt.Println(err)
	}
	for _, f := range found {
		fmt.Println(f.Packet, f.Outcome.Decision)
	}
	// Output:
	// tcp 10.0.0.5:51000 > 203.0.113.9:443 accept by rule
	// udp 10.0.0.5:51000 > 192.0.2.9:53 accept by rule
	// tcp 10.0.0.5:51000 > 192.0.2.9:443 drop by rule
}

func ExampleRemovable() {
	removal, err := audit.Removable(context.Background(), group(
		"accept tcp to 203.0.113.0/25 port 443/443 priority 1",
		"accept tcp to 203.0.113.128/25 port 443/443 priority 1",
		"accept tcp to 203.0.113.0/24 port 443/443 priority 10", // redundant beside both halves, and they beside it
		"drop all to 0.0.0.0/0 priority 100",
	))
	if err != nil {
		fmt.Println(err)
	}
	for _, r := range removal.Rules {
		fmt.Println(r)
	}
	fmt.Println("no larger set:", removal.Largest)
	// Output:
	// sg-web[0] accept tcp to 203.0.113.0/25 port 443/443 priority 1 nic intranet
	// sg-web[1] accept tcp to 203.0.113.128/25 port 443/443 priority 1 nic intranet
	// no larger set: true
}
