# createChatSession 201
curl -X POST https://beta-api.sarufi.io/api/dev/v1/chatbots/<chatbot-id>/chat/sessions \
  -H "Authorization: Bearer <your-api-key>"

# sendChatMessage 200
curl -X POST https://beta-api.sarufi.io/api/dev/v1/chatbots/<chatbot-id>/chat/sessions/<session-id>/messages \
  -H "Authorization: Bearer <your-api-key>" \
  -H "Content-Type: application/json" \
  -d '{"message": "I need help with my order"}'

# sendChatMessage 200
curl -X POST https://beta-api.sarufi.io/api/dev/v1/chatbots/<chatbot-id>/chat/sessions/<session-id>/messages \
  -H "Authorization: Bearer <your-api-key>" \
  -H "Content-Type: application/json" \
  -d '{"message": "FAQ", "button_id": "faq"}'

# createChatSession 201, sendChatMessage 200, sendChatMessage 200
SESSION=$(curl -s -X POST \
  https://beta-api.sarufi.io/api/dev/v1/chatbots/<chatbot-id>/chat/sessions \
  -H "Authorization: Bearer <your-api-key>" | jq -r '.session_id')

echo "Session: $SESSION"

curl -s -X POST \
  "https://beta-api.sarufi.io/api/dev/v1/chatbots/<chatbot-id>/chat/sessions/$SESSION/messages" \
  -H "Authorization: Bearer <your-api-key>" \
  -H "Content-Type: application/json" \
  -d '{"message": "What are your business hours?"}' | jq

curl -s -X POST \
  "https://beta-api.sarufi.io/api/dev/v1/chatbots/<chatbot-id>/chat/sessions/$SESSION/messages" \
  -H "Authorization: Bearer <your-api-key>" \
  -H "Content-Type: application/json" \
  -d '{"message": "Thanks!"}' | jq
