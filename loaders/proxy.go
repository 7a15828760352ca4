package loaders

import (
	"net/url"
	"strings"

	"github.com/pkg/errors"
)

// checkProxies reports an address of a proxy that cannot be one. The HTTP client
// would go without, silently, where somebody wished for one.
func checkProxies(getenv func(string) string) error {
	for _, name := range []string{"HTTPS_PROXY", "HTTP_PROXY"} {
		for _, name := range []string{name, strings.ToLower(name)} {
			value := getenv(name)
			if value == "" {
				continue
			}
			address := value
			if !strings.Contains(value, "://") { // a client takes host:port, too
				address = "http://" + value
			}
			if !isProxy(address) {
				return errors.Errorf("%s: want the address of a proxy, such as http://proxy.example:3128, got %.100q", name, withoutPassword(value))
			}
			break // the client looks at the first that is set
		}
	}
	return nil
}

func isProxy(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return false
	}
	switch u.Scheme {
	case "http", "https", "socks5", "socks5h":
		return true
	}
	return false
}

// withoutPassword is an address without what stands before @.
func withoutPassword(address string) string {
	if at := strings.LastIndexByte(address, '@'); at >= 0 {
		return "…" + address[at:]
	}
	return address
}
