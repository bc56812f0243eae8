"""A grant of one category in Chromium: terms, signature, three fragments sealed to custodians; and sealing there."""

import sys
import tempfile
from pathlib import Path
from typing import Final

from measured import keep

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.crypto.chromium import in_chromium

TIMES: Final = 100
MEBIBYTES: Final = 100
CONSENT: Final = {"chainId": 720101, "contract": "0x" + "22" * 20}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, in_chromium(Path(folder)) as page:
        grants = page.evaluate(f"consent => across.timeGrants({TIMES}, consent)", CONSENT)
        sealing = page.evaluate(f"() => across.timeSealing({MEBIBYTES})")
        version = page.context.browser.version if page.context.browser else ""
    keep(
        "granting",
        browser=f"Chromium {version}",
        grants=TIMES,
        grant_median_ms=round(grants["median"], 1),
        grant_most_ms=round(grants["most"], 1),
        first_grant_with_webassembly_ms=round(grants["first"], 1),
        most_ms=100,
        sealed_mebibytes=MEBIBYTES,
        sealing_mib_s=round(MEBIBYTES / sealing["sealing"] * 1000),
        sealing_and_opening_mib_s=round(MEBIBYTES / sealing["both"] * 1000),
    )


if __name__ == "__main__":
    main()
