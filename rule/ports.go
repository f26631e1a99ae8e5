package rule

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// PortRange is a range of ports, both ends in it. The zero PortRange stands for
// -1/-1: no restriction. Port 0 is in no other range.
type PortRange struct {
	First, Last uint16 // 1 <= First <= Last, or both 0
}

// IsAny reports whether r is the zero PortRange.
func (r PortRange) IsAny() bool { return r == PortRange{} }

// Contains reports whether port is in r.
func (r PortRange) Contains(port uint16) bool {
	return r.IsAny() || r.First <= port && port <= r.Last
}

// String returns first/last as the API takes it, -1/-1 for the zero PortRange.
func (r PortRange) String() string {
	if r.IsAny() {
		return "-1/-1"
	}
	return strconv.Itoa(int(r.First)) + "/" + strconv.Itoa(int(r.Last))
}

// MarshalText returns the text of [PortRange.String].
func (r PortRange) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads the API's form: start/end with 1 <= start <= end <=
// 65535, or -1/-1.
func (r *PortRange) UnmarshalText(text []byte) error {
	q, err := parsePorts(string(text))
	if err != nil {
		return fmt.Errorf("port range %s: %w, want %s or -1/-1", quote(string(text)), err, wantPorts)
	}
	*r = q
	return nil
}

const wantPorts = "start/end with 1 <= start <= end <= 65535"

var (
	errPortShape = errors.New("not start/end in plain decimal")
	errPortBound = errors.New("port out of range")
	errPortOrder = errors.New("start after end")
)

func parsePorts(s string) (PortRange, error) {
	if s == "-1/-1" {
		return PortRange{}, nil
	}
	a, b, _ := strings.Cut(s, "/")
	if !isDecimal(a) || !isDecimal(b) {
		return PortRange{}, errPortShape
	}
	first, _ := decimal(a, 65535) // 0 where it is more
	last, _ := decimal(b, 65535)
	switch {
	case first == 0 || last == 0:
		return PortRange{}, errPortBound
	case first > last:
		return PortRange{}, errPortOrder
	}
	return PortRange{uint16(first), uint16(last)}, nil
}
