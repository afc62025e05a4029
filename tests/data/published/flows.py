# listFlows 200
import requests
response = requests.get(
    "https://beta-api.sarufi.io/api/dev/v1/chatbots/<chatbot-id>/flows",
    headers={"Authorization": "Bearer <your-api-key>"},
)
print(response.json())

# createFlow 201
import requests
response = requests.post(
    "https://beta-api.sarufi.io/api/dev/v1/chatbots/<chatbot-id>/flows",
    headers={"Authorization": "Bearer <your-api-key>"},
    json={"name": "Onboarding Flow", "type": "conversation"},
)
print(response.json())

# getFlow 200
import requests
response = requests.get(
    "https://beta-api.sarufi.io/api/dev/v1/chatbots/<chatbot-id>/flows/<flow-id>",
    headers={"Authorization": "Bearer <your-api-key>"},
)
print(response.json())

# updateFlow 200
import requests
response = requests.patch(
    "https://beta-api.sarufi.io/api/dev/v1/chatbots/<chatbot-id>/flows/<flow-id>",
    headers={"Authorization": "Bearer <your-api-key>"},
    json={"name": "Updated Onboarding Flow", "flow": {"states": []}},
)
print(response.json())

# validateFlow 200
import requests
response = requests.post(
    "https://beta-api.sarufi.io/api/dev/v1/chatbots/<chatbot-id>/flows/<flow-id>/validate",
    headers={"Authorization": "Bearer <your-api-key>"},
)
print(response.json())

# publishFlow 200
import requests
response = requests.post(
    "https://beta-api.sarufi.io/api/dev/v1/chatbots/<chatbot-id>/flows/<flow-id>/publish",
    headers={"Authorization": "Bearer <your-api-key>"},
)
print(response.json())

# deleteFlow 204
import requests
requests.delete(
    "https://beta-api.sarufi.io/api/dev/v1/chatbots/<chatbot-id>/flows/<flow-id>",
    headers={"Authorization": "Bearer <your-api-key>"},
)
