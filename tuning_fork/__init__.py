"""Galaxy classification, from pictures and votes to networks, scores and catalogues: what the stages are made of."""
