/* cmd_user.c: `barazactl user add` and `user password` */
/* SPDX-License-Identifier: MIT */
#include "ctl.h"

#include "chat/account.h"
#include "chat/site.h"

enum err_code cmd_user_add(struct ctl *ctl, struct err *err)
{
	const char *role = ctl_option(ctl, "role");
	struct str email, name, password, workspace_name;
	struct id workspace, user;
	enum err_code code = ctl_need_id(ctl, "workspace", &workspace, err);

	if (code == ERR_OK)
		code = ctl_need(ctl, "email", &email, err);
	if (code == ERR_OK)
		code = ctl_need(ctl, "name", &name, err);
	if (code == ERR_OK)
		code = ctl_password(ctl, &password, err);
	if (code == ERR_OK)
		code = ctl_args_end(ctl, err);
	if (code == ERR_OK)
		code = site_find_workspace(
		    ctl->db, ctl->pool, workspace, &workspace_name, err);
	if (code == ERR_OK)
		code = account_add(ctl->db, workspace, email, name,
		    str_of(role != NULL ? role : "agent"), password, &user,
		    err);
	if (code == ERR_OK)
		printf("%s\n", id_text(user));
	return code;
}

enum err_code cmd_user_password(struct ctl *ctl, struct err *err)
{
	struct str email, password;
	enum err_code code = ctl_need(ctl, "email", &email, err);

	if (code == ERR_OK)
		code = ctl_password(ctl, &password, err);
	if (code == ERR_OK)
		code = ctl_args_end(ctl, err);
	if (code == ERR_OK)
		code = account_set_password(ctl->db, email, password, err);
	return code;
}
