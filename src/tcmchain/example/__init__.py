"""The example: invented institutions, a harvest's way through them, and a patient's from one hospital to another."""
