package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"iter"
	"strings"

	"example.com/sluice/internal/strictjson"
	"example.com/sluice/match"
	"example.com/sluice/rule"
)

// maxLine bounds a packet's line, in bytes, its end not counted.
const maxLine = 64 << 10

const examplePacket = "tcp 10.0.0.5:51000 > 203.0.113.9:443"

// answer compiles the groups and answers every packet. write writes one answer
// and returns its verdict; one drop makes the status 1.
func (in *inputs) answer(args []string, write func(*bufio.Writer, *match.Table, match.Packet) (match.Verdict, error)) error {
	w := in.app.newWriter()
	packets, err := in.app.packets(args, w.Flush)
	if err != nil {
		return err
	}
	table, err := in.table()
	if err != nil {
		return err
	}
	dropped := false
	for p, err := range packets(table.Network()) {
		if err != nil {
			if writeErr := w.Flush(); writeErr != nil { // and the reader could not but pass it on
				return writeErr
			}
			return err // behind the answers so far, which stand
		}
		verdict, err := write(w, table, p)
		if err != nil {
			return err
		}
		dropped = dropped || verdict == match.Drop
	}
	return finish(w, dropped)
}

// packetsOf yields the packets that a command line names, for the groups of a
// network. The sequence ends behind an error.
type packetsOf func(rule.Network) iter.Seq2[match.Packet, error]

// packets returns the packets that a command line names. Arguments are all read
// before the first is answered; standard input is read as it comes, and flush is
// called before every wait for more of it.
func (a *app) packets(args []string, flush func() error) (packetsOf, error) {
	if isStdin(args) {
		stdin, err := a.takeStdin("the packets")
		if err != nil {
			return nil, err
		}
		return func(n rule.Network) iter.Seq2[match.Packet, error] {
			return packetLines(&flushingReader{stdin, flush}, stdinName, n)
		}, nil
	}
	ps := make([]match.Packet, len(args))
	for i, arg := range args {
		if arg == "-" {
			return nil, errDash
		}
		var err error
		if ps[i], err = parsePacket([]byte(arg)); err != nil {
			hint := fileHint(arg)
			if hint == "" && !strings.HasPrefix(arg, "{") && !strings.Contains(arg, " ") {
				hint = "\na packet is one argument: quote it, for > redirects in a shell"
			}
			return nil, fmt.Errorf("argument %d: %w%s", i+1, err, hint)
		}
	}
	return func(n rule.Network) iter.Seq2[match.Packet, error] {
		return func(yield func(match.Packet, error) bool) {
			for i := range ps {
				if err := nameNIC(&ps[i], n); err != nil {
					yield(match.Packet{}, fmt.Errorf("argument %d: %w", i+1, err))
					return
				}
			}
			for _, p := range ps {
				if !yield(p, nil) {
					return
				}
			}
		}
	}, nil
}

// nameNIC refuses a packet that names no NIC where the groups are classic. In a
// VPC, where the NIC plays no part, answers leave intranet out.
func nameNIC(p *match.Packet, n rule.Network) error {
	switch {
	case n == rule.Classic && p.NIC == rule.NoNIC:
		return fmt.Errorf("packet \"%v\" names no NIC, and the groups are classic: want internet or intranet behind it, in JSON a key nic", *p)
	case n == rule.VPC && p.NIC == rule.Intranet:
		p.NIC = rule.NoNIC
	}
	return nil
}

// packetLines yields the packets of r, one a line, in constant memory. Blank lines
// and comments are skipped; an input without a packet ends with an error.
func packetLines(r io.Reader, name string, network rule.Network) iter.Seq2[match.Packet, error] {
	return func(yield func(match.Packet, error) bool) {
		br := bufio.NewReaderSize(strictjson.NewText(r), maxLine+len("\r\n")) // a full one holds too long a line
		empty := true
		for n := 1; ; n++ {
			line, err := br.ReadSlice('\n')
			if err == io.EOF && len(line) == 0 {
				if empty {
					yield(match.Packet{}, errNothing(name, "a packet on each line, such as "+examplePacket))
				}
				return
			}
			p, skip, err := packetLine(line, err)
			if skip {
				continue
			}
			empty = false
			if err == nil {
				err = nameNIC(&p, network)
			}
			if err != nil {
				yield(match.Packet{}, fmt.Errorf("%s line %d: %w", name, n, err))
				return
			}
			if !yield(p, nil) {
				return
			}
		}
	}
}

// packetLine reads one line, whose end may be a carriage return and a newline; skip
// says that it holds no packet. readErr is what the reader said along with it.
func packetLine(line []byte, readErr error) (p match.Packet, skip bool, err error) {
	if readErr != nil && readErr != io.EOF && readErr != bufio.ErrBufferFull {
		return p, false, readErr
	}
	text := bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r"))
	if len(text) > maxLine {
		return p, false, fmt.Errorf("longer than %d bytes, want one packet", maxLine)
	}
	if skip, err = isSkipped(line); skip || err != nil {
		return p, skip, err
	}
	p, err = parsePacket(text)
	return p, false, err
}

// parsePacket reads a packet in JSON or text, as its first character says.
func parsePacket(text []byte) (p match.Packet, err error) {
	if len(text) > 0 && text[0] == '{' {
		err = p.UnmarshalJSON(text)
		return p, err
	}
	return match.ParsePacket(string(text))
}

// flushingReader flushes the results before each read of the input, which may
// wait: whoever feeds packets one by one gets each answer before the next.
type flushingReader struct {
	r     io.Reader
	flush func() error
}

func (f *flushingReader) Read(b []byte) (int, error) {
	if err := f.flush(); err != nil {
		return 0, err
	}
	return f.r.Read(b)
}
