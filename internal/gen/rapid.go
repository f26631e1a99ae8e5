package gen

import (
	"net/netip"

	"example.com/sluice/rule"
	"pgregory.net/rapid"
)

// Drawn returns a source whose choices rapid records, replays and shrinks. Rapid
// prefers small numbers, so that shares differ from those of [Seeded].
func Drawn(t *rapid.T) Source { return drawn{t} }

type drawn struct{ t *rapid.T }

func (d drawn) IntN(n int) int { return rapid.IntRange(0, n-1).Draw(d.t, "choice") }

// from makes a rapid generator of what one call makes; rapid logs the whole, not
// every choice.
func from[T any](make func(s Source) T) *rapid.Generator[T] {
	return rapid.Custom(func(t *rapid.T) T { return make(Drawn(t)) })
}

// Prefixes generates n masked blocks of one family that nest and overlap.
func Prefixes(n int, v6 bool) *rapid.Generator[[]netip.Prefix] {
	return from(func(s Source) []netip.Prefix {
		m := NewMaker(s, Shape{})
		list := make([]netip.Prefix, n)
		for i := range list {
			list[i] = m.Prefix(v6)
		}
		return list
	})
}

// Params generates the text of one valid request to a group in network n.
func Params(n rule.Network) *rapid.Generator[rule.Params] {
	return from(func(s Source) rule.Params { return NewMaker(s, Shape{Network: n, Members: 2}).Params() })
}

// Rules generates one valid rule of a group in network n.
func Rules(n rule.Network) *rapid.Generator[rule.Rule] {
	return from(func(s Source) rule.Rule { return NewMaker(s, Shape{Network: n, Members: 2}).Rule() })
}

// Interfaces generates interfaces of any shape, of most rules altogether.
func Interfaces(most int) *rapid.Generator[Interface] {
	return from(func(s Source) Interface { return NewInterface(s, AnyShape(s, most)) })
}
