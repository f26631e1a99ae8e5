package match

// steps is how many steps are left to make a cross, each of some nanoseconds. They
// bound the time of Compile, and the size of a table.
type steps int

// numberSteps is what a new number takes at least: that of a page, a pair or a
// rest. So no more of them are made than fit 16 bits, out of at most maxSteps.
// What is made after the last step is thrown away.
const (
	numberSteps = 8
	maxSteps    = numberSteps << 16
)

func (s *steps) take(n int) { *s -= steps(n) }

func (s *steps) left() bool { return *s >= 0 }
