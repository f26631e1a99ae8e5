package main

import (
	"bufio"
	"bytes"
	"fmt"
	"unicode/utf8"

	"example.com/sluice/match"
	"github.com/spf13/cobra"
)

const decideLong = `Decide tells for each packet whether the rules of a network interface, those of
all its groups together, let it leave, and which rule decides: GROUP[INDEX], the
index counting the group's egress rules from 0 in the file's order. "sluice
explain" shows the rules themselves.

A group's file is a DescribeSecurityGroupAttribute reply in JSON or XML, or
lines of AuthorizeSecurityGroupEgress requests that all name one
SecurityGroupId. Replies may stand in the envelope of a client library, in an
array, one a line, and in pages, which follow each other in one file or in
several; a file may hold several groups. Requests and each reply have at most
16 MiB, a file 64 MiB. Where a reply may lack one direction or one NIC, a note
on standard error says so.

The members file is a JSON object, group id to a list of addresses, CIDR blocks
or first-last ranges, of at most 64 MiB.

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

// answerWriter writes the answers of one table, one a line. All of a line but the
// packet depends on the decision alone and is made once: there are as many as
// deciding rules.
type answerWriter struct {
	app    *app
	asJSON bool
	frames map[match.Decision]frame
	width  int // of the column that names what decides; 0: not known yet
	line   []byte
}

// newAnswerWriter returns the writer of decide's answers.
func (a *app) newAnswerWriter(asJSON bool) *answerWriter {
	return &answerWriter{app: a, asJSON: asJSON, frames: map[match.Decision]frame{}}
}

// frame is what stands around the packet in an answer.
type frame struct{ before, after []byte }

func (a *answerWriter) write(w *bufio.Writer, t *match.Table, p match.Packet, d match.Decision) error {
	f, ok := a.frames[d]
	if !ok {
		var err error
		if f, err = a.frame(t, d); err != nil {
			return err
		}
		a.frames[d] = f
	}
	line, err := p.AppendText(append(a.line[:0], f.before...))
	if err != nil {
		return err
	}
	a.line = append(line, f.after...)
	_, err = w.Write(a.line)
	return err
}

// frame makes the frame of a decision.
func (a *answerWriter) frame(t *match.Table, d match.Decision) (frame, error) {
	decider, _ := t.Rule(d)
	if a.asJSON {
		return jsonFrame(d, decider)
	}
	if a.width == 0 {
		a.width = len(match.Default.String())
		for r := range t.Rules() {
			a.width = max(a.width, utf8.RuneCountInString(placeText(r)))
		}
	}
	return a.app.textFrame(d, decider, a.width), nil
}

// textFrame is the frame of an answer for people. What decides stands before the
// packet, in a column as wide as the table's rules need.
func (a *app) textFrame(d match.Decision, decider match.Ref, width int) frame {
	verdict := a.paint(d.Verdict, fmt.Sprintf("%-6v", d.Verdict))
	by := d.Cause.String()
	if d.Cause == match.ByRule {
		by = placeText(decider)
	}
	return frame{fmt.Appendf(nil, "%s  %-*s  ", verdict, width, by), []byte("\n")}
}

// jsonFrame is the frame of an answer in JSON. The packet's text needs no
// escapes: it holds words, numbers, addresses without zones, and " >:[]".
func jsonFrame(d match.Decision, decider match.Ref) (frame, error) {
	const place = "@"
	line, err := appendJSON(nil, newAnswerJSON(place, d, decider))
	before, after, _ := bytes.Cut(line, []byte(place))
	return frame{before, after}, err
}
