// Package markup writes the HTML and the SVG that values show themselves as in a
// notebook: well-formed as XML, readable on a light page and on a dark one, and
// tables still where a site takes the styles away.
package markup

import (
	"encoding/xml"
	"strings"
)

// Escape is text as it stands between tags and in attributes. What no document
// may hold, such as a control character, becomes U+FFFD.
func Escape(text string) string {
	var b strings.Builder
	xml.EscapeText(&b, []byte(text)) // a Builder fails no write
	return b.String()
}
