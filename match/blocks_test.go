package match

import (
	"fmt"
	"net/netip"
	"testing"

	"example.com/sluice/rule"
	"go4.org/netipx"
)

func TestHostMask(t *testing.T) {
	for n := range 129 {
		r := netipx.RangeOfPrefix(netip.PrefixFrom(netip.IPv6Unspecified(), n))
		if got, want := hostMask(uint8(n)), addressOf(r.To()); got != want {
			t.Errorf("hostMask(%d) = %x, want %x", n, got, want)
		}
	}
}

// A range is cut into as few blocks as there can be.
func TestBlocks(t *testing.T) {
	for _, c := range []struct{ first, last, want string }{
		{"::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "::/0"},
		{"2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db8::/32"},
		{"2001:db8::", "2001:db8::1", "2001:db8::/127"},
		{"2001:db8::1", "2001:db8::2", "2001:db8::1/128 2001:db8::2/128"},
		{"2001:db8::", "2001:db8:0:2::", "2001:db8::/63 2001:db8:0:2::/128"},
		{"2001:db8::ffff:ffff:ffff:ffff", "2001:db8:0:3:ffff:ffff:ffff:ffff", "2001:db8::ffff:ffff:ffff:ffff/128 2001:db8:0:1::/64 2001:db8:0:2::/63"},
	} {
		got := ""
		blocks(addressOf(netip.MustParseAddr(c.first)), addressOf(netip.MustParseAddr(c.last)), func(a address, n uint8) {
			if got != "" {
				got += " "
			}
			got += fmt.Sprint(netip.PrefixFrom(netip.AddrFrom16(a.bytes()), int(n)))
		})
		if got != c.want {
			t.Errorf("blocks of %s to %s: %s, want %s", c.first, c.last, got, c.want)
		}
	}
}

func (a address) bytes() (b [16]byte) {
	for i := range 8 {
		b[i], b[8+i] = byte(a.hi>>(56-8*i)), byte(a.lo>>(56-8*i))
	}
	return b
}

// High bytes whose ports are of one class share a block with their neighbours.
func TestPortBlocksAreShared(t *testing.T) {
	for _, c := range []struct {
		first, last uint16
		want        int
	}{{1, 65535, 2}, {80, 80, 2}, {256, 511, 3}, {256, 65535, 2}, {300, 700, 4}, {300, 1000, 5}, {1000, 1000, 3}, {5000, 60000, 5}, {512, 1023, 3}} {
		r := rule.Rule{DstPorts: rule.PortRange{First: c.first, Last: c.last}}
		classes := newPortClasses([]rule.Rule{r}, dstPorts)
		distinct := map[*[256]uint16]bool{}
		for _, b := range classes.blocks {
			distinct[b] = true
		}
		if len(distinct) != c.want {
			t.Errorf("ports %d to %d take %d blocks, want %d", c.first, c.last, len(distinct), c.want)
		}
	}
}
