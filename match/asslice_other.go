//go:build !(386 || amd64 || arm64 || s390x)

package match

const asSliceStays = false
