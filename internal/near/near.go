// Package near finds the name that a mistyped word was meant to be.
package near

import "strings"

// Hint asks whether one of the names was meant where word is none of them: ":
// did you mean --epochs?", with dashes before the name, or "" if none is near.
func Hint(word, dashes string, names ...string) string {
	name := nearest(strings.ToLower(word), names)
	if name == "" {
		return ""
	}
	return ": did you mean " + dashes + name + "?"
}

// nearest is the name that takes the fewest edits, one for each three letters
// of the word at most; else the first that the word begins, or that begins the
// word, or in which it is; else "".
func nearest(word string, names []string) string {
	best, least := "", len(word)/3+1
	for _, name := range names {
		if n := edits(word, name); n < least {
			best, least = name, n
		}
	}
	for _, alike := range []func(name string) bool{
		func(name string) bool { return len(word) > 1 && strings.HasPrefix(name, word) },
		func(name string) bool { return len(name) > 1 && strings.HasPrefix(word, name) },
		func(name string) bool { return len(word) > 2 && strings.Contains(name, word) },
	} {
		for _, name := range names {
			if best == "" && alike(name) {
				best = name
			}
		}
	}
	return best
}

// edits is how many letters must be added, taken away, replaced or exchanged
// with their neighbours to turn a into b: the optimal string alignment
// distance, L. Boytsov, doi:10.1145/1963190.1963191, section 2.2.
func edits(a, b string) int {
	s, t := []rune(a), []rune(b)
	var before []int // two rows up
	row := make([]int, len(t)+1)
	for j := range row {
		row[j] = j
	}
	for i := range s {
		next := make([]int, len(t)+1)
		next[0] = i + 1
		for j := range t {
			replace := row[j]
			if s[i] != t[j] {
				replace++
			}
			next[j+1] = min(replace, row[j+1]+1, next[j]+1)
			if i > 0 && j > 0 && s[i] == t[j-1] && s[i-1] == t[j] {
				next[j+1] = min(next[j+1], before[j-1]+1)
			}
		}
		before, row = row, next
	}
	return row[len(t)]
}
