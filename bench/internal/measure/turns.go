package measure

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"
)

// Lane is one contender in one mode.
type Lane struct {
	Name string
	// Pass does the work for the first n packets and returns the time of one, in
	// nanoseconds. It fails where an answer is wrong.
	Pass func(n int) (ns float64, err error)

	quiet, noisy []float64
}

// PassLane times the passes of a contender that returns how many of its answers
// were wrong.
func PassLane(name string, pass func(n int) (wrong int)) *Lane {
	return &Lane{Name: name, Pass: func(n int) (float64, error) {
		start := time.Now()
		wrong := pass(n)
		took := time.Since(start)
		if wrong > 0 {
			return 0, fmt.Errorf("%d of %d answers are wrong", wrong, n)
		}
		return float64(took) / float64(n), nil
	}}
}

// BuildLane times build, whatever the number of packets: as many calls a
// repetition as take a millisecond.
func BuildLane(name string, build func() error) *Lane {
	calls := 1
	return &Lane{Name: name, Pass: func(int) (float64, error) {
		start := time.Now()
		for range calls {
			if err := build(); err != nil {
				return 0, err
			}
		}
		took := time.Since(start)
		ns := float64(took) / float64(calls)
		if took < time.Millisecond {
			calls *= 2
		}
		return ns, nil
	}}
}

// Plan says how long lanes take turns.
type Plan struct {
	Packets     int           // of a full pass
	Repetitions int           // quiet ones that each lane shall have
	Budget      time.Duration // no round starts later, but for the first
	WarmUp      time.Duration // of a lane before each repetition; 0: 10 ms
	Calibrator  *Calibrator
}

// A lane that finds no quiet moment ends after so many tries a repetition.
const triesPerRepetition = 3

// warmTime is how long a lane warms up before each repetition unless the plan says
// otherwise. It is the same for all: a pass of the fastest takes a millisecond, which does not do (measured: 10.4
// ns behind one pass, 9.4 behind ten).
const warmTime = 10 * time.Millisecond

// Turns lets the lanes take turns, round by round, in an order that each round
// draws anew: what a lane leaves behind outlasts the warm-up of the next (measured:
// after librte_acl, which is another process, 33 ns in place of 23), and should not
// always meet the same.
func Turns(p Plan, lanes []*Lane) error {
	end := time.Now().Add(p.Budget)
	order := rand.New(rand.NewPCG(1, 1))
	for round := 0; ; round++ {
		if round > 0 && time.Now().After(end) {
			return nil
		}
		done := true
		for _, i := range order.Perm(len(lanes)) {
			l := lanes[i]
			if len(l.quiet) >= p.Repetitions || l.Tries() >= triesPerRepetition*p.Repetitions {
				continue
			}
			done = false
			if err := l.repeat(p); err != nil {
				return fmt.Errorf("%s: %w", l.Name, err)
			}
		}
		if done {
			return nil
		}
	}
}

// repeat makes one repetition: calibration, a warm-up, the pass, calibration.
func (l *Lane) repeat(p Plan) error {
	before := p.Calibrator.Quiet()
	if err := l.warmUp(p); err != nil {
		return err
	}
	ns, err := l.Pass(p.Packets)
	if err != nil {
		return err
	}
	if after := p.Calibrator.Quiet(); before && after {
		l.quiet = append(l.quiet, ns)
	} else {
		l.noisy = append(l.noisy, ns)
	}
	return nil
}

// warmUp makes passes until it is time; one at least.
func (l *Lane) warmUp(p Plan) error {
	for end := time.Now().Add(p.warmTime()); ; {
		if _, err := l.Pass(l.warmPackets(p)); err != nil || time.Now().After(end) {
			return err
		}
	}
}

// warmPackets is how many packets of a pass fit the warm-up.
func (l *Lane) warmPackets(p Plan) int {
	if l.Tries() == 0 {
		return max(p.Packets/10, 1)
	}
	return min(max(int(float64(p.warmTime())/l.Median()), 1), p.Packets)
}

func (p Plan) warmTime() time.Duration {
	if p.WarmUp == 0 {
		return warmTime
	}
	return p.WarmUp
}

// Tries is how many repetitions the lane had.
func (l *Lane) Tries() int { return len(l.quiet) + len(l.noisy) }

// Discarded is how many of them do not count.
func (l *Lane) Discarded() int {
	if len(l.quiet) == 0 {
		return 0
	}
	return len(l.noisy)
}

// Noisy reports whether no repetition was quiet, so that the disturbed ones
// count.
func (l *Lane) Noisy() bool { return len(l.quiet) == 0 }

// Median returns the median of the quiet repetitions, in nanoseconds a packet;
// of the disturbed ones where none was quiet.
func (l *Lane) Median() float64 {
	if l.Noisy() {
		return Median(l.noisy)
	}
	return Median(l.quiet)
}

// Median returns the median of xs, 0 of none. It is the upper one of two.
func Median(xs []float64) float64 {
	if len(xs) == 0 {
		return 0
	}
	return slices.Sorted(slices.Values(xs))[len(xs)/2]
}
