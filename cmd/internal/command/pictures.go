package command

// CheckPictures reports names of pictures of which nothing can come: an empty one, and
// - twice, which is the standard input. What it says begins with the prefix.
func CheckPictures(prefix string, names []string) error {
	input := 0
	for _, name := range names {
		switch name {
		case "":
			return Usagef("%swant a picture, got an empty name", prefix)
		case "-":
			input++
		}
	}
	if input > 1 {
		return Usagef("%swant - once, got it %d times", prefix, input)
	}
	return nil
}
