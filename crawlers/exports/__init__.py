"""Files that other collectors exported: opened, recognised, read row by row."""
