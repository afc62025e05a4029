# getMe 200
curl -X GET https://beta-api.sarufi.io/api/dev/v1/me \
  -H "Authorization: Bearer <your-api-key>"
