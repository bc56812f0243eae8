"""Reviews: what patients who were dispensed a formula say of it."""
