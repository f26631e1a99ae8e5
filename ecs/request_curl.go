package ecs

import (
	"fmt"
	"net/url"
	"strings"
)

// curlOptions are the options of curl that are known, and whether they take a
// value. Those of the connection and of the output are passed over.
var curlOptions = map[string]bool{
	"request": true, "header": true, "data": true, "data-raw": true, "data-ascii": true, "data-binary": true,
	"data-urlencode": true, "json": true, "url": true,

	"user-agent": true, "user": true, "referer": true, "cookie": true, "output": true, "max-time": true,
	"connect-timeout": true, "proxy": true, "retry": true, "cacert": true, "resolve": true, "write-out": true,

	"get": false, "silent": false, "show-error": false, "verbose": false, "insecure": false, "location": false,
	"include": false, "fail": false, "compressed": false, "globoff": false, "http1.1": false, "http2": false, "no-buffer": false,
}

// curlShort are the options of one letter.
var curlShort = map[byte]string{
	'X': "request", 'H': "header", 'd': "data", 'A': "user-agent", 'u': "user", 'e': "referer", 'b': "cookie", 'o': "output",
	'm': "max-time", 'x': "proxy", 'w': "write-out", 'G': "get", 's': "silent", 'S': "show-error", 'v': "verbose",
	'k': "insecure", 'L': "location", 'i': "include", 'f': "fail", 'g': "globoff", 'N': "no-buffer",
}

// readCurl reads a command line of curl: the parameters of its URL and of its
// form data.
func (f *form) readCurl(text string) error {
	words, err := commandWords(text)
	if err != nil {
		return err
	}
	urls, data := []string{}, false
	for len(words) > 0 {
		word := words[0]
		words = words[1:]
		if !strings.HasPrefix(word, "-") || word == "-" {
			urls = append(urls, word)
			continue
		}
		var options []curlOption
		if options, words, err = readCurlOption(word, words); err != nil {
			return err
		}
		for _, o := range options {
			if o.name == "url" {
				urls = append(urls, o.value)
			}
			data = data || o.name == "json" || strings.HasPrefix(o.name, "data")
			if err := f.setCurl(o); err != nil {
				return err
			}
		}
	}
	if len(urls) != 1 {
		return fmt.Errorf("request: the command line of curl has %d URLs, want one", len(urls))
	}
	if data && !strings.Contains(urls[0], "?") {
		return nil // all parameters are data
	}
	return f.readQuery(urls[0])
}

// curlOption is an option and its value.
type curlOption struct{ name, value string }

// readCurlOption reads a word of options, and their values from the words after
// it: one long option, or letters of which the last may have a value.
func readCurlOption(word string, words []string) (options []curlOption, rest []string, err error) {
	value := func(attached string) (string, error) {
		if attached == "" {
			if len(words) == 0 {
				return "", fmt.Errorf("request: option %.128q of curl has no value, want one", word)
			}
			attached, words = words[0], words[1:]
		}
		return attached, nil
	}
	if name, long := strings.CutPrefix(word, "--"); long {
		hasValue, known := curlOptions[name]
		o := curlOption{name: name}
		if !known {
			return nil, nil, errCurlOption(word)
		}
		if hasValue {
			o.value, err = value("")
		}
		return []curlOption{o}, words, err
	}
	for i := 1; i < len(word); i++ {
		o := curlOption{name: curlShort[word[i]]}
		if o.name == "" {
			return nil, nil, errCurlOption("-" + word[i:i+1])
		}
		if curlOptions[o.name] {
			o.value, err = value(word[i+1:])
			i = len(word)
		}
		options = append(options, o)
	}
	return options, words, err
}

func errCurlOption(name string) error {
	return fmt.Errorf("request: option %.128q of curl is not read, want -X, -H, -d, --data-urlencode, -G and those of the connection", name)
}

// setCurl takes an option. Those of the connection and the output do not change
// the call.
func (f *form) setCurl(o curlOption) error {
	switch o.name {
	case "request":
		if o.value != "GET" && o.value != "POST" {
			return fmt.Errorf("request: method %.128q, want GET or POST", o.value)
		}
	case "header":
		if strings.HasPrefix(o.value, "@") {
			return errCurlFile(o)
		}
		return checkHeader(o.value)
	case "data", "data-ascii", "data-binary", "json":
		if strings.HasPrefix(o.value, "@") {
			return errCurlFile(o)
		}
		return f.setCurlData(o.value)
	case "data-raw":
		return f.setCurlData(o.value)
	case "data-urlencode":
		name, value, ok := strings.Cut(o.value, "=")
		if strings.Contains(name, "@") {
			return errCurlFile(o)
		}
		if !ok || name == "" {
			return fmt.Errorf("request: --data-urlencode %.128q, want NAME=VALUE", o.value)
		}
		name, err := url.QueryUnescape(name)
		if err != nil {
			return fmt.Errorf("request: --data-urlencode %.128q: %w", o.value, err)
		}
		return f.set(name, value)
	}
	return nil
}

func (f *form) setCurlData(data string) error {
	if kindOf(trim(data)) == isJSON {
		return f.readJSON([]byte(trim(data)))
	}
	return f.readPairs(data)
}

func errCurlFile(o curlOption) error {
	return fmt.Errorf("request: --%s %.128q: a file is not read, want its text", o.name, o.value)
}
