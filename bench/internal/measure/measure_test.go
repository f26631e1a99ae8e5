package measure

import (
	"errors"
	"slices"
	"testing"
	"time"
)

func TestMedian(t *testing.T) {
	for _, tt := range []struct {
		xs   []float64
		want float64
	}{{nil, 0}, {[]float64{3}, 3}, {[]float64{9, 1, 5}, 5}, {[]float64{4, 1, 3, 2}, 3}} {
		if got := Median(tt.xs); got != tt.want {
			t.Errorf("Median(%v) = %v, want %v", tt.xs, got, tt.want)
		}
	}
}

// recorder makes lanes that note when they run.
type recorder struct{ names []string }

func (r *recorder) lane(name string, ns float64) *Lane {
	return &Lane{Name: name, Pass: func(n int) (float64, error) {
		r.names = append(r.names, name)
		time.Sleep(time.Millisecond)
		return ns, nil
	}}
}

func TestLanesTakeTurns(t *testing.T) {
	var r recorder
	lanes := []*Lane{r.lane("a", 1), r.lane("b", 2), r.lane("c", 3)}
	plan := Plan{Packets: 100, Repetitions: 1, Budget: time.Hour, Calibrator: NewCalibrator()}
	if err := Turns(plan, lanes); err != nil {
		t.Fatal(err)
	}
	// A warm-up and a pass each, in turn.
	inTurn := slices.Compact(slices.Clone(r.names))[:3]
	if sorted := slices.Sorted(slices.Values(inTurn)); !slices.Equal(sorted, []string{"a", "b", "c"}) {
		t.Errorf("Turns ran %q first, want each once", inTurn)
	}
	if n := slices.Index(r.names, inTurn[1]); n < 2 || n > 1+int(warmTime/time.Millisecond) {
		t.Errorf("%d passes of a millisecond first, want a warm-up of %v and one", n, warmTime)
	}
	for i, l := range lanes {
		if l.Tries() < 1 || l.Tries() > triesPerRepetition {
			t.Errorf("lane %s had %d repetitions, want 1 to %d", l.Name, l.Tries(), triesPerRepetition)
		}
		if got, want := l.Median(), float64(i+1); got != want {
			t.Errorf("Median of lane %s = %v, want %v", l.Name, got, want)
		}
	}
}

// No lane always comes after the same other one.
func TestLanesMeetOthers(t *testing.T) {
	var r recorder
	lanes := []*Lane{r.lane("a", 1), r.lane("b", 2), r.lane("c", 3), r.lane("d", 4)}
	plan := Plan{Packets: 100, Repetitions: 20, Budget: time.Hour, WarmUp: time.Microsecond, Calibrator: NewCalibrator()}
	if err := Turns(plan, lanes); err != nil {
		t.Fatal(err)
	}
	before := map[string]map[string]bool{}
	names := slices.Compact(r.names)
	for i := 1; i < len(names); i++ {
		if before[names[i]] == nil {
			before[names[i]] = map[string]bool{}
		}
		before[names[i]][names[i-1]] = true
	}
	for _, l := range lanes {
		if len(before[l.Name]) < 3 {
			t.Errorf("lane %s comes after %v only", l.Name, before[l.Name])
		}
	}
}

func TestEachLaneRunsOnceHoweverShortTheTime(t *testing.T) {
	var r recorder
	lanes := []*Lane{r.lane("a", 1), r.lane("b", 2)}
	if err := Turns(Plan{Packets: 10, Repetitions: 100, Calibrator: NewCalibrator()}, lanes); err != nil {
		t.Fatal(err)
	}
	for _, l := range lanes {
		if l.Tries() != 1 {
			t.Errorf("lane %s had %d repetitions, want 1", l.Name, l.Tries())
		}
	}
}

func TestOnlyQuietRepetitionsCount(t *testing.T) {
	l := &Lane{quiet: []float64{10, 12, 11}, noisy: []float64{90, 95, 99, 98}}
	if l.Median() != 11 || l.Noisy() || l.Tries() != 7 {
		t.Errorf("Median, Noisy, Tries = %v, %v, %v, want 11, false, 7", l.Median(), l.Noisy(), l.Tries())
	}
	l = &Lane{noisy: []float64{90, 95, 99}}
	if l.Median() != 95 || !l.Noisy() {
		t.Errorf("without quiet ones Median, Noisy = %v, %v, want 95, true", l.Median(), l.Noisy())
	}
}

// A calibration counts as quiet while it takes as long as usual.
func TestCalibratorSeesDisturbance(t *testing.T) {
	c := NewCalibrator()
	for i := range c.times {
		c.times[i] = time.Hour
	}
	if !c.Quiet() {
		t.Error("far faster than usual is not quiet")
	}
	for i := range c.times {
		c.times[i] = time.Nanosecond
	}
	if c.Quiet() {
		t.Error("far slower than usual is quiet")
	}
}

func TestAWrongAnswerEndsTheTurns(t *testing.T) {
	wrong := PassLane("liar", func(int) int { return 3 })
	err := Turns(Plan{Packets: 10, Repetitions: 1, Calibrator: NewCalibrator()}, []*Lane{wrong})
	if want := "liar: 3 of 1 answers are wrong"; err == nil || err.Error() != want {
		t.Errorf("Turns = %v, want %q", err, want)
	}
}

func TestBuildLane(t *testing.T) {
	calls := 0
	count := func(work func()) *Lane {
		calls = 0
		return BuildLane("build", func() error { calls++; work(); return nil })
	}
	slow := count(func() { time.Sleep(2 * time.Millisecond) })
	for range 3 {
		if ns, err := slow.Pass(1); err != nil || ns < 2e6 {
			t.Fatalf("Pass = %v, %v, want the time of one call, above 2 ms", ns, err)
		}
	}
	if calls != 3 {
		t.Errorf("3 passes of 2 ms make %d calls, want 3", calls)
	}
	fast := count(func() {})
	for range 6 {
		if _, err := fast.Pass(1); err != nil {
			t.Fatal(err)
		}
	}
	if calls < 32 {
		t.Errorf("6 passes of nothing make %d calls, want twice as many each time", calls)
	}
	failed := errors.New("failed")
	if _, err := BuildLane("build", func() error { return failed }).Pass(1); !errors.Is(err, failed) {
		t.Errorf("Pass = %v, want %v", err, failed)
	}
}

func TestHeapBytes(t *testing.T) {
	const size = 1 << 20
	got, err := HeapBytes(8, func(int) (any, error) { return make([]byte, size), nil })
	if err != nil || got < size || got > 1.05*size {
		t.Errorf("HeapBytes = %.0f, %v, want about %d", got, err, size)
	}
	failed := errors.New("failed")
	if _, err := HeapBytes(1, func(int) (any, error) { return nil, failed }); !errors.Is(err, failed) {
		t.Errorf("HeapBytes = %v, want %v", err, failed)
	}
}

var sink []byte

func TestAllocs(t *testing.T) {
	if got := Allocs(100, func() { sink = make([]byte, 64) }); got != 1 {
		t.Errorf("Allocs of one allocation = %d", got)
	}
	if got := Allocs(100, func() {}); got != 0 {
		t.Errorf("Allocs of nothing = %d", got)
	}
}
