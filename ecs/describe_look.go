package ecs

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"example.com/sluice/internal/strictjson"
)

const wantReply = "a reply of DescribeSecurityGroupAttribute"

// shape is what a JSON value looks like. The zero shape is a reply, or an unknown
// form: the reader of replies says what is wrong with that.
type shape struct {
	isEnvelope bool
	isRequest  bool
	looks      string // what it is, where it is no reply
}

// lookAlikes are other documents that people have, by a key.
var lookAlikes = []struct{ key, looks string }{
	{"SecurityGroups", "a reply of DescribeSecurityGroups, which has no rules"},
	{"NetworkInterfaceSets", "a reply of DescribeNetworkInterfaces"},
	{"Instances", "a reply of DescribeInstances"},
	{"SecurityGroupReferences", "a reply of DescribeSecurityGroupReferences"},
	{"Regions", "a reply of DescribeRegions"},
	{"PrefixLists", "a reply of DescribePrefixLists"},
	{"Entries", "a prefix list or a port list"},
	{"PortRangeLists", "a reply of DescribePortRangeLists"},
	{"resource_changes", "a Terraform plan"},
	{"planned_values", "a Terraform plan"},
	{"terraform_version", "a Terraform plan or state"},
	{"ROSTemplateFormatVersion", "a ROS template"},
	{"IpPermissionsEgress", "a security group of another provider"},
	{"packet", "a case of sluice test"},
	{"runs", "a SARIF document"},
}

// looker collects what shows what an object is.
type looker struct {
	*strictjson.Reader
	isBody                bool // of an envelope, which is not looked into again
	keys                  []string
	code, message, status string
	body                  shape
	permissions           byte // the first of its value; 0: none
}

// lookAhead is how far look reads, in bytes: the keys that decide stand before the long ones.
const lookAhead = 1 << 20

var errSeen = errors.New("seen enough")

// look looks at the keys of the next value, an object, up to the one that decides.
func look(j *strictjson.Reader) shape { return (&looker{Reader: j}).look() }

func (l *looker) look() shape {
	j := l.Reader
	// The reader of what it looks like reports errors.
	_ = j.Object(func(key string) (err error) {
		l.keys = append(l.keys, key)
		switch key {
		case "Code":
			l.code, _, err = j.TextOrNumber()
			return err
		case "Message":
			l.message, err = j.Text()
			return err
		case "statusCode", "StatusCode":
			l.status, _, err = j.TextOrNumber()
			return err
		case "body", "Body":
			if j.Peek() != '{' {
				l.body = shape{looks: "an envelope whose body is no object"}
			} else if !l.isBody {
				l.body = (&looker{Reader: j.Fork(lookAhead), isBody: true}).look()
			}
		case "Permissions":
			l.permissions = j.Peek()
			return errSeen
		}
		_, err = j.Skip()
		return err
	})
	return l.shape()
}

func (l *looker) has(key string) bool { return slices.Contains(l.keys, key) }

func (l *looker) shape() shape {
	switch {
	case l.permissions == '[' || l.permissions == '"':
		return shape{isRequest: true, looks: "the parameters of a request (Permissions is no object)"}
	case l.permissions != 0:
		return shape{}
	case l.code != "" && !l.has("SecurityGroupId"):
		return shape{looks: fmt.Sprintf("an error of the API, Code %.128q, Message %.256q", l.code, l.message)}
	case l.has("body") || l.has("Body"):
		return l.envelope()
	case l.has(keyDirection) && l.has(keyProtocol):
		return shape{looks: "a rule without its group"}
	case slices.ContainsFunc(l.keys, isRequestParam):
		return shape{isRequest: true, looks: "the parameters of a request"}
	case l.has("SecurityGroupId"):
		return shape{}
	case len(l.keys) == 1 && l.keys[0] == "RequestId":
		return shape{looks: "the reply of a call that describes nothing (a RequestId alone)"}
	}
	for _, a := range lookAlikes {
		if l.has(a.key) {
			return shape{looks: a.looks}
		}
	}
	return shape{}
}

func (l *looker) envelope() shape {
	if l.isBody {
		return shape{looks: "an envelope in an envelope"}
	}
	s := shape{isEnvelope: true, looks: l.body.looks}
	if s.looks != "" && l.status != "" && l.status != "200" {
		s.looks = fmt.Sprintf("statusCode %.16s: %s", l.status, s.looks)
	}
	return s
}

