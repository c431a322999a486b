"""Sign the application for macOS, pack it into a disk image, and have it notarised.

Signing needs a Developer ID in the keychain, named by ``THIOSCOPE_SIGNING_IDENTITY``; notarising a
profile kept with ``xcrun notarytool store-credentials``, named by ``THIOSCOPE_NOTARY_PROFILE``.
Without the first the application is signed ad hoc: it then starts on the machine that built it,
and elsewhere after "Open anyway" in the privacy settings.
"""

import os
import platform
import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent


def make_dmg(application: Path, version: str, folder: Path) -> Path:
    """Sign ``Thioscope.app`` and pack it; the disk image is written into ``folder``."""
    identity = os.environ.get("THIOSCOPE_SIGNING_IDENTITY", "-")
    sign(application, identity)
    image = folder / f"thioscope-{version}-macos-{platform.machine()}.dmg"
    stage = folder / "dmg"
    shutil.rmtree(stage, ignore_errors=True)
    stage.mkdir(parents=True)
    shutil.copytree(application, stage / application.name, symlinks=True)
    (stage / "Applications").symlink_to("/Applications")
    name = ["-volname", f"Thioscope {version}"]
    _run("hdiutil", "create", "-ov", "-format", "UDZO", *name, "-srcfolder", str(stage), str(image))
    shutil.rmtree(stage)
    profile = os.environ.get("THIOSCOPE_NOTARY_PROFILE")
    if profile and identity != "-":
        _run("codesign", "--sign", identity, "--timestamp", str(image))
        _run("xcrun", "notarytool", "submit", str(image), "--keychain-profile", profile, "--wait")
        _run("xcrun", "stapler", "staple", str(image))
    return image


def sign(application: Path, identity: str) -> None:
    """Sign everything in the application; libraries of others are loaded, numba writes code."""
    entitlements = str(HERE / "entitlements.plist")
    hardened = ["--options", "runtime", "--timestamp"] if identity != "-" else []
    words = ["codesign", "--force", "--deep", "--sign", identity, *hardened]
    _run(*words, "--entitlements", entitlements, str(application))
    _run("codesign", "--verify", "--deep", "--strict", str(application))


def _run(*command: str) -> None:
    subprocess.run(command, check=True)
