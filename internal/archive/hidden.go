package archive

import "strings"

// Hidden reports whether a name, with slashes, is of what systems leave behind: files and
// folders that begin with a dot, and a few others.
func Hidden(name string) bool {
	for part := range strings.SplitSeq(name, "/") {
		switch strings.ToLower(part) {
		case "__macosx", "thumbs.db", "desktop.ini":
			return true
		}
		if strings.HasPrefix(part, ".") {
			return true
		}
	}
	return false
}
