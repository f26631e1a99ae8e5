package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math/big"
	"net/netip"
	"strings"
	"testing"

	"example.com/sluice/audit"
	"example.com/sluice/match"
	"example.com/sluice/rule"
	"go4.org/netipx"
)

// Worked out by hand from the rules of change-after.json and change-before.json.
func TestDiff(t *testing.T) {
	const opens = `opens      new rule sg-checkout[6] accept tcp to 198.51.100.25/32 port 587
           priority 10
           sgr-co07 "mail relay"
  before   sg-checkout[3] drop all to 0.0.0.0/0 priority 100
           sgr-co04 "close the rest"
  after    accept by rule sg-checkout[6]
  region   tcp to 198.51.100.25/32 port 587
           1 address, 1 port
  example  tcp 10.0.0.5:51000 > 198.51.100.25:587

`
	const closes = `closes     new rule sg-checkout[5] drop tcp from 10.0.0.0/16 to 203.0.113.0/24
           port 443 priority 5
           sgr-co06 "reseller: contract ended"
  before   accept by rules sg-checkout[0] and sg-checkout[1]
  after    drop by rule sg-checkout[5]
  region   tcp from 10.0.0.0/16 to 203.0.113.0/24 port 443
           256 addresses, 1 port
  example  tcp 10.0.0.5:51000 > 203.0.113.9:443

`
	args := []string{"diff", before, after}
	check(t, sluice("", args...), result{1, opens + closes + "2 regions: 1 opened, 1 closed\n", ""}, args...)
	args = []string{"diff", before, "-"}
	check(t, sluice(readFile(t, after), args...), result{1, opens + closes + "2 regions: 1 opened, 1 closed\n", ""}, args...)
	args = []string{"diff", after, after}
	check(t, sluice("", args...), result{0, "no packet's verdict differs\n", ""}, args...)
}

func TestDiffJSON(t *testing.T) {
	const want = `{"change":"drop->accept","region":{"protocol":"tcp","src":"0.0.0.0/0","dst":"198.51.100.25/32","src_port":"0/65535","dst_port":"587/587","addresses":1,"ports":1},"witness":"tcp 10.0.0.5:51000 > 198.51.100.25:587",` +
		`"before":{"cause":"rule","rule":{"group":"sg-checkout","index":3,"id":"sgr-co04","priority":100,"policy":"drop"}},"after":{"cause":"rule","rule":{"group":"sg-checkout","index":6,"id":"sgr-co07","priority":10,"policy":"accept"}}}
{"change":"accept->drop","region":{"protocol":"tcp","src":"10.0.0.0/16","dst":"203.0.113.0/24","src_port":"0/65535","dst_port":"443/443","addresses":256,"ports":1},"witness":"tcp 10.0.0.5:51000 > 203.0.113.9:443",` +
		`"before":{"cause":"rule","rule":{"group":"sg-checkout","index":0,"id":"sgr-co01","priority":10,"policy":"accept"}},"after":{"cause":"rule","rule":{"group":"sg-checkout","index":5,"id":"sgr-co06","priority":5,"policy":"drop"}},"before_others":[{"group":"sg-checkout","index":1,"id":"sgr-co02","priority":10,"policy":"accept"}]}
`
	args := []string{"diff", "--json", before, after}
	check(t, sluice("", args...), result{1, want, ""}, args...)
	args = []string{"diff", "--json", before, before}
	check(t, sluice("", args...), result{0, "", ""}, args...)
}

// A group more on the interface, with members, and back: the mirror.
func TestDiffGroups(t *testing.T) {
	there := []string{"diff", "--json", "--members", members, newer, newer + "," + draft}
	back := []string{"diff", "--json", "--members", members, newer + "," + draft, newer}
	if got, same := sluice("", there...), sluice("", "diff", "--members", members, newer+","+draft, draft+","+newer); got.status != statusFound || same.status != statusDone || same.stderr != "" {
		t.Errorf("another group: status %d; the same groups in another order: %d, message %q; want 1 and 0", got.status, same.status, same.stderr)
	}
	forth, mirrored := changes(t, sluice("", there...)), changes(t, sluice("", back...))
	if len(forth) == 0 || len(forth) != len(mirrored) {
		t.Fatalf("%d changes there, %d back, want as many and some", len(forth), len(mirrored))
	}
	for i, c := range forth {
		b := mirrored[i]
		verdicts := strings.Split(c.Change, "->")
		if b.Change != verdicts[1]+"->"+verdicts[0] || string(b.Before) != string(c.After) || string(b.After) != string(c.Before) || string(b.Region) != string(c.Region) {
			t.Errorf("change %d is\n%+v there and\n%+v back, want mirrors", i, c, b)
		}
		// And decide says the same of the witness.
		for k, groups := range [][]string{{"-g", newer}, {"-g", newer, "-g", draft}} {
			got := sluice("", append([]string{"decide", "--json", "--members", members, c.Witness}, groups...)...).stdout
			if want := `"verdict":"` + verdicts[k] + `"`; !strings.Contains(got, want) {
				t.Errorf("change %d: decide says of %s\n%swant %s", i, c.Witness, got, want)
			}
		}
	}
}

