package rule_test

import (
	"errors"
	"strings"
	"testing"

	"example.com/sluice/rule"
)

// firstCode is the code of the first fault of a request that is good but for one
// parameter.
func firstCode(t *testing.T, name, value string) rule.Code {
	t.Helper()
	p := rule.Params{IPProtocol: "tcp", PortRange: "1/2", DestCidrIP: "10.0.0.0/8"}
	if !p.Set(name, value) {
		t.Fatalf("there is no parameter %s", name)
	}
	_, err := rule.Parse(p, rule.VPC)
	var e *rule.Error
	if !errors.As(err, &e) {
		return ""
	}
	return e.Code
}

// TestEveryByte puts each of the 256 bytes into words and numbers: what passes
// is ASCII letters and digits, up to the last of them and no further.
func TestEveryByte(t *testing.T) {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	const digits = "0123456789"
	for c := range 256 {
		s := string([]byte{byte(c)})
		protocol, number, port := rule.InvalidIPProtocolMalformed, rule.InvalidPriorityMalformed, rule.InvalidParamPortRange
		if strings.Contains(letters+digits, s) {
			protocol = rule.InvalidIPProtocolValueNotSupported
		}
		if strings.Contains(digits, s) {
			number, port = "", ""
		}
		for _, c := range []struct {
			param, value string
			want         rule.Code
		}{
			{"IpProtocol", "x" + s, protocol}, {"IpProtocol", s + "x", protocol},
			{"Priority", "1" + s, number}, {"PortRange", "1" + s + "/20", port}, {"PortRange", "1/2" + s, port},
		} {
			if got := firstCode(t, c.param, c.value); got != c.want {
				t.Errorf("Parse with %s %q: code %q, want %q", c.param, c.value, got, c.want)
			}
		}
	}
}

// TestEveryLetterFolds writes each letter of each word in capitals.
func TestEveryLetterFolds(t *testing.T) {
	for name, words := range map[string]string{
		"IpProtocol": "tcp udp icmp icmpv6 gre all", "Policy": "accept drop allow", "NicType": "intranet",
	} {
		for word := range strings.FieldsSeq(words) {
			for i := range word {
				p := rule.Params{IPProtocol: "tcp", PortRange: "1/2", DestCidrIP: "10.0.0.0/8"}
				capital := word[:i] + strings.ToUpper(word[i:i+1]) + word[i+1:]
				plain := p
				p.Set(name, capital)
				plain.Set(name, word)
				got, gotErr := rule.Parse(p, rule.VPC)
				want, wantErr := rule.Parse(plain, rule.VPC)
				if got != want || (gotErr == nil) != (wantErr == nil) {
					t.Errorf("Parse with %s %s = %v, %v, want %v, %v as for %s", name, capital, got, gotErr, want, wantErr, word)
				}
			}
		}
	}
}
