//go:build 386 || amd64 || arm64 || s390x

package match

// asSliceStays tells whether the bytes of netip.Addr.AsSlice stay on the stack. It
// is the quickest way to the halves of an IPv6 address; where it allocates, As16
// takes its place.
const asSliceStays = true
