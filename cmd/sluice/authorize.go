package main

import (
	"bufio"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"strings"

	"example.com/sluice/ecs"
	"example.com/sluice/internal/strictjson"
	"example.com/sluice/rule"
	"github.com/spf13/cobra"
)

const authorizeLong = `Authorize plays AuthorizeSecurityGroupEgress for each request, in order, and
prints the API's reply to each. Of a refused request, standard error has every
fault: HTTP status, code, parameter, refused text and what is accepted; of a
duplicate, the rule that is held, and where that stands.

A request is a URL or its query, as the API's page prints them; a command line
of aliyun or curl; or a JSON object of the parameters. Its rules come flat, or
in the newer form Permissions.N. Requests come as arguments or, with none or
"-", on standard input: a query on a line, and lines that start with & go on
with it; a command line as a shell reads it; objects, one a line, over several
lines or in an array. Blank lines and lines that start with # are skipped.

With --group, the region holds exactly those groups. Without, every group exists
and is empty, and each request meets what the requests before it have entered.

All requests are read before the first is played. Where one cannot be read as a
request (an unknown parameter, a bad escape), none is played, nothing is printed
and nothing written: that is status 2.

With -o, DIR is made where it is missing, and gets ID.json for each changed
group, bytes of the id other than letters, digits, - _ and inner dots as %XX. A
file of that name is replaced, in one move. Files are written before the first
reply is printed; where one cannot be, nothing is printed, and that is status 2.

Exit status: 0 every request done; 1 a request refused; 2 bad use or bad input.`

const authorizeExample = `  sluice authorize - < testdata/requests.txt
  sluice authorize --group testdata/describe-older.json -o changed \
  'SecurityGroupId=sg-older01&IpProtocol=all&PortRange=-1/-1&DestCidrIp=8.8.8.8'`

// authorization is one run of authorize.
type authorization struct {
	inputs
	json   bool
	format string
	dir    string
}

func newAuthorize(a *app) *cobra.Command {
	x := authorization{inputs: inputs{app: a}, format: "json"}
	cmd := &cobra.Command{
		Use:     "authorize [--group FILE ...] [-o DIR] [REQUEST ... | -]",
		Short:   "Play AuthorizeSecurityGroupEgress and print the API's replies",
		Long:    authorizeLong,
		Example: authorizeExample,
		RunE: func(cmd *cobra.Command, args []string) error {
			if x.json && x.format != "json" {
				return badUse(cmd, fmt.Errorf("--json and --format %s: want one of them", x.format))
			}
			return x.run(args)
		},
		DisableFlagsInUseLine: true,
	}
	addGroupFlags(cmd, &x.inputs)
	addJSONFlag(cmd, &x.json)
	cmd.Flags().Func("format", "form of the replies (default json) `json|xml`", func(s string) error {
		x.format = s
		if s != "json" && s != "xml" {
			return errors.New("want json or xml")
		}
		return nil
	})
	cmd.Flags().FuncP("output", "o", "where each changed group is written as a Describe reply `DIR`", named(&x.dir))
	complete(cmd, "format", "json", "xml")
	must(cmd.MarkFlagDirname("output"))
	return cmd
}

func (x *authorization) run(args []string) error {
	stdin, err := x.takeRequests(args) // before a group's file can
	if err != nil {
		return err
	}
	known, region, from, err := x.region()
	if err != nil {
		return err
	}
	calls, err := x.calls(args, stdin)
	if err != nil {
		return err
	}
	changed, err := play(calls, region, from)
	if err != nil {
		return err
	}
	if x.dir != "" {
		if err := saveChanged(x.dir, changed, known, region); err != nil {
			return err
		}
	}
	return x.reply(calls)
}

// call is one request and its outcome.
type call struct {
	place   string // where it was given, for messages
	request ecs.Request
	faults  rule.Errors // why it was refused, if it was
	from    origins     // of the rules that its group held when it was refused
}

const exampleRequest = "SecurityGroupId=sg-1&IpProtocol=tcp&PortRange=22/22&DestCidrIp=203.0.113.0/24"

// takeRequests takes standard input where the arguments leave the requests to it;
// nil where they do not.
func (x *authorization) takeRequests(args []string) (io.Reader, error) {
	if !isStdin(args) {
		return nil, nil
	}
	return x.app.takeStdin("the requests")
}

