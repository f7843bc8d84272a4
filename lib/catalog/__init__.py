"""What we sell: the book, scenarios laid over it, and the lint that reads it as a careful buyer would."""
