package match

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"

	"example.com/sluice/internal/strictjson"
)

const wantMembers = `want a JSON object, group id -> list of addresses, such as {"sg-db": ["10.0.8.10"]}`

// memberLookAlikes are what people have at hand beside members, by a key of the
// document, each before those that stand in it, too.
var memberLookAlikes = []struct{ key, looks string }{
	{"NetworkInterfaceSets", "a reply of DescribeNetworkInterfaces"},
	{"Permissions", "a reply of DescribeSecurityGroupAttribute"},
	{"SecurityGroups", "a reply of DescribeSecurityGroups"},
	{"SecurityGroupReferences", "a reply of DescribeSecurityGroupReferences"},
	{"Instances", "a reply of DescribeInstances"},
	{"PrefixLists", "a reply of DescribePrefixLists"},
	{"Entries", "a prefix list"},
	{"Code", "an error of the API"},
	{"body", "an envelope that an SDK puts around a reply"},
	{"resource_changes", "a Terraform plan"},
	{"planned_values", "a Terraform plan"},
	{"terraform_version", "a Terraform state"},
	{"packet", "a case of the command test"},
	{"protocol", "a packet"},
	{"NetworkInterfaceId", "a network interface"},
	{"SecurityGroupId", "a request, or a part of a reply"},
	{"RequestId", "a reply of the API"},
}

// toldMembers adds what a document looks like to the error of reading it as
// members.
func toldMembers(data []byte, err error) error {
	if looks := membersLook(data); looks != "" {
		return fmt.Errorf("%w; this looks like %s: %s", err, looks, wantMembers)
	}
	return err
}

// lookAhead is how far membersLook reads, in bytes.
const lookAhead = 1 << 20

// membersLook says what a document is that is no members file; empty where it is
// like one.
func membersLook(data []byte) string {
	text := bytes.TrimLeft(data, " \t\r\n")
	switch {
	case len(text) == 0:
		return "an empty file"
	case text[0] == '<':
		return "XML"
	case text[0] == '[':
		return "a list"
	case text[0] != '{':
		return "text that is not JSON"
	}
	n := min(len(text), lookAhead)
	for n < len(text) && !utf8.RuneStart(text[n]) {
		n--
	}
	keys := topKeys(text[:n])
	for _, l := range memberLookAlikes {
		if slices.Contains(keys, l.key) {
			return l.looks
		}
	}
	return ""
}

var errEnough = errors.New("enough keys")

// topKeys returns the first keys of an object, as far as it can be read.
func topKeys(text []byte) (keys []string) {
	j, err := strictjson.NewReader(text)
	if err != nil {
		return nil
	}
	_ = j.Object(func(key string) error { // what is wrong with it has been told
		if keys = append(keys, key); len(keys) == 64 {
			return errEnough
		}
		_, err := j.Skip()
		return err
	})
	return keys
}
