#!/usr/bin/env bash
# Put the Developer ID of the environment into a keychain of its own, for dmg.py (macOS, CI only).
set -euo pipefail

keychain="$RUNNER_TEMP/signing.keychain-db"
password=$(openssl rand -hex 16)
certificate="$RUNNER_TEMP/certificate.p12"

printf '%s' "$CERTIFICATE" | base64 --decode > "$certificate"
security create-keychain -p "$password" "$keychain"
security set-keychain-settings -lut 21600 "$keychain"
security unlock-keychain -p "$password" "$keychain"
security import "$certificate" -P "$CERTIFICATE_PASSWORD" -k "$keychain" -T /usr/bin/codesign
security set-key-partition-list -S apple-tool:,apple: -s -k "$password" "$keychain" > /dev/null
security list-keychains -d user -s "$keychain" login.keychain-db
rm "$certificate"

identity=$(security find-identity -v -p codesigning "$keychain" | awk 'NR == 1 {print $2}')
echo "THIOSCOPE_SIGNING_IDENTITY=$identity" >> "$GITHUB_ENV"

xcrun notarytool store-credentials thioscope --apple-id "$NOTARY_APPLE_ID" \
    --team-id "$NOTARY_TEAM" --password "$NOTARY_PASSWORD"
echo "THIOSCOPE_NOTARY_PROFILE=thioscope" >> "$GITHUB_ENV"
