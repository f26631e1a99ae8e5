package ecs

import (
	"crypto/rand"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"

	"example.com/sluice/rule"
)

func TestReply(t *testing.T) {
	fault := newFault(rule.InvalidDestCidrIPMalformed, "DestCidrIp", "<a&b>\n", "not an IPv4 address", "an IPv4 address")
	for _, c := range []struct {
		name      string
		reply     Reply
		json, xml string
	}{
		{"success", Reply{RequestID: "CEF72CEB-54B6-4AE8-B225-F876FF7BA984"},
			`{"RequestId":"CEF72CEB-54B6-4AE8-B225-F876FF7BA984"}`,
			`<AuthorizeSecurityGroupEgressResponse><RequestId>CEF72CEB-54B6-4AE8-B225-F876FF7BA984</RequestId></AuthorizeSecurityGroupEgressResponse>`},
		{"fault, without HTML escapes in JSON", Reply{"R-1", fault},
			`{"RequestId":"R-1","Code":"InvalidDestCidrIp.Malformed","Message":"DestCidrIp \"<a&b>\\n\": not an IPv4 address, want an IPv4 address"}`,
			`<Error><RequestId>R-1</RequestId><Code>InvalidDestCidrIp.Malformed</Code><Message>DestCidrIp &#34;&lt;a&amp;b&gt;\n&#34;: not an IPv4 address, want an IPv4 address</Message></Error>`},
	} {
		if got := c.reply.JSON(); got != c.json {
			t.Errorf("%s: JSON() =\n%s, want\n%s", c.name, got, c.json)
		}
		if got := c.reply.XML(); got != c.xml {
			t.Errorf("%s: XML() =\n%s, want\n%s", c.name, got, c.xml)
		}
	}
}

// Whatever a request says, a reply stays one line that its readers take.
func TestReplyOfHostileText(t *testing.T) {
	for _, s := range []string{"\xff", "\x00\x01", "a\nb\r", "]]>", "<x/>", "\uffff", "\u2028", strings.Repeat("x", 1<<16)} {
		_, err := rule.Parse(rule.Params{IPProtocol: s, PortRange: s, Description: s}, rule.VPC)
		e := new(rule.Error)
		if !errors.As(err, &e) {
			t.Fatalf("Parse of %.20q: %v, want a fault", s, err)
		}
		r := Reply{RequestID: s, Err: e}
		var j struct{ RequestId, Code, Message string }
		if got := r.JSON(); strings.Contains(got, "\n") || json.Unmarshal([]byte(got), &j) != nil || j.Code != string(e.Code) {
			t.Errorf("JSON() of %.20q = %.200q, want one line of JSON with the code", s, got)
		}
		var x struct{ RequestId, Code, Message string }
		if got := r.XML(); strings.Contains(got, "\n") || xml.Unmarshal([]byte(got), &x) != nil || x.Code != string(e.Code) {
			t.Errorf("XML() of %.20q = %.200q, want one line of XML with the code", s, got)
		}
	}
}

func TestNewRequestID(t *testing.T) {
	got, err := NewRequestID(strings.NewReader("0123456789abcdef"))
	if want := "30313233-3435-4637-B839-616263646566"; got != want || err != nil {
		t.Errorf("NewRequestID = %s, %v, want %s", got, err, want)
	}
	shape := regexp.MustCompile(`^[0-9A-F]{8}-[0-9A-F]{4}-4[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}$`)
	for range 100 {
		if id, err := NewRequestID(rand.Reader); err != nil || !shape.MatchString(id) {
			t.Errorf("NewRequestID = %s, %v, want the shape %v", id, err, shape)
		}
	}
	if id, err := NewRequestID(strings.NewReader("short")); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("NewRequestID of 5 bytes = %s, %v, want %v", id, err, io.ErrUnexpectedEOF)
	}
}
