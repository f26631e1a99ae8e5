package main

import (
	"bufio"
	"bytes"
	"fmt"

	"example.com/sluice/match"
	"github.com/spf13/cobra"
)

const decideLong = `Decide tells for each packet whether the rules of a network interface, those of
all its groups together, let it leave, and which rule decides: GROUP[INDEX], the
index counting the group's egress rules from 0 in the file's order. "sluice
explain" shows the rules themselves.

A group's file is a DescribeSecurityGroupAttribute reply, or lines of
AuthorizeSecurityGroupEgress requests that all name one SecurityGroupId. It has
at most 16 MiB. The members file is a JSON object, group id to a list of
addresses, CIDR blocks or first-last ranges, of at most 64 MiB.

Packets come as arguments or, with none or "-", one a line on standard input. A
line is text or, if its first character is a brace, JSON:

  PROTOCOL SRC[:PORT] > DST[:PORT] [internet|intranet]
  {"protocol":"tcp","src":"10.0.0.5","src_port":51000,
   "dst":"203.0.113.9","dst_port":443,"nic":"intranet"}       (on one line)

The protocol is tcp, udp, icmp, icmpv6, gre or a number 0 to 255. tcp and udp
have both ports, others none. IPv6 stands in brackets where a port follows. The
NIC must be named where the groups are of a classic network.

Packets as arguments are all read before the first is answered. Standard input
is answered as it comes, in constant memory. Blank lines and lines that start
with # are skipped; an input without a packet is bad input. A line has at most
64 KiB. At a bad line the answers so far stand, nothing behind it is answered,
and status 2 and the message say so.

Exit status: 0 every packet accepted; 1 a packet dropped, as an invalid one is;
2 bad use or bad input.`

const decideExample = `  sluice decide -g testdata/describe-newer.json \
    --members testdata/members.json \
    'tcp 10.0.0.5:51000 > 198.51.100.7:443' \
    'udp 10.0.0.5:1023 > 100.100.2.136:53'
  sluice decide --json -g testdata/describe-older.json - < testdata/packets.txt`

func newDecide(a *app) *cobra.Command {
	in := inputs{app: a}
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "decide --group FILE ... [--members FILE] [PACKET ... | -]",
		Short:   "Tell whether packets may leave, and by which rule",
		Long:    decideLong,
		Example: decideExample,
		RunE: func(_ *cobra.Command, args []string) error {
			return decide(&in, asJSON, args)
		},
		DisableFlagsInUseLine: true,
	}
	addGroupFlags(cmd, &in)
	addMembersFlag(cmd, &in)
	addJSONFlag(cmd, &asJSON)
	return cmd
}

func decide(in *inputs, asJSON bool, args []string) error {
	answers := in.app.newAnswerWriter(asJSON)
	return in.answer(args, func(w *bufio.Writer, t *match.Table, p match.Packet) (match.Verdict, error) {
		d := t.Decide(p)
		return d.Verdict, answers.write(w, t, p, d)
	})
}

// answerWriter writes answers, one a line. All of a line but the packet depends
// on the decision alone and is made once: there are as many as deciding rules.
type answerWriter struct {
	frame  func(match.Decision, match.Ref) (frame, error)
	frames map[match.Decision]frame
	line   []byte
}

// newAnswerWriter returns the writer of decide's answers.
func (a *app) newAnswerWriter(asJSON bool) *answerWriter {
	w := answerWriter{frame: a.textFrame, frames: map[match.Decision]frame{}}
	if asJSON {
		w.frame = jsonFrame
	}
	return &w
}

// frame is what stands around the packet in an answer.
type frame struct {
	before, after []byte
	width         int // the packet's column, filled with spaces
}

func (a *answerWriter) write(w *bufio.Writer, t *match.Table, p match.Packet, d match.Decision) error {
	f, ok := a.frames[d]
	if !ok {
		decider, _ := t.Rule(d)
		var err error
		if f, err = a.frame(d, decider); err != nil {
			return err
		}
		a.frames[d] = f
	}
	return a.writeIn(w, f, p)
}

// writeIn writes a packet in its frame.
func (a *answerWriter) writeIn(w *bufio.Writer, f frame, p match.Packet) error {
	line, err := p.AppendText(append(a.line[:0], f.before...))
	if err != nil {
		return err
	}
	for len(line) < len(f.before)+f.width {
		line = append(line, ' ')
	}
	a.line = append(line, f.after...)
	_, err = w.Write(a.line)
	return err
}

// textFrame is the frame of an answer for people.
func (a *app) textFrame(d match.Decision, decider match.Ref) (frame, error) {
	verdict := a.paint(d.Verdict, fmt.Sprintf("%-6v", d.Verdict))
	const wide = len("tcp 10.100.100.100:50000 > 203.0.113.200:443")
	return frame{[]byte(verdict + "  "), []byte("  " + answerText(d, decider) + "\n"), wide}, nil
}

// jsonFrame is the frame of an answer in JSON. The packet's text needs no
// escapes: it holds words, numbers, addresses without zones, and " >:[]".
func jsonFrame(d match.Decision, decider match.Ref) (frame, error) {
	const place = "@"
	line, err := appendJSON(nil, newAnswerJSON(place, d, decider))
	before, after, _ := bytes.Cut(line, []byte(place))
	return frame{before: before, after: after}, err
}
