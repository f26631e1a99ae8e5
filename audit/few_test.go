package audit

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"example.com/sluice/rule"
	"github.com/google/go-cmp/cmp"
)

func changesOf(t *testing.T, before, after fixture) (list []string) {
	t.Helper()
	changes, err := Diff(ctx, before.table(), after.table())
	if err != nil {
		t.Fatalf("Diff = %v", err)
	}
	for _, c := range changes {
		list = append(list, fmt.Sprintf("%v->%v %v", c.Before.Decision, c.After.Decision, c.Region))
	}
	return list
}

func TestFewRegions(t *testing.T) {
	var ports, hosts []string
	for n := range 60 {
		ports = append(ports, fmt.Sprintf("accept tcp to 0.0.0.0/0 port %d/%d priority %d", 100+n, 100+n, 1+n%7))
		hosts = append(hosts, fmt.Sprintf("accept tcp to 10.0.%d.0/24 port 443/443 priority %d", 64+n%64, 1+n%7))
	}
	for n := 60; n < 64; n++ {
		hosts = append(hosts, fmt.Sprintf("accept tcp to 10.0.%d.0/24 port 443/443 priority 1", 64+n%64))
	}
	basic := func(rules ...string) fixture { return vpc(t, rule.Basic, nil, rules...) }
	advanced := func(rules ...string) fixture { return vpc(t, rule.Advanced, nil, rules...) }
	for name, c := range map[string]struct {
		before, after fixture
		want          []string
	}{
		"the same, written otherwise": {
			basic("drop tcp to 10.0.0.0/8 port 80/80 priority 1", "drop udp to 10.0.0.0/8 port 80/80 priority 1"),
			basic("drop udp to 10.0.0.0/8 port 80/80 priority 7", "drop tcp to 10.128.0.0/9 port 80/80 priority 1", "drop tcp to 10.0.0.0/9 port 80/80 priority 9"),
			nil,
		},
		"the default": {
			basic(), advanced(),
			[]string{
				"accept by default->drop by default all to 0.0.0.0/0",
				"accept by default->drop by default all to ::/0",
			},
		},
		"sixty ports": {
			advanced(ports...), advanced(),
			[]string{"accept by rule->drop by default tcp to 0.0.0.0/0 port 100/159"},
		},
		"sixty-four blocks": {
			advanced(), advanced(hosts...),
			[]string{"drop by default->accept by rule tcp to 10.0.64.0/18 port 443/443"},
		},
		"a source crossing a destination": {
			advanced(),
			advanced("accept tcp from 10.0.0.0/8 to 0.0.0.0/0 port 22/22 priority 1", "accept tcp to 192.0.2.0/24 port 443/443 priority 2"),
			[]string{
				"drop by default->accept by rule tcp from 10.0.0.0/8 to 0.0.0.0/0 port 22/22",
				"drop by default->accept by rule tcp to 192.0.2.0/24 port 443/443",
			},
		},
		"ports cut, not blocks": {
			basic(),
			basic("drop tcp to 0.0.0.0/0 port 22/22 priority 1", "drop tcp from 10.0.0.0/8 to 10.1.0.0/16 port 1/65535 priority 1"),
			[]string{
				"accept by default->drop by rule tcp to 0.0.0.0/0 port 22/22",
				"accept by default->drop by rule tcp from 10.0.0.0/8 to 10.1.0.0/16 port 1/21",
				"accept by default->drop by rule tcp from 10.0.0.0/8 to 10.1.0.0/16 port 23/65535",
			},
		},
		"causes apart": {
			advanced("accept tcp to 10.0.0.0/8 port 22/22 priority 2"),
			advanced("accept tcp to 10.0.0.0/8 port 22/22 priority 2", "drop tcp to 10.0.0.0/9 port 22/22 priority 1", "accept tcp to 11.0.0.0/8 port 22/22 priority 1"),
			[]string{
				"drop by default->accept by rule tcp to 11.0.0.0/8 port 22/22",
				"accept by rule->drop by rule tcp to 10.0.0.0/9 port 22/22",
			},
		},
	} {
		got := changesOf(t, c.before, c.after)
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s: Diff: -want +got\n%s", name, d)
		}
	}
}

// Boxes that cross in all four fields take more disjoint regions than boxes, but
// not many more.
func TestFewRegionsOfCrossingBoxes(t *testing.T) {
	regions := 0
	for seed := range uint64(40) {
		s := rand.New(rand.NewPCG(seed, 9))
		var rules []string
		ports := func() string {
			a := 1 + s.IntN(60000)
			return []string{"1/65535", fmt.Sprintf("%d/%d", a, a+s.IntN(5000))}[s.IntN(3)/2]
		}
		block := func() string {
			return []string{"0.0.0.0/0", "10.0.0.0/8", fmt.Sprintf("10.%d.0.0/%d", 16*s.IntN(8), 12+s.IntN(5))}[s.IntN(3)]
		}
		for range 5 {
			rules = append(rules, fmt.Sprintf("drop tcp from %s sport %s to %s port %s priority 1", block(), ports(), block(), ports()))
		}
		regions += len(changesOf(t, vpc(t, rule.Basic, nil), vpc(t, rule.Basic, nil, rules...)))
	}
	if regions > 40*6 {
		t.Errorf("40 times five boxes make %d regions, want at most 6 each on the average", regions)
	}
	t.Log(regions)
}
