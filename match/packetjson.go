package match

import (
	"encoding/json"
	"fmt"
	"net/netip"

	"example.com/sluice/internal/strictjson"
	"example.com/sluice/rule"
)

// MarshalJSON returns the packet as an object with the keys protocol, src,
// src_port, dst, dst_port and nic; the ports only where the protocol has them,
// nic only where one is named. The values are normalised as in [Packet.String].
// It refuses a packet that could not be read back: one without an address, or
// whose Protocol is above 255 or NIC no value of [rule.NIC].
func (p Packet) MarshalJSON() ([]byte, error) {
	switch {
	case !p.Src.IsValid():
		return nil, fmt.Errorf("match: packet %q: src: absent, want an IP address", p)
	case !p.Dst.IsValid():
		return nil, fmt.Errorf("match: packet %q: dst: absent, want an IP address", p)
	case p.Protocol > 255:
		return nil, fmt.Errorf("match: packet %q: protocol: want a number 0 to 255", p)
	case p.NIC > rule.Internet:
		return nil, fmt.Errorf("match: packet %q: nic: want intranet, internet or NoNIC", p)
	}
	type object struct {
		Protocol rule.Protocol `json:"protocol"`
		Src      netip.Addr    `json:"src"`
		SrcPort  *uint16       `json:"src_port,omitempty"`
		Dst      netip.Addr    `json:"dst"`
		DstPort  *uint16       `json:"dst_port,omitempty"`
		NIC      rule.NIC      `json:"nic,omitzero"`
	}
	o := object{Protocol: p.Protocol, Src: p.Src.Unmap().WithZone(""), Dst: p.Dst.Unmap().WithZone(""), NIC: p.NIC}
	if p.Protocol.HasPorts() {
		o.SrcPort, o.DstPort = &p.SrcPort, &p.DstPort
	}
	return json.Marshal(o)
}

// UnmarshalJSON reads an object with the keys of [Packet.MarshalJSON]; protocol
// is a name or a number, nic may be absent. Unknown, repeated and wrongly cased
// keys are errors, as are ports missing or out of place. So is null, other than by
// convention: a packet that is missing must not pass for the one that stood there
// before. Where there may be none, read into a *Packet.
func (p *Packet) UnmarshalJSON(data []byte) error {
	q, err := parsePacketJSON(data)
	if err != nil {
		return fmt.Errorf("packet %s: %w", short(string(data)), err)
	}
	*p = q
	return nil
}

func parsePacketJSON(data []byte) (p Packet, err error) {
	j, err := strictjson.NewReader(data)
	if err != nil {
		return p, err
	}
	seen := map[string]bool{}
	err = j.Object(func(key string) (err error) {
		seen[key] = true
		switch key {
		case "protocol":
			p.Protocol, err = jsonProtocol(j)
		case "src":
			p.Src, err = jsonAddr(j)
		case "dst":
			p.Dst, err = jsonAddr(j)
		case "src_port":
			p.SrcPort, err = jsonPort(j)
		case "dst_port":
			p.DstPort, err = jsonPort(j)
		case "nic":
			p.NIC, err = jsonNIC(j)
		default:
			err = j.Errorf("unknown key, want protocol, src, src_port, dst, dst_port or nic")
		}
		return err
	})
	if err != nil {
		return p, err
	}
	if err := j.End(); err != nil {
		return p, err
	}
	for _, key := range []string{"protocol", "src", "dst"} {
		if !seen[key] {
			return p, fmt.Errorf("%s: absent", key)
		}
	}
	for _, key := range []string{"src_port", "dst_port"} {
		if seen[key] != p.Protocol.HasPorts() {
			return p, fmt.Errorf("%s: want both ports for tcp and udp, and none for others", key)
		}
	}
	return p, nil
}

func jsonProtocol(j *strictjson.Reader) (rule.Protocol, error) {
	s, _, err := j.TextOrNumber()
	if err != nil {
		return 0, err
	}
	p, err := packetProtocol(s)
	if err != nil {
		return 0, j.Errorf("%v", err)
	}
	return p, nil
}

func jsonAddr(j *strictjson.Reader) (netip.Addr, error) {
	s, err := j.Text()
	if err != nil {
		return netip.Addr{}, err
	}
	a, err := netip.ParseAddr(s)
	if err != nil {
		return a, j.Errorf("%s: want an IP address", short(s))
	}
	return a, nil
}

func jsonPort(j *strictjson.Reader) (uint16, error) {
	s, isNumber, err := j.TextOrNumber()
	if err != nil {
		return 0, err
	}
	port, ok := parsePort(s)
	if !isNumber || !ok {
		return 0, j.Errorf("%s: want a number of 0 to 65535", short(s))
	}
	return port, nil
}

func jsonNIC(j *strictjson.Reader) (n rule.NIC, err error) {
	s, err := j.Text()
	if err != nil {
		return 0, err
	}
	if s == "" {
		return 0, j.Errorf("%s: want intranet or internet, or no key nic", short(s))
	}
	if err := n.UnmarshalText([]byte(s)); err != nil {
		return 0, j.Errorf("%v", err)
	}
	return n, nil
}
