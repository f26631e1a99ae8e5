package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"example.com/sluice/internal/gen"
	"example.com/sluice/internal/trust/overlay"
)

// peak is the most memory that a process had, in bytes.
type peak int64

const oneGroup = `{"SecurityGroupId":"sg-1","VpcId":"vpc-1","Permissions":{"Permission":[{"Direction":"egress","IpProtocol":"TCP","PortRange":"1/80","DestCidrIp":"10.0.0.0/8","Policy":"Drop","Priority":"1","NicType":"intranet"}]}}`

// scratch is the directory that built has made; empty before.
var scratch string

// built builds the command once, in a directory that stays for the run.
var built = sync.OnceValues(func() (dir string, err error) {
	root, err := overlay.Root()
	if err != nil {
		return "", err
	}
	if dir, err = os.MkdirTemp("", "cost"); err != nil {
		return "", err
	}
	scratch = dir
	build := exec.Command("go", "build", "-o", filepath.Join(dir, "sluice"), "./cmd/sluice")
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	if err := os.WriteFile(filepath.Join(dir, "named.json"), []byte(strings.Replace(oneGroup, `"DestCidrIp":"10.0.0.0/8"`, `"DestGroupId":"sg-0"`, 1)), 0o600); err != nil {
		return "", err
	}
	return dir, os.WriteFile(filepath.Join(dir, "group.json"), []byte(oneGroup), 0o600)
})

// onCommand makes the job of a run of the command: with the text on its standard
// input, or in the file that "@" stands for.
func onCommand(args ...string) func(in any) (job, error) {
	return func(in any) (job, error) {
		dir, err := built()
		if err != nil {
			return nil, err
		}
		file := filepath.Join(dir, "input")
		if err := os.WriteFile(file, []byte(in.(string)), 0o600); err != nil {
			return nil, err
		}
		return func() (any, error) {
			cmd := exec.Command(filepath.Join(dir, "sluice"), args...)
			cmd.Dir = dir
			stdin, err := os.Open(file)
			if err != nil {
				return nil, err
			}
			defer stdin.Close()
			cmd.Stdin = stdin
			err = cmd.Run() // what it prints is not kept
			return peakOf(cmd.ProcessState), err
		}, nil
	}
}

func commandEntries() []entry {
	const most = "64 MiB"
	b := bound{time: 200 * time.Millisecond, timeN: 2000, alloc: 64 << 20, allocN: 256}
	streamed := b
	streamed.allocN = 0
	return []entry{
		{name: "sluice test, a file of cases", unit: "byte", most: most, quick: 64 << 10, long: 1 << 20, space: caseTexts, bound: b, start: onCommand("test", "--group", "group.json", "input")},
		{name: "sluice decide, packets", unit: "byte", most: "no limit, streamed", quick: 64 << 10, long: 1 << 20, space: packetLineTexts, bound: streamed, start: onCommand("decide", "--group", "group.json", "-")},
		{name: "sluice decide, a file of requests", unit: "byte", most: "16 MiB", quick: 64 << 10, long: 1 << 20, space: requestLineTexts, bound: b, start: onCommand("decide", "--group", "input", "--limit", "100000", "tcp 10.0.0.5:1 > 10.0.0.6:80")},
		// The last: its inputs make this process large, and Linux counts that for a command, too.
		{
			name: "sluice decide, a members file", unit: "member", most: "2,097,152, 64 MiB", quick: 20_000, long: gen.PatternLen, space: memberFiles,
			bound: bound{time: 10 * time.Second, alloc: 512 << 20}, start: onCommand("decide", "--group", "named.json", "--members", "input", "tcp 10.0.0.5:1 > 10.0.0.6:80"),
		},
	}
}

// cleanUp removes what built has made.
func cleanUp() {
	if scratch != "" {
		os.RemoveAll(scratch)
	}
}
