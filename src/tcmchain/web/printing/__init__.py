"""What is made for paper: pages as PDF, with codes as vectors and no character missing."""
