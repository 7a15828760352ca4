package loaders

// SettingError is an error of data that are not what a field of an [OpenConfig] asks
// for, or that cannot be read without it.
type SettingError struct {
	Setting Setting
	Err     error // in full
}

// Setting is what of an OpenConfig an error is of.
type Setting int

// The settings.
const (
	ChannelsSetting Setting = iota // Channels
	SizeSetting                    // Height and Width
	ClassesSetting                 // Classes or ClassFile
)

func (e *SettingError) Error() string { return e.Err.Error() }
func (e *SettingError) Unwrap() error { return e.Err }
