package rule

import "iter"

// Params is a request's text: the parameters of AuthorizeSecurityGroupEgress
// that make a rule, each as it was sent. An absent parameter and an empty one
// are the same. The field names are the provider's with Go's initialisms.
type Params struct {
	IPProtocol            string
	PortRange             string
	SourcePortRange       string
	DestCidrIP            string
	IPv6DestCidrIP        string
	SourceCidrIP          string
	IPv6SourceCidrIP      string
	DestGroupID           string
	DestGroupOwnerAccount string
	DestGroupOwnerID      string
	Policy                string
	Priority              string
	NICType               string
	Description           string
}

// The provider's names of the parameters, in the order in which faults are
// reported.
const (
	paramProtocol    = "IpProtocol"
	paramPorts       = "PortRange"
	paramSrcPorts    = "SourcePortRange"
	paramDst         = "DestCidrIp"
	paramDst6        = "Ipv6DestCidrIp"
	paramSrc         = "SourceCidrIp"
	paramSrc6        = "Ipv6SourceCidrIp"
	paramGroup       = "DestGroupId"
	paramOwner       = "DestGroupOwnerAccount"
	paramOwnerID     = "DestGroupOwnerId"
	paramPolicy      = "Policy"
	paramPriority    = "Priority"
	paramNIC         = "NicType"
	paramDescription = "Description"
	paramID          = "SecurityGroupRuleId" // of Describe replies only
)

// param is one parameter: the provider's name and the field that holds it.
type param struct {
	name  string
	value *string
}

func (p *Params) list() []param {
	return []param{
		{paramProtocol, &p.IPProtocol},
		{paramPorts, &p.PortRange},
		{paramSrcPorts, &p.SourcePortRange},
		{paramDst, &p.DestCidrIP},
		{paramDst6, &p.IPv6DestCidrIP},
		{paramSrc, &p.SourceCidrIP},
		{paramSrc6, &p.IPv6SourceCidrIP},
		{paramGroup, &p.DestGroupID},
		{paramOwner, &p.DestGroupOwnerAccount},
		{paramOwnerID, &p.DestGroupOwnerID},
		{paramPolicy, &p.Policy},
		{paramPriority, &p.Priority},
		{paramNIC, &p.NICType},
		{paramDescription, &p.Description},
	}
}

// Set sets the parameter that the provider calls name, case and all, and
// reports whether there is one.
func (p *Params) Set(name, value string) bool {
	for _, f := range p.list() {
		if f.name == name {
			*f.value = value
			return true
		}
	}
	return false
}

// All yields every parameter by the provider's name, empty ones too, in the
// order in which faults are reported.
func (p Params) All() iter.Seq2[string, string] {
	return func(yield func(name, value string) bool) {
		for _, f := range p.list() {
			if !yield(f.name, *f.value) {
				return
			}
		}
	}
}
