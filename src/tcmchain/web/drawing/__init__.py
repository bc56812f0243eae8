"""Inline SVG drawn on the server: it prints, follows the theme by CSS variables, and is there at once."""
