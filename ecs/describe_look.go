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

// shape is what a JSON value looks like. The zero shape is a reply, or nothing
// known: its reader says what is wrong with it.
type shape struct {
	isEnvelope bool
	looks      string // what it is, where it is no reply
}

// lookAlikes are what people have at hand beside replies, by a key.
var lookAlikes = []struct{ key, looks string }{
	{"SecurityGroups", "a list of groups, as DescribeSecurityGroups returns it, has no rules"},
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

// looker collects what tells what an object is.
type looker struct {
	*strictjson.Reader
	keys                  []string
	code, message, status string
	body                  shape
	permissions           byte // the first of its value; 0: none
}

var errSeen = errors.New("seen enough")

// look looks at the keys of the next value, an object, up to the one that tells.
func look(j *strictjson.Reader) shape {
	l := looker{Reader: j}
	// An error is told by the reader of what it looks like.
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
			l.body = shape{looks: "an envelope without an object as its body"}
			if j.Peek() == '{' {
				l.body = look(j.Fork())
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
		return shape{looks: "the parameters of a request (Permissions is no object)"}
	case l.permissions != 0:
		return shape{}
	case l.code != "" && !l.has("SecurityGroupId"):
		return shape{looks: fmt.Sprintf("an error of the API, Code %.128q, Message %.256q", l.code, l.message)}
	case l.has("body") || l.has("Body"):
		return l.envelope()
	case slices.ContainsFunc(l.keys, isRequestParam):
		return shape{looks: "the parameters of a request"}
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
	s := shape{isEnvelope: true, looks: l.body.looks}
	if l.status != "" && l.status != "200" {
		status := fmt.Sprintf("a reply with statusCode %.16s, not 200", l.status)
		if s.looks != "" {
			status += ": "
		}
		s.looks = status + s.looks
	}
	return s
}

// isRequestParam reports whether a key makes a rule of a request.
func isRequestParam(key string) bool {
	return key != "Description" && isRuleParam(key) || strings.HasPrefix(key, indexedPrefix)
}

// notJSON names what starts neither as JSON nor as XML.
func notJSON(data []byte) error {
	text := bytes.TrimSpace(data)
	first, _, _ := bytes.Cut(text, []byte("\n"))
	looks := ""
	switch {
	case len(text) == 0:
		return errors.New("the document ends early: nothing in it, want " + wantReply)
	case bytes.HasPrefix(data, []byte{0x1f, 0x8b}):
		looks = "compressed data (gzip)"
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		looks = "compressed data (zip)"
	case bytes.HasPrefix(text, []byte("ERROR:")) || bytes.Contains(text, []byte("ErrorCode:")):
		looks = "an error of the command line tool"
		if _, code, ok := bytes.Cut(text, []byte("ErrorCode:")); ok {
			code, _, _ = bytes.Cut(code, []byte("\n"))
			looks += fmt.Sprintf(", ErrorCode %.128q", bytes.TrimSpace(code))
		}
	case bytes.Contains(text, []byte("\n{")) || bytes.Contains(text, []byte("\n<")):
		return fmt.Errorf("%.128q before the reply: want the reply alone", first)
	case bytes.HasPrefix(first, []byte("---")) || yamlKey(first):
		looks = "YAML"
	case bytes.Count(first, []byte(",")) > 1:
		looks = "CSV"
	default:
		looks = "no JSON and no XML"
	}
	return fmt.Errorf("%.64q: invalid character at the start, %s: want %s in JSON or XML", first, looks, wantReply)
}

// yamlKey reports whether a line is a key of YAML.
func yamlKey(line []byte) bool {
	key, rest, ok := bytes.Cut(line, []byte(":"))
	return ok && !bytes.ContainsAny(key, " ={<\"") && (len(rest) == 0 || rest[0] == ' ' || rest[0] == '\r')
}

// behind says what stands behind the last reply.
func behind(err error, rest []byte) error {
	first, _, _ := bytes.Cut(bytes.TrimSpace(rest), []byte("\n"))
	return fmt.Errorf("%w: %.128q, want the reply alone", err, first)
}
