"""Records: the files in a patient's folder."""