// isRequestParam reports whether a key makes a rule of a request.
func isRequestParam(key string) bool {
	return key != "Description" && isRuleParam(key) || strings.HasPrefix(key, indexedPrefix)
}

// IsReply tells the two kinds of files apart that hold groups: it reports whether
// a text is one for a [Collector], and not requests for [ParseRequest]. It is true
// of JSON and XML but a request's parameters, and of what is neither replies nor
// requests by its looks, such as YAML, which the collector names.
func IsReply(text []byte) bool {
	start := bytes.TrimLeft(text, " \t\r\n")
	if len(start) == 0 {
		return false
	}
	switch start[0] {
	case '<':
		return true
	case '[':
		text = start[1:] // its first element decides
		fallthrough
	case '{':
		j, err := strictjson.NewReader(text)
		return err != nil || !look(j.Fork(lookAhead)).isRequest
	}
	return looksLike(text) != ""
}

// notStrict names JSON's relatives, whose syntax error alone would not tell.
func notStrict(text []byte) string {
	if startsWith(text, "{'") || startsWith(text, "[{'") {
		return "a Python dictionary"
	}
	return ""
}

// notJSON names what starts neither as JSON nor as XML.
func notJSON(text []byte) error {
	if len(bytes.TrimSpace(text)) == 0 {
		return errors.New("the document ends early: nothing in it, want " + wantReply)
	}
	looks := looksLike(text)
	if looks == "" {
		looks = "no JSON and no XML"
	}
	return fmt.Errorf("%.64q: %s, want %s in JSON or XML", firstLine(text), looks, wantReply)
}

func firstLine(text []byte) []byte {
	first, _, _ := bytes.Cut(bytes.TrimSpace(text), []byte("\n"))
	return bytes.TrimSpace(first)
}

// looksLike says what a text is that is no JSON, no XML and no request; empty
// where it has none of the known looks.
func looksLike(text []byte) string {
	first := firstLine(text)
	switch {
	case bytes.HasPrefix(text, []byte{0x1f, 0x8b}):
		return "compressed data (gzip)"
	case bytes.HasPrefix(text, []byte("PK\x03\x04")):
		return "compressed data (zip)"
	case bytes.HasPrefix(text, []byte("PAR1")):
		return "Parquet"
	case bytes.HasPrefix(first, []byte("ERROR:")), bytes.HasPrefix(first, []byte("SDKError")), bytes.HasPrefix(first, []byte("ErrorCode:")):
		return "an error of a client of the API" + errorLines(text)
	case bytes.ContainsAny(first, "=&") || bytes.HasPrefix(first, []byte("#")) || kindOf(string(first)) != isQuery:
		return "" // requests, or comments before them
	case bytes.Contains(text, []byte("\n{")), bytes.Contains(text, []byte("\n[")):
		return "a line before the reply"
	case bytes.Contains(first, []byte(`{"`)):
		return "text before the reply"
	case bytes.HasPrefix(first, []byte("---")) || yamlKey(first):
		return "YAML"
	case bytes.Count(first, []byte(",")) > 1:
		return "CSV"
	case bytes.Contains(first, []byte("\t")), bytes.Contains(first, []byte(" | ")):
		return "a table"
	}
	return alikeOf(string(text[:min(len(text), 512)]))
}

// errorLines are the code and the message that a client of the API prints.
func errorLines(text []byte) string {
	told := ""
	for line := range bytes.Lines(text) {
		for _, key := range []string{"ErrorCode:", "Code:", "Message:"} {
			line = bytes.TrimSpace(line)
			if bytes.HasPrefix(line, []byte(key)) && len(told) < 512 {
				told += fmt.Sprintf(", %s %.256q", key[:len(key)-1], bytes.TrimSpace(line[len(key):]))
			}
		}
	}
	return told
}

// yamlKey reports whether a line is a key of YAML.
func yamlKey(line []byte) bool {
	key, rest, ok := bytes.Cut(line, []byte(":"))
	return ok && !bytes.ContainsAny(key, " ={<\"/") && len(key) > 0 && (len(rest) == 0 || rest[0] == ' ' || rest[0] == '\r')
}

// textAfter says what stands after the last reply.
func textAfter(err error, rest []byte) error {
	first, _, _ := bytes.Cut(bytes.TrimSpace(rest), []byte("\n"))
	return fmt.Errorf("%w: %.128q, want the reply alone", err, first)
}
