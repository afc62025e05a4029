# createKnowledgeBase 201
curl -X POST https://beta-api.sarufi.io/api/dev/v1/knowledge-bases \
  -H "Authorization: Bearer <your-api-key>" \
  -H "Content-Type: application/json" \
  -d '{"name": "Product Docs", "description": "All product documentation"}'

# listKnowledgeBases 200
curl -X GET https://beta-api.sarufi.io/api/dev/v1/knowledge-bases \
  -H "Authorization: Bearer <your-api-key>"

# getKnowledgeBase 200
curl -X GET https://beta-api.sarufi.io/api/dev/v1/knowledge-bases/<kb-id> \
  -H "Authorization: Bearer <your-api-key>"

# updateKnowledgeBase 200
curl -X PATCH https://beta-api.sarufi.io/api/dev/v1/knowledge-bases/<kb-id> \
  -H "Authorization: Bearer <your-api-key>" \
  -H "Content-Type: application/json" \
  -d '{"name": "Product Documentation"}'

# createWebSource 201
curl -X POST https://beta-api.sarufi.io/api/dev/v1/knowledge-bases/<kb-id>/sources/web \
  -H "Authorization: Bearer <your-api-key>" \
  -H "Content-Type: application/json" \
  -d '{"url": "https://example.com/faq", "title": "FAQ"}'

# createTextSource 201
curl -X POST https://beta-api.sarufi.io/api/dev/v1/knowledge-bases/<kb-id>/sources/text \
  -H "Authorization: Bearer <your-api-key>" \
  -H "Content-Type: application/json" \
  -d '{"title": "Return Policy", "content": "Items may be returned within 30 days."}'

# listSources 200
curl -X GET https://beta-api.sarufi.io/api/dev/v1/knowledge-bases/<kb-id>/sources \
  -H "Authorization: Bearer <your-api-key>"

# attachKnowledgeBase 201
curl -X POST https://beta-api.sarufi.io/api/dev/v1/chatbots/<chatbot-id>/knowledge-bases \
  -H "Authorization: Bearer <your-api-key>" \
  -H "Content-Type: application/json" \
  -d '{"kb_id": "<kb-id>"}'

# listAttachedKnowledgeBases 200
curl -X GET https://beta-api.sarufi.io/api/dev/v1/chatbots/<chatbot-id>/knowledge-bases \
  -H "Authorization: Bearer <your-api-key>"

# detachKnowledgeBase 204
curl -X DELETE https://beta-api.sarufi.io/api/dev/v1/chatbots/<chatbot-id>/knowledge-bases/<kb-id> \
  -H "Authorization: Bearer <your-api-key>"

# deleteSource 204
curl -X DELETE https://beta-api.sarufi.io/api/dev/v1/knowledge-bases/<kb-id>/sources/<source-id> \
  -H "Authorization: Bearer <your-api-key>"

# deleteKnowledgeBase 204
curl -X DELETE https://beta-api.sarufi.io/api/dev/v1/knowledge-bases/<kb-id> \
  -H "Authorization: Bearer <your-api-key>"
