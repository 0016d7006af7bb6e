"""The language, row by row: every row of the reference's tables is named by a test here."""
