package rteacl

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/sluice/bench/internal/ruleset"
)

// standIn names the behaviour of the test binary when it runs as acl_bench.
const standIn = "SLUICE_ACL_BENCH_STAND_IN"

// The test binary plays acl_bench, so that the protocol is tested where
// librte_acl is not installed.
func TestMain(m *testing.M) {
	if how := os.Getenv(standIn); how != "" {
		playACLBench(how)
		return
	}
	os.Exit(m.Run())
}

// playACLBench answers as the trace file says, or wrongly in one of several ways.
func playACLBench(how string) {
	if how == "does not start" {
		fmt.Fprintln(os.Stderr, "no memory")
		os.Exit(2)
	}
	prefix, trace := os.Args[3], os.Args[5]
	data, err := os.ReadFile(trace)
	if err != nil {
		panic(err)
	}
	var answers []string
	for line := range strings.Lines(string(data)) {
		if fields := strings.Fields(line); fields[0] != "#" {
			answers = append(answers, fields[len(fields)-1])
		}
	}
	switch how {
	case "wrong answer":
		answers[1] = "99"
	case "too few answers":
		answers = answers[1:]
	}
	os.WriteFile(prefix+".scalar", []byte(strings.Join(answers, "\n")+"\n"), 0o644)
	fmt.Println(`{"rules":5,"packets":3,"build_ns":1000,"bytes":64,"methods":["scalar"]}`)
	replies := map[string]string{
		"scalar thr 1 3":   `{"method":"scalar","mode":"thr","batch":1,"ns":50.5,"checksum":15,"wrong":0}`,
		"scalar chain 1 3": `{"method":"scalar","mode":"chain","batch":1,"ns":51,"checksum":13,"wrong":0}`,
		"scalar batch 8 3": `{"method":"scalar","mode":"batch","batch":8,"ns":20,"checksum":15,"wrong":1}`,
		"scalar batch 8 2": `{"method":"scalar","mode":"batch","batch":8,"ns":20,"checksum":15,"wrong":0}`,
	}
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		reply, ok := replies[in.Text()]
		if !ok {
			fmt.Fprintf(os.Stderr, "%q: no such way\n", in.Text())
			os.Exit(2)
		}
		fmt.Println(reply)
	}
}

func startStandIn(t *testing.T, how string) (*Harness, error) {
	t.Helper()
	t.Setenv(standIn, how)
	h, err := Start(os.Args[0], smallCase(t))
	if err == nil {
		t.Cleanup(func() {
			if err := h.Close(); err != nil {
				t.Errorf("Close: %v", err)
			}
		})
	}
	return h, err
}

func TestRun(t *testing.T) {
	h, err := startStandIn(t, "right")
	if err != nil {
		t.Fatal(err)
	}
	if len(h.Methods) != 1 || h.Methods[0] != "scalar" || h.BuildNS != 1000 || h.Bytes != 64 {
		t.Errorf("Methods, BuildNS, Bytes = %q, %v, %v, want scalar, 1000, 64", h.Methods, h.BuildNS, h.Bytes)
	}
	if ns, err := h.Run(Way{"scalar", "thr", 1}, 3); ns != 50.5 || err != nil {
		t.Errorf("Run(thr) = %v, %v, want 50.5", ns, err)
	}
	// All three packets are accepted: the chain takes the first, the third, the second.
	if _, err := h.Run(Way{"scalar", "chain", 1}, 3); err == nil || !strings.Contains(err.Error(), "checksum 13, want 15") {
		t.Errorf("Run(chain) with a wrong checksum = %v", err)
	}
	if _, err := h.Run(Way{"scalar", "batch", 8}, 3); err == nil || !strings.Contains(err.Error(), "1 wrong answers") {
		t.Errorf("Run(batch) with a wrong answer = %v", err)
	}
	if _, err := h.Run(Way{"scalar", "batch", 8}, 2); err == nil || !strings.Contains(err.Error(), "checksum 15, want 12") {
		t.Errorf("Run of two packets with the checksum of three = %v", err)
	}
	if _, err := h.Run(Way{"sse", "thr", 1}, 3); err == nil || !strings.Contains(err.Error(), "no such way") {
		t.Errorf("Run of an unknown method = %v, want the program's message", err)
	}
}

func TestStartChecksTheAnswers(t *testing.T) {
	for how, want := range map[string]string{
		"wrong answer":    "method scalar answers 99 to packet 1, icmpv6 2001:db8::1 > 2001:db8::2, want 7",
		"too few answers": "method scalar gave 2 answers to 3 packets",
		"does not start":  "no memory",
	} {
		if _, err := startStandIn(t, how); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Start, program plays %q: %v, want %q", how, err, want)
		}
	}
}

func TestFind(t *testing.T) {
	t.Chdir(t.TempDir())
	if _, err := Find(""); !errors.Is(err, ErrAbsent) {
		t.Errorf("Find in an empty directory = %v, want ErrAbsent", err)
	}
	if _, err := Find("nowhere"); err == nil || errors.Is(err, ErrAbsent) {
		t.Errorf(`Find("nowhere") = %v, want that there is no such file`, err)
	}
	want := filepath.Join("bench", "dpdk", "acl_bench")
	if err := os.MkdirAll(filepath.Dir(want), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(want, nil, 0o755); err != nil {
		t.Fatal(err)
	}
	if got, err := Find(""); err != nil || !strings.HasSuffix(got, want) || !filepath.IsAbs(got) {
		t.Errorf("Find = %q, %v, want the absolute path of %s", got, err, want)
	}
}

// Where the program is built, it agrees with the engine on each packet of each
// kind of set, in every way.
func TestLibrteACLAgrees(t *testing.T) {
	program, err := Find("")
	if errors.Is(err, ErrAbsent) {
		t.Log(err)
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, spec := range []ruleset.Spec{
		{Shape: ruleset.SG, Rules: 100, Family: ruleset.V4},
		{Shape: ruleset.FW, Rules: 100, Family: ruleset.V6},
		{Shape: ruleset.ACL, Rules: 100, Family: ruleset.Mixed},
	} {
		c, err := ruleset.Load(spec, 1000)
		if err != nil {
			t.Fatal(err)
		}
		h, err := Start(program, c)
		if err != nil {
			t.Fatal(err)
		}
		for _, method := range h.Methods {
			for _, w := range []Way{{method, "thr", 1}, {method, "chain", 1}, {method, "batch", 7}, {method, "batch", 256}} {
				if _, err := h.Run(w, len(c.Packets)); err != nil {
					t.Errorf("%v: %v", spec, err)
				}
			}
		}
		if err := h.Close(); err != nil {
			t.Error(err)
		}
	}
}
