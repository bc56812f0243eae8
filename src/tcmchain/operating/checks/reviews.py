"""Whether reviews come from dispensings, and the index counts them as the chains do."""

from tcmchain.operating.examined import Examined, Fault, NotApplicable


async def reviews_within_dispensings(at: Examined) -> list[Fault]:
    """No member has more reviews than witnessed dispensings, nor more of these than dispensings with a voucher.

    Every count is asked of the contracts themselves; what the node tells must not be more.
    """
    directory = await at.directory()
    found = ("care", "Prescriptions") in directory and ("pharmacy", "Reviews") in directory
    told = await at.api.get("/api/reviews/tallies") if found else []
    if not told:
        raise NotApplicable("check-no-reviews")
    faults, prescriptions, reviews = [], directory["care", "Prescriptions"], directory["pharmacy", "Reviews"]
    for one in told:
        member = one["member"]
        dispensed = int(await at.ask("care", prescriptions, "Prescriptions", "vouchersOf", member))
        tallied, used = (int(n) for n in await at.ask("pharmacy", reviews, "Reviews", "standingOf", member))
        counts = {"member": member, "dispensed": dispensed, "tallied": tallied, "used": used}
        if not used <= tallied <= dispensed:
            faults.append(Fault("check-reviews-beyond-dispensings", counts))
        elif one["tallied"] > tallied or one["used"] > used or one["dispensed"] > dispensed:
            faults.append(Fault("check-reviews-differ", counts))
    return faults
