package smallworld

import (
	"fmt"
	"math/rand/v2"
	"sync"

	"example.com/sluice/internal/reference"
	"example.com/sluice/match"
	"example.com/sluice/rule"
	"go4.org/netipx"
)

// bitset has a bit for each packet of a world.
type bitset [3]uint64

func (b *bitset) set(i int)      { b[i/64] |= 1 << (i % 64) }
func (b *bitset) has(i int) bool { return b[i/64]>>(i%64)&1 != 0 }

// Run tries one world at one place. Units may run at the same time.
type Run struct {
	World World
	Place Place

	params   []rule.Params // of the rules, the lane apart
	variants []variant
	matches  []bitset // of the matchers: rule r has matcher r/len(variants)
	lanes    []string
	packets  [][]match.Packet // by lane
	sets     map[string]*netipx.IPSet
	members  *match.Members

	mu    sync.Mutex
	tally Tally
}

// Tally counts what a run has compared.
type Tally struct {
	Asked                 int // answers of the reference
	Default, Accept, Drop int // verdicts, by what decides
	Contested             int // of those by a rule, how many matched another one, too
}

// NewRun prepares a run: it asks the reference for the packets of every rule.
func NewRun(w World, p Place) (*Run, error) {
	x := &Run{World: w, Place: p, variants: w.variants(), sets: map[string]*netipx.IPSet{}}
	if n := len(w.packets()); n > 192 {
		return nil, fmt.Errorf("%v has %d packets, want at most 192", w, n)
	}
	matchers := w.matchers()
	for _, m := range matchers {
		params, err := x.textOf(m)
		if err != nil {
			return nil, err
		}
		for _, v := range x.variants {
			params.Policy, params.Priority = v.policy.String(), fmt.Sprint(v.priority)
			x.params = append(x.params, params)
		}
	}
	chance := rand.New(rand.NewPCG(uint64(p.Offset), uint64(p.FirstPort)))
	for i := range p.Lanes {
		lane := ""
		if p.Lanes > 1 {
			lane = p.lane(i)
		}
		x.lanes = append(x.lanes, lane)
		x.packets = append(x.packets, x.packetsOf(i, chance))
	}
	var err error
	if x.members, err = match.NewMembers(x.sets); err != nil {
		return nil, err
	}
	x.matches = make([]bitset, len(matchers))
	for i := range matchers {
		if err := x.ask(i); err != nil {
			return nil, err
		}
	}
	return x, nil
}

// ask asks the reference which packets of lane 0 matcher i matches, alone.
func (x *Run) ask(i int) error {
	g := x.group("alone", 1)
	if err := g.Restore(x.entry(i*len(x.variants), 0)); err != nil {
		return err
	}
	alone := reference.New(x.sets, g)
	for k, p := range x.packets[0] {
		if alone.Decide(asReference(p)).Cause == reference.ByRule {
			x.matches[i].set(k)
		}
	}
	x.tally.Asked += len(x.packets[0])
	return nil
}

// Tally returns what the run has compared so far.
func (x *Run) Tally() Tally {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.tally
}

// Units is the number of units: one for each rule, as the first of its tuples.
func (x *Run) Units() int { return len(x.params) }

// Unit tries every tuple whose first rule is first, and returns how many verdicts
// it compared.
func (x *Run) Unit(first int) (verdicts int, err error) {
	b := x.newBatch(uint64(first))
	err = x.World.tuples(first, func(tuple []int) error { return b.add(tuple) })
	if err == nil {
		err = b.flush()
	}
	x.mu.Lock()
	x.tally.Asked += b.Asked
	x.tally.Default += b.Default
	x.tally.Accept += b.Accept
	x.tally.Drop += b.Drop
	x.tally.Contested += b.Contested
	x.mu.Unlock()
	return b.Default + b.Accept + b.Drop, err
}

func (x *Run) group(id string, limit int) *rule.Group {
	network := rule.VPC
	if len(x.World.NICs) > 1 {
		network = rule.Classic
	}
	g := rule.NewGroup(id, network, x.Place.Type)
	g.Limit = limit
	return g
}

func asReference(p match.Packet) reference.Packet {
	return reference.Packet{
		Protocol: int(p.Protocol), Src: p.Src, Dst: p.Dst,
		SrcPort: int(p.SrcPort), DstPort: int(p.DstPort), NIC: p.NIC,
	}
}
