"""Finding: analyse, chunk, embed, search. Stands on corpus; knows nothing of answers."""
