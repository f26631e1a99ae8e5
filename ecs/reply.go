package ecs

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"example.com/sluice/rule"
)

// Reply is the API's own reply to AuthorizeSecurityGroupEgress: success, or one
// fault, which is the first of the request's. The message is ours; the provider
// words its own.
type Reply struct {
	RequestID string
	Err       *rule.Error // nil: success
}

// JSON returns the reply as one line of JSON, without a line feed:
// {"RequestId":...} or {"RequestId":...,"Code":...,"Message":...}.
func (r Reply) JSON() string { return string(appendJSON(nil, r.body())) }

// XML returns the reply as one line of XML, without a line feed:
// AuthorizeSecurityGroupEgressResponse with its RequestId, or Error with
// RequestId, Code and Message.
func (r Reply) XML() string {
	b, _ := xml.Marshal(r.body()) // a struct of texts has no error
	return string(b)
}

type success struct {
	XMLName   xml.Name `json:"-" xml:"AuthorizeSecurityGroupEgressResponse"`
	RequestID string   `json:"RequestId" xml:"RequestId"`
}

type failure struct {
	XMLName   xml.Name  `json:"-" xml:"Error"`
	RequestID string    `json:"RequestId" xml:"RequestId"`
	Code      rule.Code `json:"Code" xml:"Code"`
	Message   string    `json:"Message" xml:"Message"`
}

func (r Reply) body() any {
	if r.Err == nil {
		return success{RequestID: r.RequestID}
	}
	// The code stands in a field of its own.
	message := strings.TrimSuffix(r.Err.Error(), fmt.Sprintf(" (%s)", r.Err.Code))
	return failure{RequestID: r.RequestID, Code: r.Err.Code, Message: message}
}

// appendJSON appends v, a value of texts alone, as JSON that leaves <, > and &
// readable.
func appendJSON(b []byte, v any) []byte {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(v) // texts have no error
	return append(b, bytes.TrimSuffix(buf.Bytes(), []byte("\n"))...)
}

// NewRequestID returns an id of the provider's shape, an upper-case UUID
// (version 4), from 16 bytes of random: crypto/rand.Reader, or a seeded source
// where the same ids must come again.
func NewRequestID(random io.Reader) (string, error) {
	var u [16]byte
	if _, err := io.ReadFull(random, u[:]); err != nil {
		return "", fmt.Errorf("request id: %w", err)
	}
	u[6] = u[6]&0x0f | 0x40
	u[8] = u[8]&0x3f | 0x80
	h := strings.ToUpper(hex.EncodeToString(u[:]))
	return strings.Join([]string{h[:8], h[8:12], h[12:16], h[16:20], h[20:]}, "-"), nil
}
