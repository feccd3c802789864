"""Write what the mobile SDKs declare to the app stores, from the catalogue: `make stores`."""

from pathlib import Path

from openbook.catalogue.stores import data_safety, privacy_manifest

SDKS = Path(__file__).parents[1] / "sdks"


def main() -> None:
    manifest = SDKS / "ios" / "Sources" / "Openbook" / "PrivacyInfo.xcprivacy"
    manifest.write_bytes(privacy_manifest())
    (SDKS / "android" / "data-safety.csv").write_text(data_safety())


if __name__ == "__main__":
    main()