// change is a line of diff --json.
type change struct {
	Change, Witness       string
	Region, Before, After json.RawMessage
}

func changes(t *testing.T, r result) (list []change) {
	t.Helper()
	for line := range strings.Lines(r.stdout) {
		var c change
		if err := json.Unmarshal([]byte(line), &c); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		list = append(list, c)
	}
	return list
}

// lastProtocols are the numbers from 51 on.
func lastProtocols() (s audit.ProtocolSet) {
	for p := rule.Protocol(51); p < rule.All; p++ {
		s[p>>6] |= 1 << (p & 63)
	}
	return s
}

// The forms of a region.
func TestRegion(t *testing.T) {
	block := func(s string) netipx.IPRange { return netipx.RangeOfPrefix(netip.MustParsePrefix(s)) }
	any := [2]uint16{0, 65535}
	for _, test := range []struct {
		name   string
		region audit.Region
		text   string
		json   string
	}{
		{"a name with ports", audit.Region{Protocols: audit.Protocols(6), Src: block("0.0.0.0/0"), Dst: block("203.0.113.0/24"), SrcPort: any, DstPort: [2]uint16{443, 443}},
			"tcp to 203.0.113.0/24 port 443", `{"protocol":"tcp","src":"0.0.0.0/0","dst":"203.0.113.0/24","src_port":"0/65535","dst_port":"443/443","addresses":256,"ports":1}`},
		{"a name without", audit.Region{Protocols: audit.Protocols(58), Src: block("2001:db8::/32"), Dst: block("::/0"), SrcPort: any, DstPort: any},
			"icmpv6 from 2001:db8::/32 to ::/0", `{"protocol":"icmpv6","src":"2001:db8::/32","dst":"::/0","addresses":"340282366920938463463374607427473244160","ports":0}`},
		{"a number", audit.Region{Protocols: audit.Protocols(50), Src: block("0.0.0.0/0"), Dst: netipx.MustParseIPRange("10.0.0.1-10.0.0.2"), SrcPort: any, DstPort: any},
			"protocol 50 to 10.0.0.1-10.0.0.2", `{"protocol":"50","src":"0.0.0.0/0","dst":"10.0.0.1-10.0.0.2","addresses":2,"ports":0}`},
		{"numbers, one address, NIC", audit.Region{Protocols: lastProtocols(), Src: block("0.0.0.0/0"), Dst: block("10.0.0.1/32"), SrcPort: any, DstPort: any, NIC: rule.Internet, Classic: true},
			"protocol 51/255 to 10.0.0.1/32 nic internet", `{"protocol":"51/255","src":"0.0.0.0/0","dst":"10.0.0.1/32","nic":"internet","addresses":1,"ports":0}`},
		{"the first NIC", audit.Region{Protocols: audit.Protocols(17), Src: block("0.0.0.0/0"), Dst: block("0.0.0.0/0"), SrcPort: [2]uint16{0, 0}, DstPort: any, NIC: rule.Intranet, Classic: true},
			"udp sport 0 to 0.0.0.0/0 nic intranet", `{"protocol":"udp","src":"0.0.0.0/0","dst":"0.0.0.0/0","src_port":"0/0","dst_port":"0/65535","nic":"intranet","addresses":4294967296,"ports":65536}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := oneLine((&app{}).regionText(test.region)); got != test.text {
				t.Errorf("text %q, want %q", got, test.text)
			}
			got, err := appendJSON(nil, newRegionJSON(test.region))
			if string(got) != test.json+"\n" || err != nil {
				t.Errorf("JSON %s, %v, want %s", got, err, test.json)
			}
		})
	}
}

// The text names what makes a change: a rule that is new, changed or removed, else
// what decides after it.
func TestDiffMakers(t *testing.T) {
	t.Parallel()
	group := func(lines string) string { return requests(t, "sg-1", lines) }
	reply := func(id, priority, ports string) string {
		return file(t, `{"SecurityGroupId":"sg-1","VpcId":"vpc-1","Permissions":{"Permission":[{"SecurityGroupRuleId":"`+id+`","Direction":"egress","IpProtocol":"TCP","PortRange":"`+ports+`","DestCidrIp":"10.0.0.0/8","Policy":"Drop","Priority":"`+priority+`"}]}}`)
	}
	const dropWeb = "IpProtocol=tcp&PortRange=443/443&DestCidrIp=10.0.0.0/8&Policy=drop"
	const acceptAll = "IpProtocol=tcp&PortRange=1/65535&DestCidrIp=10.0.0.0/8&Priority=50\n"
	const toGroup = "IpProtocol=tcp&PortRange=443/443&DestGroupId=sg-db&NicType=intranet&Policy=drop\n"
	for _, test := range []struct {
		name, before, after string
		args                []string
		want                string
	}{
		{"new", group(acceptAll), group(acceptAll + dropWeb), nil, "closes     new rule sg-1[1] drop"},
		{"removed", group(acceptAll + dropWeb), group(acceptAll), nil, "opens      removed rule sg-1[1] drop"},
		{"removed, and the default decides", group(dropWeb), group("IpProtocol=gre&PortRange=-1/-1&DestCidrIp=10.0.0.0/8"), nil, "opens      removed rule sg-1[0] drop"},
		{"changed to more", reply("sgr-1", "1", "443/443"), reply("sgr-1", "1", "443/444"), nil, "closes     changed rule sg-1[0] drop tcp to 10.0.0.0/8 port 443/444 "},
		{"changed to less", reply("sgr-1", "1", "443/444"), reply("sgr-1", "1", "443/443"), nil, "opens      changed rule, before sg-1[0] drop tcp to 10.0.0.0/8 port 443/444\n"},
		{"another id is another rule", reply("sgr-1", "1", "443/443"), reply("sgr-2", "1", "443/444"), nil, "closes     new rule sg-1[0] "},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := sluice("", append([]string{"diff", test.before, test.after}, test.args...)...)
			if got.status != statusFound || !strings.HasPrefix(got.stdout, test.want) || !strings.HasSuffix(got.stdout, "1 region: "+map[bool]string{true: "1 opened, 0 closed", false: "0 opened, 1 closed"}[test.want[0] == 'o']+"\n") {
				t.Errorf("status %d, message %q, output\n%s\nwant 1 and at the start %q", got.status, got.stderr, got.stdout, test.want)
			}
		})
	}
	// Members and defaults make changes, too; both tables have the same rules.
	compile := func(typ rule.Type, members string) *match.Table {
		in := inputs{app: &app{}, limit: 100, typ: &typ, members: file(t, members), groups: []string{group(toGroup)}}
		table, err := in.table()
		if err != nil {
			t.Fatal(err)
		}
		return table
	}
	one, two := `{"sg-db":["10.0.0.1"]}`, `{"sg-db":["10.0.0.1","10.0.0.2"]}`
	for _, test := range []struct {
		name          string
		before, after *match.Table
		want          string
	}{
		{"a member more", compile(rule.Basic, one), compile(rule.Basic, two), "closes     rule sg-1[0] drop tcp group sg-db port 443 priority 1\n  before   accept by default\n  after    drop by rule sg-1[0]\n  region   tcp to 10.0.0.2/32 port 443\n           1 address, 1 port\n"},
		{"a member less", compile(rule.Basic, two), compile(rule.Basic, one), "opens      the default\n  before   sg-1[0] drop tcp group sg-db port 443 priority 1\n  after    accept by default\n  region   tcp to 10.0.0.2/32 port 443\n"},
		{"another type", compile(rule.Basic, one), compile(rule.Advanced, one), "closes     the default\n  before   accept by default\n  after    drop by default\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			list, err := audit.Diff(t.Context(), test.before, test.after)
			if err != nil {
				t.Fatal(err)
			}
			var b strings.Builder
			w := bufio.NewWriter(&b)
			if err := (&app{}).writeChanges(w, changeSet{test.before, test.after, list}); err != nil {
				t.Fatal(err)
			}
			w.Flush()
			if !strings.HasPrefix(b.String(), test.want) {
				t.Errorf("text\n%s\nwant at the start\n%s", b.String(), test.want)
			}
		})
	}
}

// Regions of one maker stand together, and what decides is told once for those
// that are decided alike.
func TestDiffByMaker(t *testing.T) {
	t.Parallel()
	was := requests(t, "sg-1", `IpProtocol=tcp&PortRange=80/80&DestCidrIp=10.0.0.0/8&Policy=drop&Priority=50
IpProtocol=tcp&PortRange=90/90&DestCidrIp=10.0.0.0/8&Policy=drop&Priority=50
IpProtocol=all&PortRange=-1/-1&DestCidrIp=0.0.0.0/0&Policy=drop&Priority=100
`)
	is := requests(t, "sg-1", `IpProtocol=tcp&PortRange=70/100&DestCidrIp=10.0.0.0/9&Priority=1
IpProtocol=tcp&PortRange=80/80&DestCidrIp=10.0.0.0/8&Policy=drop&Priority=50
IpProtocol=tcp&PortRange=90/90&DestCidrIp=10.0.0.0/8&Policy=drop&Priority=50
IpProtocol=all&PortRange=-1/-1&DestCidrIp=0.0.0.0/0&Policy=drop&Priority=100
IpProtocol=udp&PortRange=53/53&DestCidrIp=10.0.0.0/32&Priority=1
IpProtocol=udp&PortRange=53/53&DestCidrIp=10.0.0.9/32&Priority=1
`)
	got := sluice("", "diff", was, is).stdout
	for word, want := range map[string]int{"opens ": 3, "new rule sg-1[0] ": 1, "new rule sg-1[4] ": 1, "new rule sg-1[5] ": 1, "before ": 3, "after ": 3, "region ": 3, "example ": 3} {
		if n := strings.Count(got, word); n != want {
			t.Errorf("%q stands %d times, want %d:\n%s", word, n, want, got)
		}
	}
	many := sluice("", "diff", before, older).stdout
	if n, m := strings.Count(many, "\n  before "), strings.Count(many, "\n  region "); n >= m || n < 2 {
		t.Errorf("before stands %d times for %d regions, want it less often:\n%s", n, m, many)
	}
}

// All rules that make a region are told: none of several new rules is hidden behind
// that of the example.
func TestDiffSeveralRules(t *testing.T) {
	t.Parallel()
	const closed = "IpProtocol=all&PortRange=-1/-1&DestCidrIp=0.0.0.0/0&Policy=drop&Priority=100\n"
	was := requests(t, "sg-1", closed)
	is := requests(t, "sg-1", closed+`IpProtocol=tcp&PortRange=443/443&DestCidrIp=203.0.113.0/24
IpProtocol=tcp&PortRange=443/443&DestCidrIp=203.0.112.0/24
IpProtocol=tcp&PortRange=443/443&DestCidrIp=203.0.114.0/23&Priority=2
`)
	const newRules = `           sg-1[1] accept tcp to 203.0.113.0/24 port 443 priority 1
           sg-1[2] accept tcp to 203.0.112.0/24 port 443 priority 1
           sg-1[3] accept tcp to 203.0.114.0/23 port 443 priority 2
`
	const region = "  region   tcp to 203.0.112.0/22 port 443\n           1024 addresses, 1 port\n  example  tcp 10.0.0.5:51000 > 203.0.113.9:443\n\n"
	const all = "sg-1[0] drop all to 0.0.0.0/0 priority 100\n"
	args := []string{"diff", was, is}
	check(t, sluice("", args...), result{1, "opens      new rules\n" + newRules + "  before   " + all + "  after    accept by rules sg-1[1], sg-1[2] and sg-1[3]\n" + region + "1 region: 1 opened, 0 closed\n", ""}, args...)
	args = []string{"diff", is, was}
	check(t, sluice("", args...), result{1, "closes     removed rules\n" + newRules + "  before   accept by rules sg-1[1], sg-1[2] and sg-1[3]\n  after    " + all + region + "1 region: 0 opened, 1 closed\n", ""}, args...)
	got := sluice("", "diff", was, is, "--format", "markdown").stdout
	const span = "**opens** by new rules `sg-1[1] accept tcp to 203.0.113.0/24 port 443 priority 1`, `sg-1[2] accept tcp to 203.0.112.0/24 port 443 priority 1`, `sg-1[3] accept tcp to 203.0.114.0/23 port 443 priority 2`\n"
	if !strings.Contains(got, span) || !strings.Contains(got, "after: `accept by rules sg-1[1], sg-1[2] and sg-1[3]`") {
		t.Errorf("Markdown\n%s\nwant all three new rules in it", got)
	}
	got = sluice("", "diff", was, is, "--json").stdout
	const others = `"after":{"cause":"rule","rule":{"group":"sg-1","index":1,"priority":1,"policy":"accept"}},"after_others":[{"group":"sg-1","index":2,"priority":1,"policy":"accept"},{"group":"sg-1","index":3,"priority":2,"policy":"accept"}]}`
	if !strings.Contains(got, others) {
		t.Errorf("JSON\n%s\nwant at the end\n%s", got, others)
	}
}

// Where only some of the rules that decide after a change are new, those that are
// gone make it, too; and of many rules the first are named.
func TestDiffPartMakers(t *testing.T) {
	t.Parallel()
	const old = "IpProtocol=udp&PortRange=53/53&DestCidrIp=10.0.0.0/32&Priority=8\n"
	was := requests(t, "sg-1", "IpProtocol=all&PortRange=-1/-1&DestCidrIp=10.0.0.0/8&Policy=drop\n"+old)
	is := requests(t, "sg-1", old+"IpProtocol=udp&PortRange=53/53&DestCidrIp=10.0.0.1/32\n"+"IpProtocol=all&PortRange=-1/-1&DestCidrIp=10.0.0.2/0&Policy=drop&Priority=9\n")
	got := sluice("", "diff", was, is).stdout
	const want = `opens      new rule sg-1[1] accept udp to 10.0.0.1/32 port 53 priority 1
           and removed rule sg-1[0] drop all to 10.0.0.0/8 priority 1
  before   drop by rule sg-1[0]
  after    accept by rules sg-1[1] and sg-1[0]
`
	if !strings.Contains(got, want) {
		t.Errorf("text\n%s\nwant in it\n%s", got, want)
	}
	var many strings.Builder
	for i := range 7 {
		fmt.Fprintf(&many, "IpProtocol=tcp&PortRange=%d/%d&DestCidrIp=10.0.0.0/8&Policy=drop\n", i+1, i+1)
	}
	got = sluice("", "diff", requests(t, "sg-1", "IpProtocol=gre&PortRange=-1/-1&DestCidrIp=10.0.0.0/8"), requests(t, "sg-1", many.String())).stdout
	if !strings.Contains(got, "  after    drop by rules sg-1[0], sg-1[1], sg-1[2], sg-1[3], sg-1[4] and 2 more\n") || !strings.Contains(got, "           2 more\n") {
		t.Errorf("text\n%s\nwant five rules named and two counted", got)
	}
}

// What makes the status 1.
func TestDiffFailOn(t *testing.T) {
	t.Parallel()
	closing := requests(t, "sg-1", "IpProtocol=all&PortRange=-1/-1&DestCidrIp=0.0.0.0/0&Policy=drop")
	open := requests(t, "sg-1", "IpProtocol=all&PortRange=-1/-1&DestCidrIp=0.0.0.0/0")
	for _, test := range []struct {
		args   []string
		status int
	}{
		{[]string{open, closing}, 1},
		{[]string{open, closing, "--fail-on", "any"}, 1},
		{[]string{open, closing, "--fail-on", "opens"}, 0},
		{[]string{open, closing, "--fail-on", "never"}, 0},
		{[]string{closing, open, "--fail-on", "opens"}, 1},
		{[]string{closing, open, "--fail-on", "opens", "--json"}, 1},
		{[]string{closing, open, "--fail-on", "never"}, 0},
		{[]string{open, open, "--fail-on", "any"}, 0},
	} {
		got := sluice("", append([]string{"diff"}, test.args...)...)
		if got.status != test.status || got.stderr != "" || got.stdout == "" {
			t.Errorf("diff %q: status %d, message %q, output %q, want status %d and the regions", test.args, got.status, got.stderr, got.stdout, test.status)
		}
	}
	for args, words := range map[string][]string{
		"--fail-on closes":         {"--fail-on", `"closes"`, "opens, any, never"},
		"--format html":            {"--format", `"html"`, "text, markdown, json"},
		"--json --format markdown": {"--json and --format markdown", "one of them"},
		"--json --format text":     {"--json and --format text"},
	} {
		refused(t, "", append([]string{"diff", open, open}, strings.Fields(args)...), words...)
	}
}

func TestDiffFormats(t *testing.T) {
	t.Parallel()
	asJSON := sluice("", "diff", "--json", before, after)
	for _, args := range [][]string{{"diff", before, after, "--format", "json"}, {"diff", "--json", before, after, "--format=json"}} {
		check(t, sluice("", args...), asJSON, args...)
	}
	args := []string{"diff", before, after, "--format", "text"}
	check(t, sluice("", args...), sluice("", "diff", before, after), args...)
	args[4] = "markdown"
	const want = "**Egress rules**: 2 regions: 1 opened, 1 closed\n" + `
- **opens** by new rule ` + "`sg-checkout[6] accept tcp to 198.51.100.25/32 port 587 priority 10` `sgr-co07 \"mail relay\"`" + `
  - ` + "`tcp to 198.51.100.25/32 port 587`" + `: 1 address, 1 port
    - before: ` + "`drop by rule sg-checkout[3]`, after: `accept by rule sg-checkout[6]`" + `
    - example: ` + "`tcp 10.0.0.5:51000 > 198.51.100.25:587`" + `

- **closes** by new rule ` + "`sg-checkout[5] drop tcp from 10.0.0.0/16 to 203.0.113.0/24 port 443 priority 5` `sgr-co06 \"reseller: contract ended\"`" + `
  - ` + "`tcp from 10.0.0.0/16 to 203.0.113.0/24 port 443`" + `: 256 addresses, 1 port
    - before: ` + "`accept by rules sg-checkout[0] and sg-checkout[1]`, after: `drop by rule sg-checkout[5]`" + `
    - example: ` + "`tcp 10.0.0.5:51000 > 203.0.113.9:443`" + `
`
	check(t, sluice("", args...), result{1, want, ""}, args...)
	args = []string{"diff", after, after, "--format", "markdown"}
	check(t, sluice("", args...), result{0, "**Egress rules**: no packet's verdict differs\n", ""}, args...)
}

func TestSizeText(t *testing.T) {
	t.Parallel()
	all := [2]uint16{0, 65535}
	for _, test := range []struct {
		dst  string
		p    rule.Protocol
		port [2]uint16
		want string
	}{
		{"10.0.0.1/32", rule.TCP, [2]uint16{5, 5}, "1 address, 1 port"},
		{"10.0.0.0/31", rule.UDP, all, "2 addresses, 65536 ports"},
		{"0.0.0.0/0", rule.GRE, all, "4294967296 addresses"},
		{"2001:db8::/76", rule.GRE, all, "4503599627370496 addresses"},
		{"2001:db8::/75", rule.GRE, all, "2^53 addresses"},
		{"2001:db8::/64", rule.TCP, [2]uint16{1, 2}, "2^64 addresses, 2 ports"},
		{"::/0", rule.GRE, all, "340282366920938463463374607427473244160 addresses"},
	} {
		r := audit.Region{Protocols: audit.Protocols(test.p), Dst: netipx.RangeOfPrefix(netip.MustParsePrefix(test.dst)), DstPort: test.port, SrcPort: all}
		if got := sizeText(r); got != test.want {
			t.Errorf("sizeText of %v by %v = %q, want %q", test.dst, test.p, got, test.want)
		}
	}
}

// A count is a number as long as every reader of JSON takes it exactly.
func TestExactCounts(t *testing.T) {
	t.Parallel()
	for bits, want := range map[uint]string{0: "1", 32: "4294967296", 53: "9007199254740992", 54: `"18014398509481984"`, 64: `"18446744073709551616"`} {
		got, err := json.Marshal(exact{new(big.Int).Lsh(big.NewInt(1), bits)})
		if string(got) != want || err != nil {
			t.Errorf("2^%d is %s, %v, want %s", bits, got, err, want)
		}
	}
	if got, _ := json.Marshal(exact{big.NewInt(1<<53 + 1)}); string(got) != `"9007199254740993"` {
		t.Errorf("2^53 + 1 is %s, want a text", got)
	}
}
