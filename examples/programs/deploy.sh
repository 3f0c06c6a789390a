#!/bin/bash
# A deploy script in the way many CI jobs run it: with "set -x" and with curl's "-v".
# The variables come from deploy_traffic.py; all addresses lead to the loopback.
PS4='+ '
set -x
export DEPLOY_ENV=production
export DB_PASSWORD="$DB_PASSWORD"
echo "deploying version $VERSION"
curl -sv -o /dev/null --connect-to ::127.0.0.1:9030 -H "Authorization: Bearer $API_TOKEN" \
    http://ci.example.com/v1/builds/"$VERSION"
curl -sv -o /dev/null --connect-to ::127.0.0.1:9030 -u "deploy:$DEPLOY_PASSWORD" \
    http://registry.example.com/v2/shop/manifests/latest
curl -s -o /dev/null --connect-to ::127.0.0.1:9030 -X POST -d '{"text":"deployed"}' \
    "http://hooks.slack.com/services/$HOOK"
GIT_TERMINAL_PROMPT=0 GIT_TRACE=1 git ls-remote \
    "http://x-access-token:$GIT_TOKEN@127.0.0.1:9030/example/shop.git"
printf 'machine registry.example.com login deploy password %s\n' "$DEPLOY_PASSWORD" > "$HOME/.netrc"
echo "//npm.example.com/:_authToken=$NPM_TOKEN" | tee -a "$HOME/.npmrc"
PGPASSWORD="$DB_PASSWORD" psql -h 127.0.0.1 -p 9 -U shop -c 'select 1' shop
AWS_ACCESS_KEY_ID="$KEY_ID" AWS_SECRET_ACCESS_KEY="$KEY_SECRET" true upload dist/
for file in *.js *.css *.html; do
    gzip -9 -k -f "$file" && ls "$file.gz"
done
env | grep -E '^(DB_|DEPLOY_|NPM_|VERSION)' | sort
set +x
