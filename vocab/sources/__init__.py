"""Sources of vocabulary: thesauri, word lists, corpora."""
