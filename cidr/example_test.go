package cidr_test

import (
	"fmt"
	"net/netip"

	"example.com/sluice/cidr"
)

func ExampleNew() {
	prefixes := []netip.Prefix{
		netip.MustParsePrefix("10.0.0.0/8"),
		netip.MustParsePrefix("10.1.0.0/16"),
		netip.MustParsePrefix("2001:db8::/32"),
	}
	t, err := cidr.New(prefixes)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range []string{"10.1.2.3", "10.2.0.1", "192.0.2.1", "2001:db8::1"} {
		class := t.Class(netip.MustParseAddr(s))
		fmt.Println(s, "is in", t.Prefixes(class))
	}
	fmt.Println(t.Class(netip.MustParseAddr("10.1.0.0")) == t.Class4([4]byte{10, 1, 255, 255}))
	fmt.Println(t.Classes(), "classes; of 2001:db8:1::", t.Prefixes(t.Class6(0x20010db8_00010000, 0)))
	// Output:
	// 10.1.2.3 is in [0 1]
	// 10.2.0.1 is in [0]
	// 192.0.2.1 is in []
	// 2001:db8::1 is in [2]
	// true
	// 4 classes; of 2001:db8:1:: [2]
}

func ExampleNewRows() {
	v4 := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("10.1.0.0/16")}
	v6 := []netip.Prefix{{}, netip.MustParsePrefix("2001:db8::/32")} // number 0 has no IPv6 prefix
	r, ok := cidr.NewRows(v4, v6)
	if !ok {
		return
	}
	var none cidr.Bits
	fmt.Printf("%b\n", r.V4([4]byte{10, 1, 0, 5}).Lo)
	fmt.Printf("%b\n", r.V4([4]byte{10, 2, 0, 5}).Lo)
	fmt.Printf("%b\n", r.V6(0x20010db8_00000000, 1).Lo)
	fmt.Println(r.V4([4]byte{}) == none, none.With(1) == r.V6(0x20010db8_00000000, 1))
	// Output:
	// 11
	// 1
	// 10
	// true true
}
