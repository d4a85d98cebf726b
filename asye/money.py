"""Money is whole pence; pounds exist only on pages."""


def pounds(pence: int) -> str:
    """The amount as people read it: 100000 is "£1,000", 100050 is "£1,000.50", -5 is "−£0.05"."""
    whole, rest = divmod(abs(pence), 100)
    sign = "\u2212" if pence < 0 else ""
    return f"{sign}£{whole:,}.{rest:02}" if rest else f"{sign}£{whole:,}"
