"""Regions as parts of the names of files."""


def name_file(region: str) -> str:
    """The region as part of a file name, such as "S_2p"."""
    return "".join(sign if sign.isalnum() or sign in "-+" else "_" for sign in region)
