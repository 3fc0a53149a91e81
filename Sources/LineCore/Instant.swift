// The rules of the line.
