# listConversations 200
curl -X GET "https://beta-api.sarufi.io/api/dev/v1/chatbots/<chatbot-id>/conversations?channel=api&status=ACTIVE&limit=20" \
  -H "Authorization: Bearer <your-api-key>"

# listConversations 200
curl -X GET "https://beta-api.sarufi.io/api/dev/v1/chatbots/<chatbot-id>/conversations?start_time=2026-01-01T00:00:00Z&end_time=2036-01-01T00:00:00Z" \
  -H "Authorization: Bearer <your-api-key>"

# getConversation 200
curl -X GET https://beta-api.sarufi.io/api/dev/v1/chatbots/<chatbot-id>/conversations/<conversation-id> \
  -H "Authorization: Bearer <your-api-key>"

# listMessages 200
curl -X GET "https://beta-api.sarufi.io/api/dev/v1/chatbots/<chatbot-id>/conversations/<conversation-id>/messages?limit=50" \
  -H "Authorization: Bearer <your-api-key>"
