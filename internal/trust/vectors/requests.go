package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// reading is one request and what it says.
type reading struct {
	Network string    `json:"network"`
	Request string    `json:"request"`
	Rules   []meaning `json:"rules,omitempty"`
	Faults  []fault   `json:"faults,omitempty"`
	Refused string    `json:"refused,omitempty"` // why, where the request is no request of this call
}

// meaning is what a rule says; ports are start/end or any, blocks are masked.
type meaning struct {
	Protocol    string `json:"protocol"`
	DstPorts    string `json:"dst_ports"`
	SrcPorts    string `json:"src_ports"`
	Dst         string `json:"dst,omitempty"`
	DstGroup    string `json:"dst_group,omitempty"`
	Src         string `json:"src,omitempty"`
	Policy      string `json:"policy"`
	Priority    string `json:"priority"`
	NIC         string `json:"nic"`
	Description string `json:"description,omitempty"`
}

type fault struct {
	Rule      int    `json:"rule"`
	Code      string `json:"code"`
	Parameter string `json:"parameter,omitempty"`
}

// parameter is one of a request, by the provider's name.
type parameter struct{ name, text string }

func writeRequests(line func(any)) error {
	chance := rand.New(rand.NewPCG(*seed, 1))
	for i := range *requests {
		if i%10 == 9 {
			line(refused(chance, i/10))
		} else {
			line(read(chance))
		}
	}
	return nil
}

// read makes a request of one rule or of several in the N form.
func read(chance *rand.Rand) reading {
	r := reading{Network: pick(chance, "vpc", "vpc", "classic")}
	rules := 1
	indexed := chance.IntN(4) == 0
	if indexed {
		rules = 1 + chance.IntN(3)
	}
	var all []parameter
	for n := range rules {
		b := builder{chance: chance, classic: r.Network == "classic", rule: n}
		m := b.build()
		r.Rules = append(r.Rules, m)
		r.Faults = append(r.Faults, b.faults...)
		for _, p := range b.parameters {
			if indexed {
				p.name = fmt.Sprintf("Permissions.%d.%s", n+1, p.name)
			}
			all = append(all, p)
		}
	}
	if len(r.Faults) > 0 {
		r.Rules = nil
	}
	r.Request = query(chance, all)
	return r
}

func pick[T any](chance *rand.Rand, list ...T) T { return list[chance.IntN(len(list))] }

// query writes parameters as the page does, in any order, now and then as a URL
// and with parameters that every call has.
func query(chance *rand.Rand, parameters []parameter) string {
	parameters = append(parameters, parameter{"SecurityGroupId", "sg-1"})
	if chance.IntN(3) > 0 {
		parameters = append(parameters, parameter{"Action", "AuthorizeSecurityGroupEgress"})
	}
	if chance.IntN(3) == 0 {
		parameters = append(parameters, parameter{"RegionId", "cn-hangzhou"}, parameter{"Version", "2014-05-26"},
			parameter{"AccessKeyId", "key"}, parameter{"Signature", "a+b/c="}, parameter{"Format", "JSON"})
	}
	chance.Shuffle(len(parameters), func(i, j int) { parameters[i], parameters[j] = parameters[j], parameters[i] })
	equals, and := "=", "&"
	if chance.IntN(6) == 0 {
		equals, and = " = ", " & "
	}
	var parts []string
	for _, p := range parameters {
		parts = append(parts, p.name+equals+escaped(p.text))
	}
	if chance.IntN(10) == 0 {
		parts = append(parts, "<Common request parameters>")
	}
	return pick(chance, "", "", "https://ecs.aliyuncs.com/?", "?") + strings.Join(parts, and)
}

// escaped writes every byte but letters, digits and -._~/: as % and two digits.
func escaped(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-._~/:", c) >= 0 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// refused makes a request that is none of this call, or whose rules do not add up.
func refused(chance *rand.Rand, i int) reading {
	const good = "IpProtocol=tcp&PortRange=22/22&DestCidrIp=10.0.0.0/8"
	const indexed = "Permissions.1.IpProtocol=tcp&Permissions.1.PortRange=22/22&Permissions.1.DestCidrIp=10.0.0.0/8"
	r := reading{Network: pick(chance, "vpc", "classic")}
	list := [][2]string{
		{"SecurityGroupId=sg-1&SourceCidrIP=10.0.0.0/8&" + good, "a name in another case"},
		{"SecurityGroupId=sg-1&Foo=1&" + good, "an unknown name"},
		{"SecurityGroupId=sg-1&IpProtocol=tcp&" + good, "a name given twice"},
		{"SecurityGroupId=sg-1&Action=AuthorizeSecurityGroup&" + good, "another call"},
		{good, "no SecurityGroupId"},
		{"SecurityGroupId=&" + good, "an empty SecurityGroupId"},
		{"SecurityGroupId=sg-1&DestPrefixListId=pl-1&" + good, "a list of prefixes"},
		{"SecurityGroupId=sg-1&Description=%GG&" + good, "a bad escape"},
		{"SecurityGroupId=sg-1&Permissions.01.Policy=drop&" + indexed, "N with a leading zero"},
		{"SecurityGroupId=sg-1&Permissions.1.Foo=drop&" + indexed, "an unknown name in the N form"},
		{"SecurityGroupId=sg-1&" + good + "&" + indexed, "InvalidParam.Permissions"},
		{"SecurityGroupId=sg-1&Permissions.101.IpProtocol=tcp&" + indexed, "InvalidParam.Permissions"},
		{"SecurityGroupId=sg-1&Permissions.0.IpProtocol=tcp&" + indexed, "InvalidParam.Permissions"},
		{"SecurityGroupId=sg-1&Permissions.3.IpProtocol=tcp&" + indexed, "InvalidParam.Permissions"},
	}
	c := list[i%len(list)]
	r.Request = pick(chance, "", "https://ecs.aliyuncs.com/?", "http://ecs.aliyuncs.com/?") + c[0]
	if chance.IntN(2) == 0 {
		r.Request += "&RegionId=cn-" + pick(chance, "beijing", "hangzhou", "shenzhen")
	}
	if strings.HasPrefix(c[1], "InvalidParam") {
		r.Faults = []fault{{Code: c[1]}}
	} else {
		r.Refused = c[1]
	}
	return r
}
