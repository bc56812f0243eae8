"""GS1: keys, element strings, Digital Links, EPCs and tag codes as text and numbers; knows no lot and no device."""
