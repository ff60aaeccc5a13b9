"""One format a file; each turns a frozen `Report` into text, and none decides anything."""
