"""``python -m tcmchain`` and the command ``tcmchain``."""

from tcmchain.cli import main

if __name__ == "__main__":
    main()
