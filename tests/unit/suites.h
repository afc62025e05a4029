/* suites.h: every unit suite, one line each */
/* SPDX-License-Identifier: MIT */
/*
 * Included twice on purpose: alone it declares the suites, with SUITE defined
 * it makes whatever table the includer wants. SUITE(x) stands for suite_x in
 * test_x.c.
 */
#ifndef SUITE
#include <CUnit/CUnit.h>
#define SUITE(name) extern CU_SuiteInfo suite_##name;
#endif

/* common/base */
SUITE(base)
SUITE(file_kind)
SUITE(multipart)
SUITE(pool)
SUITE(str)
SUITE(buf)
SUITE(err)
SUITE(id)
SUITE(clock)
SUITE(rnd)
SUITE(log)
SUITE(list)
SUITE(map)
SUITE(json_in)
SUITE(json_out)
SUITE(conf)
SUITE(settings)
SUITE(valid)
SUITE(password)
SUITE(seal)
SUITE(jwt)

/* common/net */
SUITE(guard)
SUITE(http)
SUITE(http_header)
SUITE(sse)

/* common/chat */
SUITE(model)
SUITE(chat_ack)
SUITE(chat_json)
SUITE(chat_form)
SUITE(chat_media)
SUITE(doorbell)
SUITE(identity)
SUITE(widget_option)

/* common/bot */
SUITE(flow)
SUITE(flow_cache)

SUITE(flow_refs)
SUITE(fold)
SUITE(template)
SUITE(match)
SUITE(regex)
SUITE(background)
SUITE(expr)
SUITE(intent)
SUITE(kb_words)
SUITE(kb_read)
SUITE(kb_rank)
SUITE(knowledge)
SUITE(collect)
SUITE(engine)
SUITE(action)
SUITE(api_call)
SUITE(mcp)
SUITE(mcp_tools)
SUITE(mcp_result)
SUITE(llm_agent)
SUITE(llm)
SUITE(llm_send)
SUITE(llm_config)
SUITE(llm_zone)
SUITE(engine_random)
SUITE(render)

/* fcgi-app */
SUITE(route)
SUITE(req)
SUITE(resp)
SUITE(csrf)
SUITE(budget)
SUITE(key_budget)
SUITE(key_cache)
SUITE(page)
SUITE(whence)
SUITE(waiting)

/* ws-daemon, chat side; more of it in tests/live */
SUITE(bucket)
SUITE(share)
SUITE(address)
SUITE(events)
SUITE(jobs)
SUITE(told)

/* ws-daemon: the protocol layer */
SUITE(timer)
SUITE(bounds)
SUITE(outq)
SUITE(metrics)
SUITE(wire_local)
SUITE(eio_payload)
SUITE(eio)
SUITE(sio_packet)
SUITE(sio)

#undef SUITE
