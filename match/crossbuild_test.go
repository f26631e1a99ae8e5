package match

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
)

// What steps.go says: a new number takes numberSteps at least, whatever the rules.
func TestStepsBoundNumbers(t *testing.T) {
	if maxSteps/numberSteps > 1<<16 {
		t.Errorf("%d steps, %d for a number, want no more numbers than fit 16 bits", maxSteps, numberSteps)
	}
	for name, rule := range map[string]func(i int) string{
		"hosts": func(i int) string { return fmt.Sprintf("drop tcp to 10.%d.%d.1 port %d/%d", i/200, i%200, i+1, i+9) },
		"hosts and zones": func(i int) string {
			return fmt.Sprintf("drop all from 10.%d.0.0/16 to 10.%d.%d.1", i%7, i/200, i%200)
		},
		"ports": func(i int) string { return fmt.Sprintf("drop tcp to 0.0.0.0/0 port %d/%d", i+1, 3*i+1) },
		"both ports": func(i int) string {
			return fmt.Sprintf("drop udp sport %d/%d to 10.0.0.0/8 port %d/%d", i%30+1, i%30+3, i+1, i+9)
		},
		"pages of their own": func(i int) string { // what every host rule overrides, and what overrides it, alternate
			if i%2 == 0 {
				return fmt.Sprintf("drop tcp to 0.0.0.0/0 port %d/%d priority %d", i+1, i+1, 1+i/2%2*99)
			}
			return fmt.Sprintf("accept tcp to 10.%d.%d.1 port 1/65535 priority 50", i/200, i%200)
		},
	} {
		var texts []string
		for i := range 600 {
			texts = append(texts, rule(i))
		}
		table := compile(t, nil, basic(t, texts...))
		rules := table.ranked()
		c := newCrossing(rules, answersOf(rules, Accept), nil, &table.fields)
		ranks, _ := byDestination(rules)
		b := crossBuilder{crossing: c, ranks: ranks, pairs: map[string]uint16{}, steps: maxSteps}
		took := func() int { return maxSteps - int(b.steps) }
		var x cross
		var ok bool
		if x.kinds, x.rests, b.restsOf, ok = c.newRests(ranks, &b.steps); !ok {
			t.Fatalf("%s: too many rests", name)
		}
		rests := 0
		for _, p := range x.rests.pages {
			rests = max(rests, int(slices.Max(p[:]))+1)
		}
		before := took()
		if n := max(rests, len(x.rests.pages), len(x.rests.directory)); before < numberSteps*n {
			t.Errorf("%s: %d steps for %d rests, %d pages and %d places of them", name, before, rests, len(x.rests.pages), len(x.rests.directory))
		}
		b.addPair()
		rows, rowOf, ok := b.addLines(c.blockLines(ranks))
		if !ok || !b.finish(&x, rows, rowOf) {
			t.Fatalf("%s: too large", name)
		}
		if n := max(len(b.pages.pages), len(b.pairs), len(x.pairs.pages)) - 1; took()-before < numberSteps*n {
			t.Errorf("%s: %d steps for %d pages, %d pairs and %d pages of them", name, took()-before, len(b.pages.pages), len(b.pairs), len(x.pairs.pages))
		}
	}
}

// A cross is made whole or not at all: whatever the number of steps, it is the one
// of many, or refused.
func TestCrossIsWholeOrNone(t *testing.T) {
	for name, text := range map[string]func(i int) string{
		"hosts":   func(i int) string { return fmt.Sprintf("drop tcp to 10.0.%d.1 port %d/%d", i, i+1, i+9) },
		"sources": func(i int) string { return fmt.Sprintf("drop all from 10.%d.0.0/16 to 10.0.0.0/8", i) },
		"wide sources last": func(i int) string {
			return fmt.Sprintf("accept udp from 10.0.0.0/%d sport %d/%d to 10.0.0.%d port 1/9", 30-i, i+1, i+2, i)
		},
	} {
		var texts []string
		for i := range 20 {
			texts = append(texts, text(i))
		}
		table := compile(t, nil, basic(t, texts...))
		rules := table.ranked()
		ranks, _ := byDestination(rules)
		c := newCrossing(rules, answersOf(rules, Accept), nil, &table.fields)
		whole, ok := c.cross(ranks, c.blockLines(ranks), maxSteps)
		if !ok {
			t.Fatalf("%s: too large", name)
		}
		made, behind := 0, 0
		for max := steps(0); behind < 100; max++ {
			x, ok := c.cross(ranks, c.blockLines(ranks), max)
			switch {
			case ok && !reflect.DeepEqual(x, whole):
				t.Fatalf("%s: with %d steps the cross is another", name, max)
			case ok:
				behind++
			case behind > 0:
				t.Fatalf("%s: with %d steps there is none, with fewer there was", name, max)
			default:
				made++
			}
		}
		if made < 100 {
			t.Errorf("%s: %d steps are enough, want them to count", name, made)
		}
	}
}

// The rests may take half of a cross's steps, and with the pairs all of them.
func TestRestsTakeHalf(t *testing.T) {
	for name, text := range map[string]func(i int) string{
		"ports": func(i int) string { return fmt.Sprintf("drop tcp to 10.0.0.0/8 port %d/%d", i+1, i+1000) },
		"zones": func(i int) string { return fmt.Sprintf("drop all from 10.%d.0.0/16 to 10.0.%d.1", i, i) },
	} {
		var texts []string
		for i := range 200 {
			texts = append(texts, text(i))
		}
		table := compile(t, nil, basic(t, texts...))
		rules := table.ranked()
		ranks, _ := byDestination(rules)
		c := newCrossing(rules, answersOf(rules, Accept), nil, &table.fields)
		b := crossBuilder{crossing: c, ranks: ranks, pairs: map[string]uint16{}, steps: maxSteps}
		_, _, b.restsOf, _ = c.newRests(ranks, &b.steps)
		rests := maxSteps - b.steps
		b.addPair()
		b.addLines(c.blockLines(ranks))
		all := maxSteps - b.steps
		if (name == "ports") != (2*rests > all) {
			t.Fatalf("%s: rests take %d of %d steps, want the one set bound by them and the other not", name, rests, all)
		}
		enough := max(2*rests, all)
		if _, ok := c.cross(ranks, c.blockLines(ranks), enough); !ok {
			t.Errorf("%s: no cross with %d steps", name, enough)
		}
		if _, ok := c.cross(ranks, c.blockLines(ranks), enough-1); ok {
			t.Errorf("%s: a cross with %d steps, want it to take %d", name, enough-1, enough)
		}
	}
}
