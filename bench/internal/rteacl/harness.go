// Package rteacl runs DPDK's librte_acl, through the C program of bench/dpdk,
// over the rules and packets of a case.
package rteacl

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"example.com/sluice/bench/internal/ruleset"
)

// ErrAbsent says that the program is not built.
var ErrAbsent = errors.New("rteacl: acl_bench is not built: apt-get install libdpdk-dev pkg-config && make -C bench/dpdk")

// Find returns the program's path: the one given, or where make puts it, seen
// from the repository's root or from a directory of bench. It fails with
// ErrAbsent where there is none.
func Find(path string) (string, error) {
	if path != "" {
		_, err := os.Stat(path)
		return path, err
	}
	for _, dir := range []string{"bench/dpdk", "dpdk", "../dpdk", "../../dpdk"} {
		p := filepath.Join(dir, "acl_bench")
		if info, err := os.Stat(p); err == nil && info.Mode().IsRegular() {
			return filepath.Abs(p)
		}
	}
	return "", ErrAbsent
}

// Harness is the running program with the rules of one case.
type Harness struct {
	Methods []string // the classify methods of this machine
	BuildNS float64  // what it took to build the contexts
	Bytes   int64    // of the contexts

	c      *ruleset.Case
	cmd    *exec.Cmd
	in     io.WriteCloser
	out    *bufio.Reader
	stderr bytes.Buffer
	dir    string // the files
}

// Start writes the rules and the packets of c to files, runs the program over
// them, and checks its answers: each method's, packet by packet.
func Start(program string, c *ruleset.Case) (*Harness, error) {
	dir, err := os.MkdirTemp("", "sluice-acl-*")
	if err != nil {
		return nil, err
	}
	h := &Harness{c: c, dir: dir}
	if err := h.start(program); err != nil {
		return nil, errors.Join(fmt.Errorf("rteacl: %v: %w", c.Set.Spec, err), h.Close())
	}
	return h, nil
}

func (h *Harness) start(program string) error {
	rules, trace := filepath.Join(h.dir, "rules"), filepath.Join(h.dir, "trace")
	if err := errors.Join(writeFile(rules, h.c, WriteRules), writeFile(trace, h.c, WriteTrace)); err != nil {
		return err
	}
	h.cmd = exec.Command(program, "-s", "-o", filepath.Join(h.dir, "answers"), rules, trace)
	h.cmd.Stderr = &h.stderr
	var err error
	if h.in, err = h.cmd.StdinPipe(); err != nil {
		return err
	}
	out, err := h.cmd.StdoutPipe()
	if err != nil {
		return err
	}
	h.out = bufio.NewReader(out)
	if err := h.cmd.Start(); err != nil {
		return err
	}
	var built struct {
		BuildNS float64 `json:"build_ns"`
		Bytes   int64   `json:"bytes"`
		Methods []string
	}
	if err := h.read(&built); err != nil {
		return err
	}
	h.Methods, h.BuildNS, h.Bytes = built.Methods, built.BuildNS, built.Bytes
	for _, m := range h.Methods {
		if err := h.checkAnswers(m); err != nil {
			return err
		}
	}
	return nil
}

func writeFile(path string, c *ruleset.Case, write func(io.Writer, *ruleset.Case) error) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(write(f, c), f.Close())
}

// checkAnswers reads the answers of a method and compares each.
func (h *Harness) checkAnswers(method string) error {
	data, err := os.ReadFile(filepath.Join(h.dir, "answers."+method))
	if err != nil {
		return err
	}
	lines := strings.Fields(string(data))
	if len(lines) != len(h.c.Answers) {
		return fmt.Errorf("method %s gave %d answers to %d packets", method, len(lines), len(h.c.Answers))
	}
	for i, want := range h.c.Answers {
		if got := lines[i]; got != strconv.FormatUint(uint64(want), 10) {
			return fmt.Errorf("method %s answers %s to packet %d, %v, want %d", method, got, i, h.c.Packets[i], want)
		}
	}
	return nil
}

// Way is how packets are passed to the library.
type Way struct {
	Method string
	Mode   string // thr, chain or batch
	Batch  int    // packets a call; 1 in other modes
}

// Run passes the first n packets and returns the time of one, in nanoseconds. It
// fails where an answer is wrong.
func (h *Harness) Run(w Way, n int) (ns float64, err error) {
	if _, err := fmt.Fprintf(h.in, "%s %s %d %d\n", w.Method, w.Mode, w.Batch, n); err != nil {
		return 0, fmt.Errorf("rteacl: %w: %s", err, h.stderr.String())
	}
	var pass struct {
		NS       float64
		Checksum uint64
		Wrong    int
	}
	if err := h.read(&pass); err != nil {
		return 0, err
	}
	if want := h.checksum(w.Mode, n); pass.Wrong != 0 || pass.Checksum != want {
		return 0, fmt.Errorf("rteacl: %v of %d packets: %d wrong answers, checksum %d, want %d", w, n, pass.Wrong, pass.Checksum, want)
	}
	return pass.NS, nil
}

// checksum is the sum of the answers that a pass gets.
func (h *Harness) checksum(mode string, n int) (sum uint64) {
	i := 0
	for range n {
		a := h.c.Answers[i]
		sum += uint64(a)
		i++
		if mode == "chain" {
			i += int(a & 1)
		}
		if i >= n {
			i -= n
		}
	}
	return sum
}

func (h *Harness) read(v any) error {
	line, err := h.out.ReadBytes('\n')
	if err != nil {
		return fmt.Errorf("the program ended: %w: %s", errors.Join(err, h.cmd.Wait()), h.stderr.String())
	}
	return json.Unmarshal(line, v)
}

// Close ends the program and removes its files.
func (h *Harness) Close() error {
	if h.in != nil {
		h.in.Close() // it ends at the end of its input
	}
	if h.cmd != nil && h.cmd.Process != nil && h.cmd.ProcessState == nil {
		h.cmd.Wait()
	}
	return os.RemoveAll(h.dir)
}
