# The setup of a batch as one would write it in a workflow today: POST, then poll every 3 s. Needs bash, curl and jq.
set -euo pipefail
batch="$PROLIFIC_URL/api/v1/data-collection/batches/$BATCH_ID"
token="Authorization: Token $PROLIFIC_TOKEN"

curl --silent --show-error --fail -X POST -H "$token" -H "Content-Type: application/json" \
  --data "{\"dataset_id\": \"$DATASET_ID\"}" "$batch/setup"
for _ in {1..600}; do
  status=$(curl --silent --show-error --fail -H "$token" "$batch/status" | jq --raw-output .status)
  case "$status" in
    READY) exit 0 ;;
    ERROR) exit 1 ;;
  esac
  sleep 3
done
exit 1
