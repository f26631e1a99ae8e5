package audit

import "fmt"

// Bounds are how much work one call may take. A zero field, or one below zero, is
// the default. The bounds are ours; the provider has none.
type Bounds struct {
	// Steps bounds the time. Every loop takes steps in proportion to its time: where
	// they are many, one is two to three nanoseconds on a core of 2020. The default,
	// 2^32, is about ten seconds.
	Steps int64
	// Bytes bounds the memory that grows with the overlaps of rules; 512 MiB.
	Bytes int64
	// Regions bounds the answer of [Diff]; 131,072.
	Regions int
	// Rules bounds the rules of a table, and of both tables of a Diff; 131,072.
	Rules int
	// Cover bounds the steps of the search for a smallest cover of one rule. Beyond
	// it, a cover does from which no rule can be left out; 2^18.
	Cover int64
}

func (b Bounds) orDefault() Bounds {
	def := Bounds{Steps: 1 << 32, Bytes: 1 << 29, Regions: 1 << 17, Rules: 1 << 17, Cover: 1 << 18}
	if b.Steps > 0 {
		def.Steps = b.Steps
	}
	if b.Bytes > 0 {
		def.Bytes = b.Bytes
	}
	if b.Regions > 0 {
		def.Regions = b.Regions
	}
	if b.Rules > 0 {
		def.Rules = b.Rules
	}
	if b.Cover > 0 {
		def.Cover = b.Cover
	}
	return def
}

// Option changes how a call works.
type Option func(*options)

type options struct {
	bounds     Bounds
	byProtocol bool
}

// WithBounds sets the bounds of a call.
func WithBounds(b Bounds) Option { return func(o *options) { o.bounds = b } }

// ByProtocol makes [Diff] return regions of one protocol, or of one range of
// protocol numbers without ports, instead of joining alike protocols.
func ByProtocol() Option { return func(o *options) { o.byProtocol = true } }

func optionsOf(list []Option) options {
	var o options
	for _, set := range list {
		if set != nil {
			set(&o)
		}
	}
	o.bounds = o.bounds.orDefault()
	return o
}

// BoundError says that a call takes more work than its [Bounds] allow. There is
// no answer then, not a part of one.
type BoundError struct {
	Bound string // what there is too much of: "steps", "bytes of memory", "regions" or "rules"
	Limit int64  // how many there may be
}

// Error names the bound.
func (e *BoundError) Error() string {
	return fmt.Sprintf("audit: the rules take more than %d %s: want fewer rules, rules that overlap less, or wider bounds", e.Limit, e.Bound)
}