// calls reads all requests, of the arguments or of stdin where it is not nil.
func (x *authorization) calls(args []string, stdin io.Reader) ([]call, error) {
	var calls []call
	add := func(place, text string) error {
		q, err := ecs.ParseRequest(text)
		c := call{place: place, request: q}
		if err != nil && !errors.As(err, &c.faults) {
			return strictjson.At(place, err)
		}
		calls = append(calls, c)
		return nil
	}
	if stdin != nil {
		name := stdinName
		data, err := strictjson.ReadAll(stdin, maxFile)
		if err != nil {
			return nil, fileError(name, err)
		}
		texts, err := ecs.SplitRequests(data)
		if err != nil {
			return nil, strictjson.At(name, err)
		}
		if len(texts) == 0 {
			return nil, errNothing(name, "requests, such as "+exampleRequest)
		}
		for _, text := range texts {
			if err := add(name+" "+text.At(), text.Text); err != nil {
				return nil, err
			}
		}
		return calls, nil
	}
	for i, arg := range args {
		if arg == "-" {
			return nil, errDash
		}
		if err := add(fmt.Sprintf("argument %d", i+1), arg); err != nil {
			return nil, fmt.Errorf("%w%s", err, fileHint(arg))
		}
	}
	return calls, nil
}

// region returns what the requests are played against, what the files say of its
// groups, and where their rules stand, by group.
func (x *authorization) region() (known []*ecs.Description, r *ecs.Region, from map[string]origins, err error) {
	files, err := x.read("--group", x.groups)
	from = map[string]origins{}
	if err != nil || len(files) == 0 {
		return nil, ecs.OpenRegion(x.newGroup), from, err
	}
	groups := make([]*rule.Group, len(files))
	for i, f := range files {
		known = append(known, f.Description)
		groups[i] = f.Group
		from[f.Group.ID()] = f.origins()
	}
	r, err = ecs.NewRegion(groups...)
	return known, r, from, err
}

// play plays the calls in order, notes the faults of each, and returns the first
// request that changed each group, in order. from is where the rules of each group
// come from, and gets those that enter.
func play(calls []call, region *ecs.Region, from map[string]origins) (changed []ecs.Request, err error) {
	seen := map[string]bool{}
	for i := range calls {
		c := &calls[i]
		if len(c.faults) > 0 { // the API's own answer to its form
			continue
		}
		id := c.request.GroupID
		if err := region.Authorize(c.request); err != nil {
			c.from = from[id]
			if !errors.As(err, &c.faults) {
				return nil, strictjson.At(c.place, err)
			}
			continue
		}
		for range c.request.Rules {
			from[id] = append(from[id], c.place)
		}
		if !seen[id] {
			seen[id] = true
			changed = append(changed, c.request)
		}
	}
	return changed, nil
}

// reply prints the reply to each call, and what is wrong with it.
func (x *authorization) reply(calls []call) error {
	w := x.app.newWriter()
	refused := false
	for _, c := range calls {
		id, err := ecs.NewRequestID(rand.Reader)
		if err != nil {
			return err
		}
		reply := ecs.Reply{RequestID: id}
		if len(c.faults) > 0 {
			refused = true
			reply.Err = c.faults[0]
		}
		if err := x.print(w, reply); err != nil {
			return err
		}
		if len(c.faults) > 0 {
			if err := w.Flush(); err != nil { // the reply stands before its faults
				return err
			}
			writeFaults(x.app.stderr, c)
		}
	}
	return finish(w, refused)
}

func (x *authorization) print(w *bufio.Writer, r ecs.Reply) error {
	text := r.JSON()
	if x.format == "xml" {
		text = r.XML()
	}
	_, err := w.WriteString(text + "\n")
	return err
}

// writeFaults prints every fault of a call, one a line. The first is the API's
// answer.
func writeFaults(w io.Writer, c call) {
	also := ""
	for _, e := range c.faults {
		text := strings.TrimSuffix(e.Error(), fmt.Sprintf(" (%s)", e.Code))
		fmt.Fprintf(w, "%s: %s%d %s: %s%s\n", c.place, also, e.Status, e.Code, text, c.from.held(e))
		also = "also "
	}
}
