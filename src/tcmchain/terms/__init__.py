"""The field's own words: herbs, their forms, how they are processed, places; facts with their source, no judgement."""
