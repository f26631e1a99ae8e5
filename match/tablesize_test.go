package match

import (
	"fmt"
	"net/netip"
	"reflect"
	"testing"

	"go4.org/netipx"

	"example.com/sluice/rule"
)

// sizeOf returns how many bytes a table takes, without what it shares: the members
// and the rules of its groups.
func sizeOf(t *Table) int {
	s := sizer{}
	s.walk(reflect.ValueOf(t).Elem())
	return s.bytes
}

type sizer struct {
	seen  map[uintptr]bool
	bytes int
}

func (s *sizer) walk(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		switch v.Type().Elem() {
		case reflect.TypeFor[Members](), reflect.TypeFor[memberIndex](), reflect.TypeFor[rule.Group]():
			return
		}
		if v.IsNil() || s.seen[v.Pointer()] {
			return
		}
		if s.seen == nil {
			s.seen = map[uintptr]bool{}
		}
		s.seen[v.Pointer()] = true
		s.bytes += int(v.Type().Elem().Size())
		s.walk(v.Elem())
	case reflect.Slice:
		s.bytes += v.Cap() * int(v.Type().Elem().Size())
		if hasPointers(v.Type().Elem()) {
			for i := range v.Len() {
				s.walk(v.Index(i))
			}
		}
	case reflect.Array:
		if hasPointers(v.Type().Elem()) {
			for i := range v.Len() {
				s.walk(v.Index(i))
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			s.walk(v.Field(i))
		}
	}
}

func hasPointers(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice:
		return true
	case reflect.Array:
		return hasPointers(t.Elem())
	case reflect.Struct:
		for i := range t.NumField() {
			if hasPointers(t.Field(i).Type) {
				return true
			}
		}
	}
	return false
}

// addressSets are count groups of one address each, sg-000000 and up.
func addressSets(t *testing.T, count int) map[string]*netipx.IPSet {
	t.Helper()
	sets := map[string]*netipx.IPSet{}
	for i := range count {
		a := addr4(10<<24 + uint32(2*i))
		sets[fmt.Sprintf("sg-%06d", i)] = rangesOf(t, netipx.IPRangeFrom(a, a))
	}
	return sets
}

// toGroups are rules with sources of their own to the given groups, in turn.
func toGroups(t *testing.T, count int, ids ...string) *rule.Group {
	t.Helper()
	g := rule.NewGroup("sg", rule.VPC, rule.Basic)
	g.Limit = count
	for i := range count {
		r := rule.Rule{Protocol: rule.TCP, DstPorts: rule.PortRange{First: 22, Last: 22}, DstGroup: ids[i%len(ids)], Priority: 1,
			Src: netip.PrefixFrom(addr4(172<<24+uint32(i)<<8), 24)}
		if err := g.Add(r); err != nil {
			t.Fatal(err)
		}
	}
	return g
}

// What a table takes depends on its own rules and on the groups that they name,
// not on other groups, however many stand between those.
func TestTableSizeDependsOnItsRules(t *testing.T) {
	const many = 20_000
	first, last := "sg-000000", fmt.Sprintf("sg-%06d", many-1)
	all := addressSets(t, many)
	members := newMembers(t, all)
	alone := newMembers(t, map[string]*netipx.IPSet{first: all[first], last: all[last]})
	for _, rules := range []int{2, 128, 129, 1000} {
		g := toGroups(t, rules, first, last)
		table := compile(t, members, g)
		got, want := sizeOf(table), sizeOf(compile(t, alone, g))
		if got > want+1024 {
			t.Errorf("%d rules to two of %d groups: a table of %d bytes, want at most %d as without the others", rules, many, got, want+1024)
		}
		for i, id := range []string{first, last, fmt.Sprintf("sg-%06d", many/2)} {
			for _, src := range []string{"172.0.0.1", "172.0.1.1"} {
				p := packet(t, fmt.Sprintf("tcp %s:1 > %v:22", src, all[id].Ranges()[0].From()))
				want := "accept default"
				if i < 2 && (src == "172.0.1.1") == (i == 1) {
					want = fmt.Sprintf("drop sg[%d]", i)
				}
				if got := answer(table, p); got != want {
					t.Errorf("%d rules: Decide(%v) = %s, want %s", rules, p, got, want)
				}
			}
		}
	}
}

// A table to every group of many takes so many bytes for each at most.
func TestTableSizePerNamedGroup(t *testing.T) {
	const n = 2000
	sets := addressSets(t, 10*n)
	var ids []string
	for i := range n {
		ids = append(ids, fmt.Sprintf("sg-%06d", 10*i))
	}
	table := compile(t, newMembers(t, sets), toGroups(t, n, ids...))
	if got, most := sizeOf(table), 4<<20; got > most {
		t.Errorf("%d rules to %d groups of %d: a table of %d bytes, want at most %d", n, n, len(sets), got, most)
	}
	for i := range n {
		p := packet(t, fmt.Sprintf("tcp 172.%d.%d.1:1 > %v:22", i>>8, i&255, sets[ids[i]].Ranges()[0].From()))
		if got, want := answer(table, p), fmt.Sprintf("drop sg[%d]", i); got != want {
			t.Fatalf("Decide(%v) = %s, want %s", p, got, want)
		}
	}
}

// Groups that share addresses in too many ways are refused, and the bound is named.
func TestTooManyMemberClasses(t *testing.T) {
	x := &memberIndex{}
	x.classes.add(nil)
	var named []int32
	var classes []uint32
	for i := range int32(300) {
		named = append(named, i)
		for j := range i {
			classes = append(classes, x.classes.add([]int32{j, i}))
		}
	}
	m := memberClasses{}
	if err := m.renumber(x, named, classes, maxMemberRows/len(classes)); err != nil {
		t.Errorf("renumber of %d classes = %v, want none", len(classes), err)
	}
	m = memberClasses{}
	err := m.renumber(x, named, classes, maxMemberRows/len(classes)+1)
	if want := "match: the groups that the rules name share addresses in too many ways: want at most 43690 for so many rules"; err == nil || err.Error() != want {
		t.Errorf("renumber of %d classes = %v, want %s", len(classes), err, want)
	}
}

// Classes of one set of named groups have one number, and others none, whichever
// way they stand.
func TestClassNumbers(t *testing.T) {
	for name, step := range map[string]uint32{"dense": 3, "sparse": 1000} {
		var classes, numbers []uint32
		for i := range uint32(500) {
			classes = append(classes, 7+i*step)
			numbers = append(numbers, 1+i%5)
		}
		c, err := newClassNumbers(classes, numbers)
		if err != nil || (c.sparse == nil) != (name == "dense") {
			t.Fatalf("%s: newClassNumbers = %+v, %v, want a sparse one where the classes are", name, c, err)
		}
		for class := range 8 + 500*step {
			want := uint32(0)
			if class >= 7 && (class-7)%step == 0 && (class-7)/step < 500 {
				want = 1 + (class-7)/step%5
			}
			if got := c.of(class); got != want {
				t.Fatalf("%s: class %d has number %d, want %d", name, class, got, want)
			}
		}
	}
}
