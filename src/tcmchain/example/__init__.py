"""The example: a consortium of eleven invented institutions and a ginseng harvest's way through it."""
