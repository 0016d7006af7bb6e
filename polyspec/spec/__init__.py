"""The words that a user writes, as typed classes; strict conversion; the shapes that the other stages read off them."""
